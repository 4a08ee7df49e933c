import { beforeEach, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { Component, xml } from "@odoo/owl";
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    makeServerError,
    MockServer,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { router } from "@web/core/browser/router";
import { registry } from "@web/core/registry";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const GROUP = "caredesk.support.group";
const MEMBER = "caredesk.support.member";
let board;

function member(id, name, values = {}) {
    return {
        id,
        user_id: id,
        name,
        email: `${name.toLowerCase()}@example.com`,
        phone: "+84 24 3333 0000",
        sequence: id,
        capacity: 1,
        availability: "free",
        is_away: false,
        is_me: false,
        open_count: 0,
        waiting_count: 0,
        tickets: [],
        ...values,
    };
}

beforeEach(() => {
    board = {
        can_manage: true,
        group: 1,
        groups: [
            { id: 1, name: "Customer Care", is_default: true, member_count: 2, queue: 3 },
            { id: 2, name: "Technical", is_default: false, member_count: 0, queue: 0 },
        ],
        members: [
            member(1, "An", { is_me: true }),
            member(2, "Binh", {
                availability: "busy",
                open_count: 2,
                tickets: [
                    {
                        id: 7,
                        number: "TK/7",
                        name: "No sound",
                        state: "in_progress",
                        other_group: "Technical",
                    },
                ],
            }),
        ],
    };
    onRpc(GROUP, "get_support_board", ({ kwargs }) => {
        expect.step(`load ${kwargs.group_id}`);
        const group = kwargs.group_id || 1;
        return { ...board, group, members: group === 1 ? board.members : [] };
    });
});

/** Note a call and answer it. */
function record(step, answer = true) {
    expect.step(step);
    return answer;
}

async function openBoard() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "caredesk_ticket.view_support",
    });
    expect.verifySteps(["load false"]);
}

/** S0-TKT-40, S0-TKT-41, S0-TKT-51: groups, the default one shown, members with their state. */
test("shows groups and members", async () => {
    await openBoard();
    expect(".o_caredesk_group").toHaveCount(2);
    expect(".o_caredesk_group.active .o_caredesk_group_name").toHaveText("Customer Care");
    expect(".o_caredesk_queue").toHaveText("In queue: 3");
    expect(".o_caredesk_member").toHaveCount(2);
    expect(".o_caredesk_member:eq(0) .o_caredesk_chip").toHaveText("Free");
    expect(".o_caredesk_member:eq(1) .o_caredesk_chip").toHaveText("Busy");
    expect(".o_caredesk_member:eq(1) .o_caredesk_ticket").toHaveText(/TK\/7 No sound · Technical/);
    expect(".o_caredesk_member:eq(1)").toHaveText(/1 not visible to you/);
    expect(".o_caredesk_member:eq(1)").toHaveText(/binh@example.com/);
    await contains(".o_caredesk_group:eq(1)").click();
    expect.verifySteps(["load 2"]);
    expect("[role=status]").toHaveText(/no members/);
});

/** S0-TKT-46: raise and lower, nothing to press at the ends. */
test("raises and lowers a member", async () => {
    onRpc(MEMBER, "action_increase", ({ args }) => record(`raise ${args[0]}`));
    onRpc(MEMBER, "action_decrease", ({ args }) => record(`lower ${args[0]}`));
    await openBoard();
    expect(".o_caredesk_raise:eq(0)").not.toBeEnabled();
    expect(".o_caredesk_lower:eq(1)").not.toBeEnabled();
    await contains(".o_caredesk_raise:eq(1)").click();
    expect.verifySteps(["raise 2", "load 1"]);
    await contains(".o_caredesk_lower:eq(0)").click();
    expect.verifySteps(["lower 1", "load 1"]);
});

/** S0-TKT-51: an agent goes away himself and has no other buttons. */
test("an agent has only his own away button", async () => {
    board.can_manage = false;
    onRpc(MEMBER, "action_set_away", ({ args }) => {
        Object.assign(board.members[0], { is_away: true, availability: "away" });
        return record(`away ${args}`);
    });
    await openBoard();
    expect(".o_caredesk_away").toHaveCount(1);
    for (const name of ["raise", "lower", "edit", "remove", "add", "rename", "delete", "new_group"]) {
        expect(`.o_caredesk_${name}`).toHaveCount(0);
    }
    await contains(".o_caredesk_away").click();
    expect.verifySteps(["away 1,true", "load 1"]);
    expect(".o_caredesk_member:eq(0) .o_caredesk_chip").toHaveText("Away");
    expect(".o_caredesk_away").toHaveText("Back");
});

