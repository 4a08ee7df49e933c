import { beforeEach, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { manuallyDispatchProgrammaticEvent } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    makeServerError,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    preloadBundle,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();
preloadBundle("web.chartjs_lib");

let answer;

function figure(count, value = count) {
    return { count, value, domain: [["name", "=", `${count}`]] };
}

function bar(key, label, count) {
    return { key, label, count, domain: [["key", "=", key]] };
}

function point(day, received, completed) {
    return {
        from: day,
        to: day,
        received,
        completed,
        received_domain: [["received", "=", day]],
        completed_domain: [["completed", "=", day]],
    };
}

beforeEach(() => {
    mockDate("2026-03-02 10:00:00");
    const none = { priority: [], severity: [], channel: [], type: [], group: [] };
    answer = {
        groups: [
            { id: 1, name: "Customer Care" },
            { id: 2, name: "Technical" },
        ],
        figures: {
            open: figure(17),
            unassigned: figure(4),
            todo: figure(3),
            in_progress: figure(4),
            waiting: figure(6),
            waiting_long: figure(0),
            near: figure(2),
            overdue: figure(1),
            received: figure(60),
            completed: figure(40),
            first_response: figure(40, 754.4),
            resolution: figure(40, 5000),
            on_time: figure(20, 0.854),
            missed: figure(3),
            satisfaction: figure(0, null),
        },
        charts: {
            open: {
                ...none,
                state: [bar("unassigned", "Unassigned", 4), bar("waiting", "Waiting", 6)],
                priority: [bar("1", "Normal", 10), bar("3", "Very High", 5)],
                type: [bar(false, false, 3), bar("others", false, 2)],
            },
            received: { ...none, state: [bar("done", "Done", 40)] },
        },
        trend: {
            unit: "day",
            points: [point("2026-03-01", 5, 3), point("2026-03-02", 7, 4)],
        },
        waiting_days: 3,
        is_empty: false,
    };
    onRpc("caredesk.ticket.dashboard", "get_figures", ({ args }) => {
        const filters = { period: "days30", group_id: false, ...args[0] };
        expect.step(`${filters.period} ${filters.group_id}`);
        return { ...answer, filters: { date_from: "2026-02-01", date_to: "2026-03-02", ...filters } };
    });
});

async function openDashboard() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "caredesk_ticket.dashboard",
    });
    expect.verifySteps(["days30 false"]);
}

/** What the dashboard asks the action service to open. */
function catchActions() {
    patchWithCleanup(getService("action"), {
        doAction({ name, domain }) {
            expect.step(`${name} ${JSON.stringify(domain)}`);
        },
    });
}

/** S1-STA-01: figures in words; what cannot be told is a dash; colour where work waits. */
test("shows the figures", async () => {
    await openDashboard();
    const value = (name) => `[data-name=${name}] .o_caredesk_tile_value`;
    expect(value("open")).toHaveText("17");
    expect(value("first_response")).toHaveText("13 min");
    expect(value("resolution")).toHaveText("1 h 23 min");
    expect(value("on_time")).toHaveText("85%");
    expect(value("satisfaction")).toHaveText("–");
    expect("[data-name=on_time] .o_caredesk_tile_note").toHaveText("3 missed");
    expect(value("overdue")).toHaveClass("text-danger");
    expect(value("waiting_long")).not.toHaveClass("text-warning");
    expect("[data-name=waiting_long]").toHaveText(/more than 3 days/);
    expect(".o_caredesk_trend canvas").toHaveAttribute("role", "img");
    expect(".o_caredesk_trend table").toHaveText(/Received: 5\s+Completed: 3/);
    answer.trend.points.pop();
    await contains(".o_caredesk_refresh").click();
    expect.verifySteps(["days30 false"]);
    expect(".o_caredesk_trend").toHaveCount(0); // a single day is no curve
});

/** S1-STA-01, S1-STA-02, S4-RPT-02: tiles and bars open just the tickets they count. */
test("every figure opens its tickets", async () => {
    await openDashboard();
    catchActions();
    await contains("[data-name=overdue]").click();
    expect.verifySteps(['Overdue [["name","=","1"]]']);
    await contains("[data-name=priority] [data-key='3']").click();
    expect.verifySteps(['Very High [["key","=","3"]]']);
    await contains("[data-name=state] [data-key=waiting]").click();
    expect.verifySteps(['Waiting [["key","=","waiting"]]']);
    expect("[data-name=type] .o_caredesk_bar:eq(0)").toHaveText(/None\s*3/);
    expect("[data-name=type] .o_caredesk_bar:eq(1)").toHaveText(/Others\s*2/);
});

/** S1-STA-01: period, days and group are asked of the server; the breakdown changes at once. */
test("filters by period and group", async () => {
    await openDashboard();
    await contains("[data-period=week]").click();
    expect.verifySteps(["week false"]);
    expect("[data-period=week]").toHaveAttribute("aria-pressed", "true");
    await contains(".o_caredesk_group_select").select("2");
    expect.verifySteps(["week 2"]);
    await contains("[data-period=custom]").click();
    expect.verifySteps(["custom 2"]);
    expect(".o_caredesk_dates input").toHaveCount(2);
    await contains(".o_caredesk_basis_received").click();
    expect("[data-name=state] .o_caredesk_bar").toHaveText(/Done\s*40/);
    expect.verifySteps([]);
});

/** S1-STA-01: who comes back, or loads the page again, finds the figures he or she left. */
test("keeps what was chosen", async () => {
    await openDashboard();
    await contains("[data-period=week]").click();
    await contains(".o_caredesk_group_select").select("2");
    expect.verifySteps(["week false", "week 2"]);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "caredesk_ticket.dashboard",
    });
    expect.verifySteps(["week 2"]);
    expect(".o_caredesk_group_select").toHaveValue("2");
});

/** S1-STA-01: live without a message for each change; silent in a hidden tab, at once when back. */
test("reads again while it is seen", async () => {
    await openDashboard();
    answer.figures.open = figure(18);
    await advanceTime(45_000);
    await animationFrame();
    expect.verifySteps(["days30 false"]);
    expect("[data-name=open] .o_caredesk_tile_value").toHaveText("18");
    let hidden = true;
    patchWithCleanup(document, {
        get hidden() {
            return hidden;
        },
    });
    await advanceTime(180_000);
    expect.verifySteps([]);
    hidden = false;
    await manuallyDispatchProgrammaticEvent(document, "visibilitychange");
    await animationFrame();
    expect.verifySteps(["days30 false"]);
});

/** S1-STA-01: figures that could not be read again stay, and the screen says how old they are. */
test("says when it is not up to date", async () => {
    await openDashboard();
    onRpc("caredesk.ticket.dashboard", "get_figures", () => {
        throw makeServerError({ message: "busy" });
    });
    await advanceTime(45_000);
    await animationFrame();
    expect(".o_caredesk_read_at").toHaveText(/Not up to date/);
    expect(".o_dialog").toHaveCount(0);
    expect("[data-name=open] .o_caredesk_tile_value").toHaveText("17");
});

/** S1-STA-01: nothing at all is said in words, not by a page of zeros. */
test("empty period", async () => {
    answer.is_empty = true;
    await openDashboard();
    expect(".o_view_nocontent_smiling_face").toHaveCount(1);
    expect(".o_caredesk_tile").toHaveCount(0);
    expect("[data-period]").toHaveCount(5);
});
