import { expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

class Ticket extends models.Model {
    _name = "caredesk.ticket";

    work_seconds = fields.Integer();
    waiting_seconds = fields.Integer();
    clock_kind = fields.Selection({
        selection: [
            ["queue", "Queue"],
            ["work", "Work"],
            ["wait", "Wait"],
        ],
    });
    clock_started_at = fields.Datetime();

    _records = [
        {
            id: 1,
            work_seconds: 95,
            waiting_seconds: 0,
            clock_kind: "work",
            clock_started_at: "2026-03-02 10:00:00",
        },
        { id: 2, work_seconds: 60, waiting_seconds: 3600, clock_kind: false, clock_started_at: false },
    ];
}

defineMailModels();
defineModels([Ticket]);

const ARCH = `
    <form>
        <button name="action_wait" type="object" string="Wait" />
        <field name="work_seconds" widget="caredesk_duration" options="{'clocks': ['work']}" />
        <field name="waiting_seconds" widget="caredesk_duration" options="{'clocks': ['wait']}" />
    </form>`;

/** S0-TKT-20, S0-TKT-25: the running clock ticks, the other one stands still. */
test("the running clock ticks", async () => {
    mockDate("2026-03-02 10:01:35");
    await mountView({ resModel: "caredesk.ticket", resId: 1, type: "form", arch: ARCH });
    expect("[name=work_seconds] .o_caredesk_duration").toHaveText("1 min 35 s");
    expect("[name=waiting_seconds] .o_caredesk_duration").toHaveText("0 s");
    await advanceTime(5000);
    await animationFrame();
    expect("[name=work_seconds] .o_caredesk_duration").toHaveText("1 min 40 s");
    expect("[name=waiting_seconds] .o_caredesk_duration").toHaveText("0 s");
    expect("[name=work_seconds] [data-running=work]").toHaveCount(1);
});

/** S0-TKT-20: a finished ticket shows its figures and nothing moves. */
test("stopped clocks stand still", async () => {
    mockDate("2026-03-02 10:01:35");
    await mountView({ resModel: "caredesk.ticket", resId: 2, type: "form", arch: ARCH });
    await advanceTime(5000);
    await animationFrame();
    expect("[name=work_seconds] .o_caredesk_duration").toHaveText("1 min");
    expect("[name=waiting_seconds] .o_caredesk_duration").toHaveText("1 h");
    expect("[data-running]").toHaveCount(0);
});

/** S0-TKT-22, S0-TKT-26: after Wait the work clock keeps its figure and the other one runs. */
test("follows the clock after a button", async () => {
    mockDate("2026-03-02 10:01:35");
    onRpc("action_wait", function () {
        this.env["caredesk.ticket"].write([1], {
            work_seconds: 98,
            clock_kind: "wait",
            clock_started_at: "2026-03-02 10:01:38",
        });
        return true;
    });
    await mountView({ resModel: "caredesk.ticket", resId: 1, type: "form", arch: ARCH });
    await advanceTime(3000);
    await contains("button[name=action_wait]").click();
    await advanceTime(2000);
    await animationFrame();
    expect("[name=work_seconds] .o_caredesk_duration").toHaveText("1 min 38 s");
    expect("[name=waiting_seconds] .o_caredesk_duration").toHaveText("2 s");
});

/** S1-LST-01: in a list the clocks tick and the sum is said in words. */
test("ticks in a list", async () => {
    mockDate("2026-03-02 10:01:35");
    await mountView({
        resModel: "caredesk.ticket",
        type: "list",
        arch: `
            <list>
                <field name="work_seconds" widget="caredesk_duration" options="{'clocks': ['work']}" sum="Work" />
            </list>`,
    });
    await advanceTime(1000);
    await animationFrame();
    expect(".o_data_row:eq(0) .o_caredesk_duration").toHaveText("1 min 36 s");
    expect(".o_data_row:eq(1) .o_caredesk_duration").toHaveText("1 min");
    expect("tfoot .o_list_number").toHaveText("2 min 35 s");
});
