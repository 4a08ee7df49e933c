import { Component } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";

/** Period and group the dashboard looks at. */
export class DashboardFilters extends Component {
    static template = "caredesk_ticket.DashboardFilters";
    static components = { DateTimeInput };
    static props = { filters: Object, groups: Array, onChange: Function };

    get periods() {
        return [
            { key: "today", label: _t("Today") },
            { key: "week", label: _t("7 Days") },
            { key: "days30", label: _t("30 Days") },
            { key: "month", label: _t("This Month") },
            { key: "custom", label: _t("Custom") },
        ];
    }

    get dates() {
        const { date_from, date_to } = this.props.filters;
        return [
            { name: "date_from", label: _t("From"), value: deserializeDate(date_from) },
            { name: "date_to", label: _t("To"), value: deserializeDate(date_to) },
        ];
    }

    /** @param {string} period */
    choosePeriod(period) {
        this.props.onChange({ ...this.props.filters, period });
    }

    chooseGroup(ev) {
        this.props.onChange({ ...this.props.filters, group_id: Number(ev.target.value) || false });
    }

    /**
     * The other end follows, so that the period never ends before it begins.
     *
     * @param {"date_from" | "date_to"} name
     * @param {luxon.DateTime | false} value
     */
    chooseDate(name, value) {
        const day = value && serializeDate(value);
        if (!day || day === this.props.filters[name]) {
            return;
        }
        const filters = { ...this.props.filters, [name]: day };
        if (filters.date_from > filters.date_to) {
            filters.date_from = filters.date_to = day;
        }
        this.props.onChange(filters);
    }
}
