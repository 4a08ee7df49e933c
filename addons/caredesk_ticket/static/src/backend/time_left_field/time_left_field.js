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
 * Working seconds of the seconds that have passed since the value was read.
 *
 * @param {{ticks: boolean, until: number|null, stops: number|null}} value
 * @param {number} elapsed
 */
function workedOf({ ticks, until, stops }, elapsed) {
    if (ticks) {
        return Math.min(elapsed, until ?? elapsed);
    }
    return until === null ? 0 : Math.max(0, Math.min(elapsed, stops ?? elapsed) - until);
}

/**
 * Counts down the working time left until a service level is due, second by second while work
 * is done, stands still over lunch, and goes on after it. The server says what is left and when
 * it ticks, so the clock of the browser does not matter.
 *
 * The value is `{left, ticks, until, stops, state}` in seconds, see `sla_live` of the ticket, or false.
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
        useTicker(() => (this.value?.ticks || this.value?.until) && this.update());
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
        const { left, state } = this.value;
        const elapsed = Math.max(0, Math.round((Date.now() - this.readAt) / 1000));
        const now = left - workedOf(this.value, elapsed);
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
