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
 * @returns {string}
 */
export function formatDuration(duration) {
    const total = Math.max(0, Math.floor(duration || 0));
    const days = Math.floor(total / DAY);
    const hours = Math.floor((total % DAY) / HOUR);
    const minutes = Math.floor((total % HOUR) / MINUTE);
    const seconds = days ? 0 : total % MINUTE;
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

// Makes the sums of lists and the cells of pivots read like the fields themselves.
registry.category("formatters").add("caredesk_duration", formatDuration);
