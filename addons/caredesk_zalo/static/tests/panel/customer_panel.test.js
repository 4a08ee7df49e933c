import {
    click,
    contains,
    defineMailModels,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { Deferred, tick } from "@odoo/hoot-mock";
import {
    Command,
    makeServerError,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const PANEL = ".o-zalo-CustomerPanel";
const CUSTOMER = {
    id: 5,
    name: "Hoa",
    kind: "contact",
    kind_label: "Contact",
    account: "CareDesk",
    phone: "0901",
    is_starred: false,
};
const NOTHING = { record: false, tags: [], tickets: [], orders: [], activities: [], can: {} };

/** Open a conversation whose customer the server describes so, now and whenever asked. */
async function openPanel(panel) {
    const pyEnv = await startServer();
    const channelId = pyEnv["discuss.channel"].create({
        name: "Hoa",
        channel_type: "zalo",
        channel_member_ids: [Command.create({ partner_id: serverState.partnerId })],
    });
    onRpc("discuss.channel", "zalo_panel", () => panel);
    await start();
    await openDiscuss(channelId);
}

/** S2-CRM-06, S2-TAG-09, S2-TKT-04: it opens by itself; the company's record counts first. */
test("shows who the customer is", async () => {
    await openPanel({
        ...NOTHING,
        customer: CUSTOMER,
        record: { model: "res.partner", id: 7, name: "Chị Hoa", phone: "+84 901", company: "Spa" },
        tags: [{ id: 1, name: "VIP", color: 2 }],
        tickets: [{ id: 3, name: "TK1 Máy lạnh", state: "To Do" }],
        can: { order: true, ticket: true },
    });
    await contains(`${PANEL} h5`, { text: "Chị Hoa" });
    await contains(`${PANEL} a[href='tel:+84 901']`);
    await contains(`${PANEL} .o_tag`, { text: "VIP" });
    await contains(`${PANEL} a`, { text: "TK1 Máy lạnh" });
    await contains(`${PANEL} button`, { text: "Order" });
    await contains(`${PANEL} button`, { text: "Add to CRM", count: 0 });
    await contains(`${PANEL} button`, { text: "Convert Lead", count: 0 });
});

/** S2-FOL-03, S2-FOL-04: the star follows, and no longer. */
test("the star toggles", async () => {
    let isStarred = false;
    onRpc("caredesk.zalo.contact", "action_toggle_star", () => {
        isStarred = !isStarred;
        return isStarred;
    });
    await openPanel({ ...NOTHING, customer: CUSTOMER });
    await click(`${PANEL} button[aria-pressed='false']`);
    await contains(`${PANEL} .fa-star.text-warning`);
    await click(`${PANEL} button[aria-pressed='true']`);
    await contains(`${PANEL} .fa-star-o`);
});

/** S2-CRM-03: what a button begins is asked of the server, and the panel read anew. */
test("a button reads the panel anew", async () => {
    const panel = {
        ...NOTHING,
        customer: CUSTOMER,
        record: { model: "res.partner", id: 7, name: "Chị Hoa" },
        can: { unlink: true },
    };
    onRpc("caredesk.zalo.contact", "action_unlink_customer", () => {
        expect.step("unlink");
        Object.assign(panel, { record: false, can: {} });
        return false;
    });
    await openPanel(panel);
    await click(`${PANEL} button`, { text: "Unlink" });
    await expect.waitForSteps(["unlink"]);
    await contains(`${PANEL} h5`, { text: "Hoa" });
    await contains(`${PANEL} button`, { text: "Unlink", count: 0 });
});

/** A customer who was deleted leaves an empty panel, no error. */
test("a deleted customer", async () => {
    await openPanel(false);
    await contains(".o-mail-ActionPanel", { text: "The customer of this conversation was deleted." });
});

/** S2-X1: a colleague who was only asked in reads the conversation, not who the customer is. */
test("a customer who is not shown to everybody", async () => {
    const pyEnv = await startServer();
    const channelId = pyEnv["discuss.channel"].create({ name: "Hoa", channel_type: "zalo" });
    onRpc("discuss.channel", "zalo_panel", () => {
        throw makeServerError({ type: "AccessError" });
    });
    await start();
    await openDiscuss(channelId);
    await contains(".o-mail-ActionPanel", { text: "Who the customer is shows to those who serve this account." });
});

/** S2-CRM-06: an answer that comes after another conversation was chosen shows nobody else. */
test("an answer that comes late", async () => {
    const pyEnv = await startServer();
    const [slowId, quickId] = pyEnv["discuss.channel"].create([
        { name: "Hoa", channel_type: "zalo" },
        { name: "Lan", channel_type: "zalo" },
    ]);
    const answer = new Deferred();
    onRpc("discuss.channel", "zalo_panel", async ({ args }) => {
        const isSlow = args[0][0] === slowId;
        await (isSlow ? answer : undefined);
        return { ...NOTHING, customer: { ...CUSTOMER, name: isSlow ? "Hoa" : "Lan" } };
    });
    await start();
    await openDiscuss(slowId);
    await contains(".o-mail-ActionPanel .fa-spinner");
    await openDiscuss(quickId);
    await contains(`${PANEL} h5`, { text: "Lan" });
    answer.resolve();
    await tick();
    await contains(`${PANEL} h5`, { text: "Lan" });
});
