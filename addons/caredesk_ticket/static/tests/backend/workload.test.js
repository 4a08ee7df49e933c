import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";

class Group extends models.Model {
    _name = "caredesk.support.group";

    name = fields.Char();

    _records = [{ id: 9, name: "Software" }];
}

class Ticket extends models.Model {
    _name = "caredesk.ticket";

    name = fields.Char();
    user_id = fields.Many2one({ relation: "res.users" });
    group_id = fields.Many2one({ relation: "caredesk.support.group" });

    _records = [
        { id: 1, name: "No sound", user_id: serverState.userId, group_id: 9 },
        { id: 2, name: "No picture", user_id: serverState.odoobotUid, group_id: 9 },
        { id: 3, name: "Nobody's", user_id: false, group_id: 9 },
    ];
}

defineMailModels();
defineModels([Group, Ticket]);

const ARCH = /* xml */ `
    <kanban js_class="caredesk_workload" default_group_by="user_id">
        <field name="group_id"/>
        <templates><t t-name="card"><field name="name"/></t></templates>
    </kanban>`;

let figures, mayMove;

function member(values = {}) {
    return {
        open: 1,
        waiting: 0,
        capacity: 2,
        capacities: { 9: 2 },
        is_away: false,
        on_duty: true,
        planned_hours: 6,
        used_hours: 1.5,
        today: { load: 4, available: 4.5 },
        week: { load: 50, available: 40 },
        ...values,
    };
}

beforeEach(() => {
    mayMove = true;
    figures = {
        [serverState.userId]: member(),
        [serverState.odoobotUid]: member({
            open: 2,
            on_duty: false,
            today: { load: 1, available: 0 },
            week: { load: 1, available: null },
        }),
    };
    patchWithCleanup(user, { hasGroup: async () => mayMove });
    onRpc("caredesk.support.member", "get_workload", () => figures);
    onRpc("caredesk.ticket", "web_save", ({ args }) => {
        expect.step(`give ${args[0]} ${args[1].user_id}`);
    });
});

async function mountWorkload() {
    await mountView({ type: "kanban", resModel: "caredesk.ticket", arch: ARCH });
}

function column(userId) {
    const index = userId
        ? [...document.querySelectorAll(".o_kanban_group")].findIndex((one) =>
              one.textContent.includes(userId === serverState.userId ? "No sound" : "No picture")
          )
        : 0;
    return `.o_kanban_group:eq(${index})`;
}

/** S4-HD-07: open tickets, planned and used hours against the capacity and the working hours. */
test("shows the figures of each member", async () => {
    await mountWorkload();
    const mine = column(serverState.userId);
    expect(`${mine} .o_caredesk_capacity`).toHaveText("1/2");
    expect(`${mine} .o_caredesk_figures`).toHaveText(/01:30 \/ 06:00/);
    expect(`${mine} .o_caredesk_hours:eq(0)`).toHaveText("04:00 of 04:30 h");
    expect(`${mine} .progress-bar:eq(0)`).toHaveClass("bg-success");
    expect(`${mine} .progress-bar:eq(1)`).toHaveClass("bg-danger");
    expect(`${mine} .o_caredesk_presence`).toHaveCount(0);
    const other = column(serverState.odoobotUid);
    expect(`${other} .o_caredesk_presence`).toHaveText("Off duty");
    expect(`${other} .o_caredesk_hours:eq(0)`).toHaveText("01:00 h, no working time");
    expect(`${other} .o_caredesk_hours:eq(1)`).toHaveText("01:00");
});

/** S4-HD-07: what nobody has yet stands open beside the members, to be shared out. */
test("the queue is a column that is not folded", async () => {
    await mountWorkload();
    expect(".o_kanban_group:eq(0) .o_column_title").toHaveText(/Unassigned/);
    expect(".o_kanban_group:eq(0) .o_kanban_record").toHaveText("Nobody's");
    expect(".o_kanban_group:eq(0) .o_caredesk_figures").toHaveCount(0);
});

/** S4-HD-07: dragging reassigns and reads the figures again. */
test("dragging a card reassigns the ticket", async () => {
    await mountWorkload();
    figures[serverState.userId] = member({ open: 2 });
    const mine = column(serverState.userId);
    await contains(".o_kanban_group:eq(0) .o_kanban_record").dragAndDrop(mine);
    await animationFrame();
    expect.verifySteps([`give 3 ${serverState.userId}`]);
    expect(".o_dialog").toHaveCount(0);
    expect(`${column(serverState.userId)} .o_caredesk_capacity`).toHaveText("2/2");
});

/** S4-HD-07: beyond the capacity one is asked first; No leaves everything as it was. */
test("asks before somebody gets more than he or she may hold", async () => {
    await mountWorkload();
    const full = column(serverState.odoobotUid);
    await contains(".o_kanban_group:eq(0) .o_kanban_record").dragAndDrop(full);
    expect(".o_dialog .modal-body").toHaveText(/holds 2 open tickets; the capacity is 2/);
    await contains(".o_dialog .btn-secondary").click();
    expect.verifySteps([]);
    expect(".o_kanban_group:eq(0) .o_kanban_record").toHaveCount(1);
    await contains(".o_kanban_group:eq(0) .o_kanban_record").dragAndDrop(full);
    await contains(".o_dialog .btn-primary").click();
    await animationFrame();
    expect.verifySteps([`give 3 ${serverState.odoobotUid}`]);
});

/** S4-HD-07: what the server refuses goes back to where it was, with the server's words. */
test("a refused move goes back", async () => {
    expect.errors(1);
    onRpc("caredesk.ticket", "web_save", () => {
        throw makeServerError({ type: "UserError", message: "Not a member." });
    });
    await mountWorkload();
    await contains(".o_kanban_group:eq(0) .o_kanban_record").dragAndDrop(
        column(serverState.userId)
    );
    await animationFrame();
    expect.verifyErrors(["Not a member."]);
    expect(".o_kanban_group:eq(0) .o_kanban_record").toHaveText("Nobody's");
});

/** S4-HD-07: agents look, intake and managers share out. */
test("agents cannot drag", async () => {
    mayMove = false;
    await mountWorkload();
    await contains(".o_kanban_group:eq(0) .o_kanban_record").dragAndDrop(
        column(serverState.userId)
    );
    expect.verifySteps([]);
    expect(".o_kanban_group:eq(0) .o_kanban_record").toHaveText("Nobody's");
});
