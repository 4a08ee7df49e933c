import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const DAY = 86400;

const SECONDS = (count) => _t("%(count)s s", { count });

/** Units of a duration, largest first: [size in seconds, how to say so many of them]. */
const UNITS = [
    [DAY, (count) => _t("%(count)s d", { count })],
    [3600, (count) => _t("%(count)s h", { count })],
    [60, (count) => _t("%(count)s min", { count })],
    [1, SECONDS],
];

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
    let left = Math.max(0, Math.floor(duration || 0));
    const units = UNITS.slice(inDays ? 0 : 1, left < DAY ? undefined : -1);
    const parts = [];
    for (const [size, say] of units) {
        const count = Math.floor(left / size);
        left -= count * size;
        if (count) {
            parts.push(say(count));
        }
    }
    return parts.join(" ") || SECONDS(0);
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
