import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";

const TONES = { 2: "bg-warning", 3: "bg-danger" };

/** How tickets spread over the values of one property; each bar opens its tickets. */
export class DashboardBars extends Component {
    static template = "caredesk_ticket.DashboardBars";
    static props = {
        name: String,
        title: String,
        bars: Array,
        withLevels: { type: Boolean, optional: true },
        onOpen: Function,
    };
    static defaultProps = { withLevels: false };

    get rows() {
        const largest = Math.max(...this.props.bars.map((bar) => bar.count), 1);
        return this.props.bars.map((bar) => ({
            ...bar,
            label: this.label(bar),
            text: formatInteger(bar.count),
            percent: Math.max(1, Math.round((100 * bar.count) / largest)),
            tone: (this.props.withLevels && TONES[bar.key]) || "bg-primary",
        }));
    }

    /** @param {import("./dashboard_hook").Bar} bar */
    label(bar) {
        if (bar.label) {
            return bar.label;
        }
        return bar.key === "others" ? _t("Others") : _t("None");
    }
}
