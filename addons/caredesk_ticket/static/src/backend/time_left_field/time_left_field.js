import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { formatWorkingTime } from "@caredesk_ticket/core/duration";
import { useTicker } from "@caredesk_ticket/core/ticker";

const COLORS = { failed: "text-danger fw-bold", near: "text-warning fw-bold", paused: "text-muted" };
const ICONS = { failed: "fa-fire", near: "fa-exclamation-triangle", paused: "fa-pause" };

/**
 * Counts down the working time left until a service level is due, second by second while work
 * is done, and stands still over night. The server says what is left and how long it ticks, so
 * the clock of the browser does not matter.
 *
 * The value is `{left, ticks, until, state}` in seconds, see `sla_live` of the ticket, or false.
 */
export class TimeLeftField extends Component {
    static template = "caredesk_ticket.TimeLeftField";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ text: "", late: false, level: "" });
        useRecordObserver((record) => {
            this.value = record.data[this.props.name] || null;
            this.readAt = Date.now();
            this.update();
        });
        useTicker(() => this.value?.ticks && this.update());
    }

    get color() {
        return COLORS[this.state.level] || "";
    }

    get icon() {
        return ICONS[this.state.level] || "fa-flag-o";
    }

    get hint() {
        const { level, late } = this.state;
        if (level === "paused") {
            return _t("Paused: this much working time is left");
        }
        return late ? _t("Working time since the deadline") : _t("Working time left until the deadline");
    }

    update() {
        if (!this.value) {
            this.state.text = "";
            return;
        }
        const { left, ticks, until, state } = this.value;
        let since = ticks ? Math.max(0, Math.round((Date.now() - this.readAt) / 1000)) : 0;
        if (until !== null) {
            since = Math.min(since, until);
        }
        const now = left - since;
        this.state.late = now < 0;
        this.state.level = now < 0 && state !== "paused" ? "failed" : state;
        this.state.text = formatWorkingTime(now);
    }
}

export const timeLeftField = {
    component: TimeLeftField,
    displayName: _t("Working time left"),
    supportedTypes: ["json"],
    isEmpty: (record, name) => !record.data[name],
};

registry.category("fields").add("caredesk_time_left", timeLeftField);
