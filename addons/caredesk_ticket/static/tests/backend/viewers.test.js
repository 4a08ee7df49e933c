import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    MockServer,
    models,
    mountView,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";

class Ticket extends models.Model {
    _name = "caredesk.ticket";

    name = fields.Char();

    _records = [
        { id: 1, name: "No sound" },
        { id: 2, name: "No picture" },
    ];
}

defineMailModels();
defineModels([Ticket]);
describe.current.tags("desktop");

const CHANNEL = "caredesk_ticket.viewers";
const LIST = `<list><field name="name" widget="caredesk_title"/></list>`;
const FORM = `<form><widget name="caredesk_form_viewers"/><field name="name"/></form>`;
const LAN = { id: 101, name: "Lan", typing: false };
const MINH = { id: 102, name: "Minh", typing: true };

let present;
let calls;

beforeEach(() => {
    calls = [];
    const me = { id: serverState.userId, name: "Me", typing: false };
    present = { 1: [LAN, me], 2: [] };
    onRpc("caredesk.ticket", "get_ticket_viewers", ({ args }) => {
        calls.push(`load ${args[0]}`);
        return Object.fromEntries(args[0].map((id) => [id, present[id]]));
    });
    onRpc("caredesk.ticket", "announce_viewer", ({ args, kwargs }) => {
        const state = kwargs.is_leaving ? "leave" : kwargs.is_typing ? "type" : "here";
        calls.push(`${state} ${args[0]}`);
        return present[args[0][0]];
    });
});

async function settle(ms = 300) {
    await advanceTime(ms);
    await animationFrame();
}

function tell(ids, ticketId, viewers) {
    const news = { ticket_id: ticketId, viewers };
    MockServer.env["bus.bus"]._sendone(`${CHANNEL}:${ids}`, CHANNEL, news);
}

/** IE-12: a list shows who has its tickets open, one call and one subscription for the page. */
test("a list shows who is there", async () => {
    await mountView({ resModel: "caredesk.ticket", type: "list", arch: LIST });
    await settle();
    expect(calls.splice(0)).toEqual(["load 1,2"]);
    expect(".o_data_row:eq(0) .o_caredesk_viewer").toHaveCount(1); // not oneself
    expect(".o_data_row:eq(0) img").toHaveAttribute("alt", "Lan is viewing");
    expect(".o_data_row:eq(1) .o_caredesk_viewer").toHaveCount(0);
    expect(".o_data_row:eq(1)").toHaveText("No picture");
});

/** IE-12: cards show the same. */
test("a card shows who is there", async () => {
    await mountView({
        resModel: "caredesk.ticket",
        type: "kanban",
        arch: `
            <kanban>
                <templates>
                    <t t-name="card"><field name="name"/><widget name="caredesk_viewers"/></t>
                </templates>
            </kanban>`,
    });
    await settle();
    expect(".o_kanban_record:eq(0) img").toHaveAttribute("alt", "Lan is viewing");
    expect(".o_kanban_record:eq(1) .o_caredesk_viewer").toHaveCount(0);
});

/** IE-12: coming, typing and leaving are seen at once, without asking again. */
test("a list follows the bus", async () => {
    present[1] = []; // nobody there, so there is nothing to refresh
    await mountView({ resModel: "caredesk.ticket", type: "list", arch: LIST });
    await settle();
    await waitForChannels([`${CHANNEL}:1,2`]);
    calls.length = 0;
    tell("1,2", 2, [MINH]);
    await settle(50);
    expect(".o_data_row:eq(1) .o_caredesk_viewer[data-typing]").toHaveCount(1);
    expect(".o_data_row:eq(1) img").toHaveAttribute("alt", "Minh is typing…");
    tell("1,2", 2, []);
    await settle(50);
    expect(".o_data_row:eq(1) .o_caredesk_viewer").toHaveCount(0);
    expect(calls.splice(0)).toEqual([]);
});

/** IE-12: a browser that crashed disappears from a list; tickets nobody has open cost nothing. */
test("a list forgets who crashed", async () => {
    await mountView({ resModel: "caredesk.ticket", type: "list", arch: LIST });
    await settle();
    present[1] = [];
    await settle(15000);
    expect(calls.splice(0)).toEqual(["load 1,2", "load 1"]);
    expect(".o_caredesk_viewer").toHaveCount(0);
    await settle(60000);
    expect(calls.splice(0)).toEqual([]);
});

/** IE-12: a form says that its user is here, every 15 seconds, and shows the others in words. */
test("a form announces its user", async () => {
    await mountView({ resModel: "caredesk.ticket", type: "form", arch: FORM, resId: 1 });
    await settle();
    expect(calls.splice(0)).toEqual(["here 1"]);
    expect(".o_caredesk_form_viewers").toHaveText("Lan is viewing");
    await settle(15000);
    expect(calls.splice(0)).toEqual(["here 1"]);
});

/** IE-12: typing in a field is told once, and ends by itself. */
test("typing is told", async () => {
    await mountView({ resModel: "caredesk.ticket", type: "form", arch: FORM, resId: 1 });
    await settle();
    expect(calls.splice(0)).toEqual(["here 1"]);
    await contains("[name=name] input").edit("No sound at all", { confirm: false });
    await settle(100);
    expect(calls.splice(0)).toEqual(["type 1"]);
    await settle(9000);
    expect(calls.splice(0)).toEqual(["here 1"]);
});

/** IE-12: going to the next ticket leaves the first one. */
test("paging moves the user along", async () => {
    await mountView({
        resModel: "caredesk.ticket",
        type: "form",
        arch: FORM,
        resId: 1,
        resIds: [1, 2],
    });
    await settle();
    await contains(".o_pager_next").click();
    await settle();
    expect(calls.splice(0)).toEqual(["here 1", "leave 1", "here 2"]);
    expect(".o_caredesk_viewer").toHaveCount(0);
});

/** IE-12: nobody is kept from working because the calls fail. */
test("failures stay silent", async () => {
    onRpc("caredesk.ticket", "announce_viewer", () => {
        throw new Error("down");
    });
    await mountView({ resModel: "caredesk.ticket", type: "form", arch: FORM, resId: 2 });
    await settle();
    expect(".o_caredesk_form_viewers").not.toBeVisible();
    expect("[name=name] input").toHaveValue("No picture");
});
