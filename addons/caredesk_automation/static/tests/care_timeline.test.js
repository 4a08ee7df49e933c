import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService, mountView, onRpc } from "@web/../tests/web_test_helpers";

defineMailModels();

const LINE = { date: "2026-03-02 03:00:00", is_day: false, detail: "", user: "Lan" };
const PAGES = [
    {
        lines: [
            { ...LINE, kind: "order", id: 7, name: "S00007", model: "sale.order" },
            { ...LINE, kind: "points", id: 3, name: "Thanks", detail: "+10", model: false },
        ],
        older: { order: ["2026-03-02 03:00:00", 7], ticket: false },
    },
    { lines: [{ ...LINE, kind: "ticket", id: 5, name: "T5 Help", model: "caredesk.ticket" }], older: {} },
];

/** Open the page of a customer; `asked` collects from where each page began. */
async function openPage(pages) {
    const asked = [];
    onRpc("res.partner", "care_timeline", ({ kwargs }) => {
        asked.push(kwargs.after);
        return pages[asked.length - 1];
    });
    await mountView({
        resModel: "res.partner",
        resId: 1,
        type: "form",
        arch: `<form><widget name="caredesk_care_timeline" /></form>`,
    });
    return asked;
}

/** IE-32: newest first; older pages go on where the last one ended, and then there is no more. */
test("shows a page and the older ones on request", async () => {
    const asked = await openPage(PAGES);
    expect(queryAllTexts(".o_caredesk_timeline li .fw-bold")).toEqual(["S00007", "Thanks"]);
    await click(".o_caredesk_timeline_older");
    await animationFrame();
    expect(queryAllTexts(".o_caredesk_timeline li .fw-bold")).toEqual(["S00007", "Thanks", "T5 Help"]);
    expect(".o_caredesk_timeline_older").toHaveCount(0);
    expect(asked).toEqual([null, PAGES[0].older]);
});

/** IE-32: a line opens its record; a gift is all there is to see. */
test("opens what a line stands for", async () => {
    mockService("action", {
        doAction: (action) => expect.step(`${action.res_model} ${action.res_id}`),
    });
    await openPage(PAGES);
    expect(".o_caredesk_timeline li[data-kind=points] button").toHaveCount(0);
    await click(".o_caredesk_timeline li[data-kind=order] button");
    expect.verifySteps(["sale.order 7"]);
});

/** IE-32: a customer with whom nothing happened is told of in words. */
test("says so when nothing happened", async () => {
    await openPage([{ lines: [], older: {} }]);
    expect(".o_caredesk_timeline").toHaveText(/Nothing happened/);
});
