import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/**
 * Say a duration as people do: «1 min 35 s», «2 h 5 min», zero is «0 s».
 *
 * Units that are zero are left out; from one day on the seconds are dropped.
 *
 * @param {number | false} duration in seconds
 * @param {object} [options]
 * @param {boolean} [options.inDays] whether 24 hours make a day; working hours do not
 * @returns {string}
 */
export function formatDuration(duration, { inDays = true } = {}) {
    const total = Math.max(0, Math.floor(duration || 0));
    const days = inDays ? Math.floor(total / DAY) : 0;
    const hours = Math.floor((total - days * DAY) / HOUR);
    const minutes = Math.floor((total % HOUR) / MINUTE);
    const seconds = total >= DAY ? 0 : total % MINUTE;
    const parts = [];
    if (days) {
        parts.push(_t("%(count)s d", { count: days }));
    }
    if (hours) {
        parts.push(_t("%(count)s h", { count: hours }));
    }
    if (minutes) {
        parts.push(_t("%(count)s min", { count: minutes }));
    }
    if (seconds || !parts.length) {
        parts.push(_t("%(count)s s", { count: seconds }));
    }
    return parts.join(" ");
}

/**
 * Say working time as people do, with its sign: «4 h 5 min», «−20 min», «48 h».
 *
 * @param {number | false} duration in seconds of the hours it counts in
 * @returns {string}
 */
export function formatWorkingTime(duration) {
    const seconds = duration || 0;
    return (seconds < 0 ? "−" : "") + formatDuration(Math.abs(seconds), { inDays: false });
}

// Makes the sums of lists and the cells of pivots read like the fields themselves.
registry.category("formatters").add("caredesk_duration", formatDuration);
registry.category("formatters").add("caredesk_working_time", formatWorkingTime);
