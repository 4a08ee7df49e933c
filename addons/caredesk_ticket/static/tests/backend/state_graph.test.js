import { expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";
import { getChart, getGraphModelMetaData } from "@web/../tests/views/graph/graph_test_helpers";

class Ticket extends models.Model {
    _name = "caredesk.ticket";

    work = fields.Integer({ string: "Work", groupable: false });
    week = fields.Integer({ groupable: true });
    state = fields.Selection({
        selection: [
            ["unassigned", "Unassigned"],
            ["todo", "Not Started"],
            ["done", "Done"],
        ],
    });

    _records = [
        { id: 1, week: 46, state: "done" },
        { id: 2, week: 47, state: "done" },
        { id: 3, week: 47, state: "todo" },
        { id: 4, week: 47, state: "unassigned" },
    ];
}

defineMailModels();
defineModels([Ticket]);

/** S1-LST-02, S1-LST-03: it counts tickets; the legend follows the life cycle. */
test("states of a graph stand in the order of the life cycle", async () => {
    const view = await mountView({
        type: "graph",
        resModel: "caredesk.ticket",
        arch: `
            <graph js_class="caredesk_state_graph">
                <field name="week" />
                <field name="state" />
                <field name="work" type="measure" />
            </graph>`,
    });
    expect(getGraphModelMetaData(view).measure).toBe("__count");
    const { datasets, labels } = getChart(view).data;
    expect(datasets.slice(0, 3).map((dataset) => dataset.label)).toEqual([
        "Unassigned",
        "Not Started",
        "Done",
    ]);
    expect(labels).toEqual(["46", "47"]);
});
