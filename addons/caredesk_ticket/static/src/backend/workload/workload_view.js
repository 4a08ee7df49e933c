import { onWillStart, onWillUpdateProps, useState, useSubEnv } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { WorkloadHeader } from "./workload_header";

/**
 * @typedef {Object} Figures of a member, as the server's get_workload gives them
 * @property {number} open
 * @property {number} waiting
 * @property {number} capacity the largest of his or her seats
 * @property {Object<number, number>} capacities by support group
 * @property {boolean} is_away
 * @property {boolean} on_duty
 * @property {number} planned_hours
 * @property {number} used_hours
 * @property {{ load: number, available: number | null }} today
 * @property {{ load: number, available: number | null }} week
 */

/** Tickets by performer: figures above each column, dragging reassigns after a warning. */
export class WorkloadRenderer extends KanbanRenderer {
    static components = { ...KanbanRenderer.components, KanbanHeader: WorkloadHeader };

    setup() {
        super.setup();
        // Not by useService: unfolding the queue draws the board anew, and the old one, whose
        // figures nobody needs any more, must not fail for that.
        this.orm = this.env.services.orm;
        this.dialog = useService("dialog");
        /** @type {{ byUser: Object<number, Figures> }} */
        this.workload = useState({ byUser: {} });
        useSubEnv({ workload: this.workload });
        onWillStart(async () => {
            this.mayMove = await user.hasGroup("caredesk_ticket.group_intake");
            await this.unfoldQueue();
            await this.loadFigures(this.props.list);
        });
        onWillUpdateProps((nextProps) => {
            this.loadFigures(nextProps.list);
        });
    }

    get canMoveRecords() {
        return this.mayMove && super.canMoveRecords;
    }

    get isByPerformer() {
        return this.props.list.isGrouped && this.props.list.groupByField.name === "user_id";
    }

    /** Odoo folds the column of nobody; here it is what waits to be shared out. */
    async unfoldQueue() {
        const queue = this.isByPerformer && this.props.list.groups.find((group) => !group.value);
        if (queue && queue.isFolded) {
            await queue.toggle();
        }
    }

    async loadFigures(list) {
        if (!list.isGrouped || list.groupByField.name !== "user_id") {
            return;
        }
        const userIds = list.groups.map((group) => group.value).filter(Boolean);
        if (userIds.length) {
            this.workload.byUser = await this.orm.silent.call(
                "caredesk.support.member",
                "get_workload",
                [userIds]
            );
        }
    }

    async sortRecordDrop(dataRecordId, dataGroupId, params) {
        const { list } = this.props;
        if (this.isByPerformer && params.parent?.dataset.id !== dataGroupId) {
            const record = list.records.find((one) => one.id === dataRecordId);
            const target = list.groups.find((one) => one.id === params.parent?.dataset.id);
            if (record && target && !(await this.confirmGiving(record, target))) {
                params.parent.classList.remove("o_kanban_hover");
                return;
            }
        }
        try {
            await super.sortRecordDrop(dataRecordId, dataGroupId, params);
        } finally {
            await this.loadFigures(list);
        }
    }

    /** Ask before somebody is given more than he or she may hold, or while away. */
    confirmGiving(record, target) {
        const figures = this.workload.byUser[target.value];
        const capacity = figures?.capacities[record.data.group_id?.id];
        let question;
        if (figures?.is_away) {
            question = _t("%(name)s is away. Assign the ticket anyway?", {
                name: target.displayName,
            });
        } else if (capacity !== undefined && figures.open >= capacity) {
            question = _t(
                "%(name)s holds %(open)s open tickets; the capacity is %(capacity)s. Assign the ticket anyway?",
                { name: target.displayName, open: figures.open, capacity }
            );
        }
        if (!question) {
            return Promise.resolve(true);
        }
        return new Promise((resolve) => {
            this.dialog.add(
                ConfirmationDialog,
                {
                    title: _t("Beyond the capacity"),
                    body: question,
                    confirmLabel: _t("Assign"),
                    confirm: () => resolve(true),
                    cancel: () => resolve(false),
                },
                { onClose: () => resolve(false) }
            );
        });
    }
}

registry.category("views").add("caredesk_workload", {
    ...kanbanView,
    Renderer: WorkloadRenderer,
});
