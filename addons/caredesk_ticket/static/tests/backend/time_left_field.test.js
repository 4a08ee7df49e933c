import { expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

class Ticket extends models.Model {
    _name = "caredesk.ticket";

    sla_live = fields.Json();

    _records = [
        { id: 1, sla_live: { left: 5, ticks: true, until: null, stops: null, state: "near" } },
        { id: 2, sla_live: { left: 3600, ticks: true, until: 3, stops: null, state: "running" } },
        { id: 3, sla_live: { left: 3600, ticks: false, until: null, stops: null, state: "paused" } },
        { id: 4, sla_live: false },
        { id: 5, sla_live: { left: 3600, ticks: false, until: 5, stops: 8, state: "running" } },
    ];
}

defineMailModels();
defineModels([Ticket]);

const ARCH = `<form><field name="sla_live" widget="caredesk_time_left" /></form>`;
const LEFT = ".o_caredesk_time_left";

async function open(resId) {
    mockDate("2026-03-02 10:00:00");
    await mountView({ resModel: "caredesk.ticket", resId, type: "form", arch: ARCH });
}

async function pass(seconds) {
    await advanceTime(seconds * 1000);
    await animationFrame();
}

/** S4-HD-05: what is left counts down and goes on below zero, in the colour of a failure. */
test("counts down to the deadline and beyond", async () => {
    await open(1);
    expect(LEFT).toHaveText("5 s");
    expect(LEFT).toHaveAttribute("data-level", "near");
    await pass(3);
    expect(LEFT).toHaveText("2 s");
    await pass(4);
    expect(LEFT).toHaveText("−2 s");
    expect(LEFT).toHaveAttribute("data-level", "failed");
});

/** S4-HD-05: after closing time nothing counts. */
test("stands still when work ends", async () => {
    await open(2);
    await pass(10);
    expect(LEFT).toHaveText("59 min 57 s");
});

/** S4-HD-05: opened over lunch, it goes on when work begins, until work ends again. */
test("goes on when work begins", async () => {
    await open(5);
    await pass(4);
    expect(LEFT).toHaveText("1 h");
    await pass(3);
    expect(LEFT).toHaveText("59 min 58 s");
    await pass(10);
    expect(LEFT).toHaveText("59 min 57 s");
});

/** S4-HD-05: a paused promise does not count. */
test("stands still while paused", async () => {
    await open(3);
    await pass(10);
    expect(LEFT).toHaveText("1 h");
    expect(LEFT).toHaveAttribute("data-level", "paused");
});

/** S4-HD-05: a ticket without a promise shows nothing. */
test("shows nothing without a promise", async () => {
    await open(4);
    expect(LEFT).toHaveCount(0);
});
