import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatInteger, formatPercentage } from "@web/views/fields/formatters";

import { formatWorkingTime } from "@caredesk_ticket/core/duration";

const MINUTE = 60;

/** @typedef {"count" | "duration" | "share" | "rating"} Kind */

/**
 * Say a figure as people read it; one that cannot be told is a dash.
 *
 * @param {Kind} kind
 * @param {number | null} value
 */
export function formatFigure(kind, value) {
    if (value === null || value === undefined) {
        return "–";
    }
    switch (kind) {
        case "duration":
            return formatWorkingTime(value < MINUTE ? value : Math.round(value / MINUTE) * MINUTE);
        case "share":
            return formatPercentage(value, { digits: [false, 0] });
        case "rating":
            return _t("%(rating)s / 5", { rating: formatFloat(value, { digits: [false, 1] }) });
        default:
            return formatInteger(value);
    }
}
