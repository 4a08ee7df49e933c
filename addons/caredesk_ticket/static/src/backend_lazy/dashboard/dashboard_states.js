import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";

import { DashboardChart } from "./dashboard_chart";

const COLORS = {
    unassigned: "#F4A261",
    todo: "#FFD86D",
    in_progress: "#4EA7F2",
    waiting: "#8481DD",
    done: "#43C5B1",
    cancelled: "#A4A8B6",
};

/** The share of each state; the legend and the ring open the tickets. */
export class DashboardStates extends Component {
    static template = "caredesk_ticket.DashboardStates";
    static components = { DashboardChart };
    static props = { bars: Array, onOpen: Function };

    setup() {
        this.config = this.config.bind(this);
        this.onPick = this.onPick.bind(this);
        this.colors = COLORS;
        this.title = _t("State");
    }

    /** @param {number} count */
    number(count) {
        return formatInteger(count);
    }

    config() {
        const { bars } = this.props;
        return {
            type: "doughnut",
            data: {
                labels: bars.map((bar) => bar.label),
                datasets: [
                    {
                        data: bars.map((bar) => bar.count),
                        backgroundColor: bars.map((bar) => COLORS[bar.key]),
                        borderWidth: 0,
                    },
                ],
            },
            options: { cutout: "68%", plugins: { legend: { display: false } } },
        };
    }

    onPick(_series, index) {
        const bar = this.props.bars[index];
        this.props.onOpen(bar.label, bar.domain);
    }
}
