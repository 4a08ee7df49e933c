import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import {
    deserializeDateTime,
    toLocaleDateString,
    toLocaleDateTimeString,
} from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** kind -> its name, icon and colour */
const KINDS = {
    order: { label: _t("Order"), icon: "fa-shopping-cart", color: "primary" },
    ticket: { label: _t("Ticket"), icon: "fa-life-ring", color: "danger" },
    task: { label: _t("Care Task"), icon: "fa-calendar-check-o", color: "success" },
    care: { label: _t("Care"), icon: "fa-heart-o", color: "success" },
    points: { label: _t("Points or Money"), icon: "fa-gift", color: "warning" },
    level: { label: _t("Level"), icon: "fa-star-o", color: "warning" },
    purchase: { label: _t("Purchase"), icon: "fa-shopping-bag", color: "primary" },
    survey: { label: _t("Survey"), icon: "fa-list-ul", color: "info" },
};

/** All that happened with the customer of the form, newest first; older pages on request. */
export class CareTimeline extends Component {
    static template = "caredesk_automation.CareTimeline";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ lines: [], older: {}, isLoading: false });
        onWillStart(() => this.begin(this.props.record.resId));
        onWillUpdateProps(({ record }) => record.resId !== this.customerId && this.begin(record.resId));
    }

    get hasOlder() {
        return Object.keys(this.state.older).length > 0;
    }

    async begin(customerId) {
        this.customerId = customerId;
        Object.assign(this.state, { lines: [], older: {} });
        if (customerId) {
            await this.load();
        }
    }

    async load(after = null) {
        const customerId = this.customerId;
        this.state.isLoading = true;
        const page = await this.orm.call("res.partner", "care_timeline", [[customerId]], { after });
        if (customerId === this.customerId) {
            this.state.lines.push(...page.lines);
            Object.assign(this.state, { older: page.older, isLoading: false });
        }
    }

    kindOf(line) {
        return KINDS[line.kind] || { label: line.kind, icon: "fa-circle-o", color: "secondary" };
    }

    whenOf(line) {
        const moment = deserializeDateTime(line.date);
        return line.is_day ? toLocaleDateString(moment) : toLocaleDateTimeString(moment);
    }

    open(line) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: line.model,
            res_id: line.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("caredesk_care_timeline", { component: CareTimeline });
