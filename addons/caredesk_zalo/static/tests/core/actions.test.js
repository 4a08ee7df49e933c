import { click, contains, defineMailModels, insertText, triggerHotkey } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";
import { onRpc } from "@web/../tests/web_test_helpers";

import { openConversation } from "@caredesk_zalo/../tests/zalo_test_helpers";

describe.current.tags("desktop");
defineMailModels();

/** S2-X6: a template is offered where nothing else can be written, to who is known. */
test("a closed window offers a template", async () => {
    onRpc("caredesk.zalo.contact", "action_send_template", () => {
        expect.step("template");
        return { type: "ir.actions.act_window_close" };
    });
    await openConversation({ hours: 24 * 8, side: { kind: "contact" } });
    await click(".o-zalo-templateButton");
    await expect.waitForSteps(["template"]);
});

/** S2-TKT-03: a ticket quotes what was said from the chosen message on. */
test("a ticket from a message on", async () => {
    onRpc("caredesk.zalo.contact", "action_new_ticket", ({ args }) => {
        expect.step(args[1].join());
        return { type: "ir.actions.act_window_close" };
    });
    const messages = [{ body: "Chào" }, { body: "Máy hỏng" }, { body: "Kêu to" }];
    const { ids } = await openConversation({ messages });
    await click(".o-mail-Message:contains('Máy hỏng') [title='Ticket from Here']");
    await expect.waitForSteps([`${ids[1]},${ids[2]}`]);
});

/** S2-SCH-01, S2-SCH-02: the search of Discuss finds customers by phone, each of them once. */
test("customers in the search of Discuss", async () => {
    onRpc("res.users", "has_group", () => true);
    const { channelId } = await openConversation();
    onRpc("discuss.channel", "zalo_search", ({ args }) => {
        expect.step(args[0]);
        return { ids: [channelId], data: {} };
    });
    for (const typed of ["0903", "Khách"]) {
        triggerHotkey("control+k");
        await insertText(".o_command_palette_search input", `@${typed}`);
        await expect.waitForSteps([typed]);
        await contains(".o_command:contains('Khách Hoa')", { count: 1 });
        await press("Escape");
        await contains(".o_command", { count: 0 });
    }
});