/** S0-TKT-47, S0-TKT-51: Refresh reloads; a message of the bus does it by itself, once. */
test("follows the bus and reloads on demand", async () => {
    await openBoard();
    board.members[1].availability = "free";
    await contains(".o_caredesk_refresh").click();
    expect.verifySteps(["load 1"]);
    expect(".o_caredesk_member:eq(1) .o_caredesk_chip").toHaveText("Free");
    await waitForChannels(["caredesk_ticket.support_board"]);
    board.members[1].availability = "waiting";
    const changed = ["caredesk_ticket.board_changed", { group_id: 1 }];
    MockServer.env["bus.bus"]._sendmany(
        [1, 2, 3].map(() => ["caredesk_ticket.support_board", ...changed])
    );
    await animationFrame();
    await advanceTime(1000);
    await animationFrame();
    expect.verifySteps(["load 1"]);
    expect(".o_caredesk_member:eq(1) .o_caredesk_chip").toHaveText("Waiting Only");
    await advanceTime(60000);
    expect.verifySteps([]); // no polling
});

/** S0-TKT-42, S0-TKT-43: rename and new ask for a name; an empty one cannot be saved. */
test("renames and creates groups", async () => {
    onRpc(GROUP, "write", ({ args }) => record(`write ${args[0]} ${args[1].name}`));
    onRpc(GROUP, "create", ({ args }) => record(`create ${args[0][0].name}`, [2]));
    await openBoard();
    await contains(".o_caredesk_rename").click();
    expect(".modal input").toHaveValue("Customer Care");
    await contains(".modal input").edit("Care", { confirm: false });
    await contains(".modal .btn-primary").click();
    expect.verifySteps(["write 1 Care", "load 1"]);
    expect(".modal").toHaveCount(0);
    await contains(".o_caredesk_new_group").click();
    expect(".modal .btn-primary").not.toBeEnabled();
    await contains(".modal input").edit("Warranty", { confirm: "enter" });
    expect.verifySteps(["create Warranty", "load 2"]);
});

/** S0-TKT-44: a refused delete shows the server's words and offers to archive instead. */
test("offers to archive a group that cannot be deleted", async () => {
    onRpc(GROUP, "unlink", () => {
        throw makeServerError({ type: "UserError", message: "Technical has tickets." });
    });
    onRpc(GROUP, "action_archive", ({ args }) => record(`archive ${args[0]}`));
    await openBoard();
    await contains(".o_caredesk_group:eq(1)").click();
    await contains(".o_caredesk_delete").click();
    await contains(".modal .btn-danger").click();
    expect(".modal:last .modal-body").toHaveText("Technical has tickets.");
    await contains(".modal:last .btn-primary").click();
    expect.verifySteps(["load 2", "archive 2", "load false"]);
});

/** S0-TKT-45, IE-07: removing a member asks first and says what happens to his tickets. */
test("removes a member after a question", async () => {
    onRpc(MEMBER, "unlink", ({ args }) => record(`remove ${args[0]}`));
    await openBoard();
    await contains(".o_caredesk_remove:eq(1)").click();
    expect(".modal-body").toHaveText(/Binh.*back to the queue/);
    await contains(".modal .btn-primary").click();
    expect.verifySteps(["remove 2", "load 1"]);
});

/** S0-TKT-40, S0-TKT-41: who comes back from a ticket sees the group he or she left. */
test("shows the same group again after a way elsewhere", async () => {
    class Elsewhere extends Component {
        static template = xml`<div class="o_elsewhere" />`;
        static props = ["*"];
    }
    registry.category("actions").add("caredesk_ticket.elsewhere", Elsewhere);
    await openBoard();
    await contains(".o_caredesk_group:eq(1)").click();
    await getService("action").doAction("caredesk_ticket.elsewhere");
    expect(".o_elsewhere").toHaveCount(1);
    await getService("action").restore();
    await animationFrame();
    expect(".o_caredesk_group.active .o_caredesk_group_name").toHaveText("Technical");
    expect.verifySteps(["load 2", "load 2"]);
});

/** S0-TKT-40, S0-TKT-41: Reload and Back of the browser show the group whose address it is. */
test("the address names the group", async () => {
    await openBoard();
    await contains(".o_caredesk_group:eq(1)").click();
    await advanceTime(1); // the router collects what is to be written
    expect(router.current.resId).toBe(2);
    expect(browser.location.pathname).toBe("/odoo/action-caredesk_ticket.view_support/2");
    await contains(".o_caredesk_group:eq(0)").click();
    await advanceTime(1);
    expect(router.current.resId).toBe(1);
    browser.history.back();
    await animationFrame();
    await advanceTime(1);
    await animationFrame();
    expect(".o_caredesk_group.active .o_caredesk_group_name").toHaveText("Technical");
    expect.verifySteps(["load 2", "load 1", "load 2"]);
});
