import { Component, useState } from "@odoo/owl";
import { formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { DashboardBars } from "./dashboard_bars";
import { DashboardFilters } from "./dashboard_filters";
import { useDashboard } from "./dashboard_hook";
import { DashboardStates } from "./dashboard_states";
import { DashboardTile } from "./dashboard_tile";
import { DashboardTrend } from "./dashboard_trend";

const { DateTime } = luxon;

/** The state of care at a glance: what is open now, and what the period brought. */
export class Dashboard extends Component {
    static template = "caredesk_ticket.Dashboard";
    static components = {
        DashboardBars,
        DashboardFilters,
        DashboardStates,
        DashboardTile,
        DashboardTrend,
        Layout,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.actionService = useService("action");
        const { board, load } = useDashboard();
        this.board = board;
        this.load = load;
        this.state = useState({ basis: this.props.state?.basis ?? "open" });
        useSetupAction({ getLocalState: () => ({ basis: this.state.basis }) });
        this.layout = { controlPanel: {} };
        this.open = this.open.bind(this);
    }

    get nowTiles() {
        return [
            { name: "open", label: _t("Open Tickets") },
            { name: "unassigned", label: _t("Unassigned"), tone: "warning" },
            { name: "todo", label: _t("Not Started") },
            { name: "in_progress", label: _t("In Progress") },
            { name: "waiting", label: _t("Waiting") },
            {
                name: "waiting_long",
                label: _t("Waiting Too Long"),
                tone: "warning",
                note: _t("more than %(days)s days", { days: this.board.data.waiting_days }),
            },
            { name: "near", label: _t("Nearly Due"), tone: "warning" },
            { name: "overdue", label: _t("Overdue"), tone: "danger" },
        ];
    }

    get periodTiles() {
        const { first_response, missed, satisfaction } = this.board.data.figures;
        return [
            { name: "received", label: _t("Received") },
            { name: "completed", label: _t("Completed") },
            {
                name: "first_response",
                label: _t("First Response"),
                kind: "duration",
                note: _t("average of %(count)s answered", { count: first_response.count }),
            },
            {
                name: "resolution",
                label: _t("Resolution Time"),
                kind: "duration",
                note: _t("average, in working hours"),
            },
            {
                name: "on_time",
                label: _t("On Time"),
                kind: "share",
                note: _t("%(count)s missed", { count: missed.count }),
            },
            {
                name: "satisfaction",
                label: _t("Satisfaction"),
                kind: "rating",
                note: _t("%(count)s rated", { count: satisfaction.count }),
            },
        ];
    }

    get breakdowns() {
        return [
            { name: "priority", title: _t("Priority"), withLevels: true },
            { name: "severity", title: _t("Severity"), withLevels: true },
            { name: "channel", title: _t("Intake Channel") },
            { name: "type", title: _t("Ticket Type") },
            { name: "group", title: _t("Support Group") },
        ];
    }

    get charts() {
        return this.board.data.charts[this.state.basis];
    }

    /** The days shown. */
    get span() {
        const { date_from, date_to } = this.board.data.filters;
        const days = [date_from, date_to].map((day) => formatDate(DateTime.fromISO(day)));
        return days[0] === days[1] ? days[0] : days.join(" – ");
    }

    get readAt() {
        const time = DateTime.fromMillis(this.board.readAt).toLocaleString(DateTime.TIME_SIMPLE);
        return this.board.stale
            ? _t("Not up to date: read at %(time)s", { time })
            : _t("Read at %(time)s", { time });
    }

    /**
     * Show the tickets behind a figure.
     *
     * @param {string} name title of the list
     * @param {Array} domain
     */
    open(name, domain) {
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "caredesk.ticket",
            domain,
            views: ["list", "kanban", "form", "pivot", "graph"].map((type) => [false, type]),
        });
    }
}

registry.category("lazy_components").add("caredesk_ticket.Dashboard", Dashboard);
