import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { formatWorkingTime } from "@caredesk_ticket/core/duration";

/** Shows seconds of working time in words with their sign: what is left, or what is too late. */
export class WorkingTimeField extends Component {
    static template = "caredesk_ticket.WorkingTimeField";
    static props = { ...standardFieldProps };

    get seconds() {
        return this.props.record.data[this.props.name] || 0;
    }

    get text() {
        return formatWorkingTime(this.seconds);
    }
}

registry.category("fields").add("caredesk_working_time", {
    component: WorkingTimeField,
    displayName: _t("Working time in words"),
    supportedTypes: ["integer", "float"],
    isEmpty: () => false,
});
