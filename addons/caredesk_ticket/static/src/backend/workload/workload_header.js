import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloatTime } from "@web/views/fields/formatters";
import { KanbanHeader } from "@web/views/kanban/kanban_header";

/** How full a period is from which on it is shown as full, and as too full. */
const FULL = 0.9;
const TOO_FULL = 1;

/**
 * Head of a member's column: what he or she holds, against the capacity and the working hours.
 */
export class WorkloadHeader extends KanbanHeader {
    static template = "caredesk_ticket.WorkloadHeader";

    setup() {
        super.setup();
        this.workload = useState(this.env.workload);
    }

    /** @returns {import("./workload_view").Figures | undefined} */
    get figures() {
        return this.isByPerformer ? this.workload.byUser[this.group.value] : undefined;
    }

    get isByPerformer() {
        return this.group.groupByField.name === "user_id";
    }

    /** The column of nobody is the queue. */
    get title() {
        return this.isByPerformer && !this.group.value ? _t("Unassigned") : this.group.displayName;
    }

    get isOver() {
        return this.figures.open > this.figures.capacity;
    }

    get presence() {
        if (this.figures.is_away) {
            return _t("Away");
        }
        return this.figures.on_duty ? "" : _t("Off duty");
    }

    get used() {
        return formatFloatTime(this.figures.used_hours);
    }

    get planned() {
        return formatFloatTime(this.figures.planned_hours);
    }

    get periods() {
        return [
            { key: "today", label: _t("Today"), ...this.describe(this.figures.today) },
            { key: "week", label: _t("7 days"), ...this.describe(this.figures.week) },
        ];
    }

    /** @param {{ load: number, available: number | null }} period */
    describe({ load, available }) {
        if (available === null) {
            return { text: formatFloatTime(load), percent: 0, color: "" };
        }
        if (!available) {
            return {
                text: _t("%(load)s h, no working time", { load: formatFloatTime(load) }),
                percent: load ? 100 : 0,
                color: "bg-secondary",
            };
        }
        const share = load / available;
        let color = "bg-success";
        if (share > TOO_FULL) {
            color = "bg-danger";
        } else if (share > FULL) {
            color = "bg-warning";
        }
        const text = _t("%(load)s of %(available)s h", {
            load: formatFloatTime(load),
            available: formatFloatTime(available),
        });
        return { text, percent: Math.min(100, Math.round(share * 100)), color };
    }
}
