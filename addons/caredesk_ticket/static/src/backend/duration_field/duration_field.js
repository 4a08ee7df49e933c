import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { formatDuration } from "@caredesk_ticket/core/duration";
import { useTicker } from "@caredesk_ticket/core/ticker";

/**
 * Shows seconds in words. Given clocks, it goes on counting while one of them runs on the
 * record; the server's figure stays the base, so the clock of the browser does not matter.
 */
export class DurationField extends Component {
    static template = "caredesk_ticket.DurationField";
    static props = {
        ...standardFieldProps,
        clocks: { type: Array, element: String, optional: true },
    };
    static defaultProps = { clocks: [] };

    setup() {
        this.state = useState({ text: "", running: false, kind: "" });
        useRecordObserver((record) => {
            const { clock_kind, clock_started_at } = record.data;
            this.state.running = Boolean(clock_started_at) && this.props.clocks.includes(clock_kind);
            this.state.kind = this.state.running ? clock_kind : "";
            this.readSeconds = record.data[this.props.name] || 0;
            this.readAt = Date.now();
            this.update();
        });
        useTicker(() => this.state.running && this.update());
    }

    get runningHint() {
        return _t("This clock is running");
    }

    update() {
        const since = this.state.running ? Math.round((Date.now() - this.readAt) / 1000) : 0;
        this.state.text = formatDuration(this.readSeconds + Math.max(0, since));
    }
}

export const durationField = {
    component: DurationField,
    displayName: _t("Duration in words"),
    supportedTypes: ["integer", "float"],
    supportedOptions: [
        {
            label: _t("Clocks that make it run"),
            name: "clocks",
            type: "string",
            help: _t("Of queue, work and wait."),
        },
    ],
    isEmpty: () => false,
    fieldDependencies: ({ options }) =>
        options.clocks
            ? [
                  { name: "clock_kind", type: "selection" },
                  { name: "clock_started_at", type: "datetime" },
              ]
            : [],
    extractProps: ({ options }) => ({ clocks: options.clocks }),
};

registry.category("fields").add("caredesk_duration", durationField);
