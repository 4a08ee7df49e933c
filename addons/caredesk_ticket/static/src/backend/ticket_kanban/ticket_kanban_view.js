import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

/** A board of tickets; a phone shows one column at a time, so there it begins with tickets. */
export class TicketKanbanRenderer extends KanbanRenderer {
    getGroupsOrRecords() {
        const columns = super.getGroupsOrRecords();
        const { list } = this.props;
        if (!this.env.isSmall || !list.isGrouped || list.groupByField.name !== "state") {
            return columns;
        }
        const filled = columns.filter(({ group }) => group.count);
        return filled.length ? filled : columns;
    }
}

registry.category("views").add("caredesk_ticket_kanban", {
    ...kanbanView,
    Renderer: TicketKanbanRenderer,
});
