import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { SIZES, utils as uiUtils } from "@web/core/ui/ui_service";

import "@caredesk_ticket/backend/ticket_kanban/ticket_kanban_view";

const STATES = [
    ["todo", "Not Started"],
    ["in_progress", "In Progress"],
    ["done", "Done"],
];

class Ticket extends models.Model {
    _name = "caredesk.ticket";

    name = fields.Char();
    state = fields.Selection({ selection: STATES });

    _records = [{ id: 1, name: "No sound", state: "in_progress" }];
    _views = {
        kanban: `
            <kanban js_class="caredesk_ticket_kanban" default_group_by="state">
                <templates><t t-name="card"><field name="name"/></t></templates>
            </kanban>`,
    };
}

defineMailModels();
defineModels([Ticket]);

describe.current.tags("desktop");

/** The server names all states, whether they have tickets or not. */
beforeEach(() => {
    onRpc("web_read_group", ({ parent }) => {
        const { groups } = parent();
        const filled = Object.fromEntries(groups.map((group) => [group.state, group]));
        const expanded = STATES.map(
            ([state]) =>
                filled[state] || {
                    state,
                    __extra_domain: [["state", "=", state]],
                    __count: 0,
                    __records: [],
                }
        );
        return { groups: expanded, length: expanded.length };
    });
});

const board = () => mountView({ resModel: "caredesk.ticket", type: "kanban" });
const onAPhone = () => patchWithCleanup(uiUtils, { getSize: () => SIZES.XS });

/** S1-LST-01, S0-TKT-13: on a phone the first column one sees has tickets. */
test("a phone shows the columns that have tickets", async () => {
    onAPhone();
    await board();
    expect(".o_kanban_group").toHaveCount(1);
    expect(".o_kanban_group:first").toHaveText(/In Progress/);
});

/** S1-LST-01: without tickets the columns are there, so that the board is one. */
test("an empty board keeps its columns", async () => {
    onAPhone();
    Ticket._records = [];
    await board();
    expect(".o_kanban_group").toHaveCount(3);
});

/** S1-LST-01: on a wide screen every state can be dropped on. */
test("a wide screen shows all columns", async () => {
    await board();
    expect(".o_kanban_group").toHaveCount(3);
});
