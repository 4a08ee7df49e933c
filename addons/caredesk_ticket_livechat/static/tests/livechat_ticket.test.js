import { livechatModels } from "@im_livechat/../tests/livechat_test_helpers";
import { describe, test } from "@odoo/hoot";
import {
    click,
    contains,
    insertText,
    openDiscuss,
    start,
    startServer,
    triggerHotkey,
} from "@mail/../tests/mail_test_helpers";
import {
    asyncStep,
    Command,
    defineModels,
    mockService,
    onRpc,
    serverState,
    waitForSteps,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

let isCreator = true;

class ResUsers extends livechatModels.ResUsers {
    _init_store_data(store) {
        super._init_store_data(...arguments);
        store.add({ has_caredesk_creator: isCreator });
    }
}
defineModels({ ...livechatModels, ResUsers });

async function openChat({ type = "livechat", creator = true } = {}) {
    isCreator = creator;
    const pyEnv = await startServer();
    const guestId = pyEnv["mail.guest"].create({ name: "Visitor 7" });
    const channelId = pyEnv["discuss.channel"].create({
        name: "Visitor 7",
        channel_type: type,
        channel_member_ids: [
            Command.create({ partner_id: serverState.partnerId, livechat_member_type: "agent" }),
            Command.create({ guest_id: guestId, livechat_member_type: "visitor" }),
        ],
        livechat_operator_id: serverState.partnerId,
    });
    await start();
    await openDiscuss(channelId);
    await contains(".o-mail-Composer-input");
    return channelId;
}

test("the button asks the server what to open", async () => {
    onRpc("discuss.channel", "action_caredesk_ticket", ({ args }) => {
        asyncStep(`ask ${args[0]}`);
        return { type: "ir.actions.act_window", res_model: "caredesk.livechat.ticket" };
    });
    const channelId = await openChat();
    mockService("action", {
        doAction: async (action) => asyncStep(`open ${action.res_model}`),
    });
    await click("button[title='Create or Link Ticket']");
    await waitForSteps([`ask ${channelId}`, "open caredesk.livechat.ticket"]);
});

test("the command goes to the server", async () => {
    onRpc("discuss.channel", "execute_command_ticket", ({ kwargs }) => {
        asyncStep(kwargs.body);
        return true;
    });
    await openChat();
    await insertText(".o-mail-Composer-input", "/ticket Printer");
    await triggerHotkey("Enter");
    await waitForSteps(["/ticket Printer"]);
});

test("no button without a role in support", async () => {
    await openChat({ creator: false });
    await contains("button[title='Create or Link Ticket']", { count: 0 });
});

test("no button in a channel of colleagues", async () => {
    await openChat({ type: "channel" });
    await contains("button[title='Create or Link Ticket']", { count: 0 });
});
