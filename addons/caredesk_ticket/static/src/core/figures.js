import { registry } from "@web/core/registry";
import { formatPercentage } from "@web/views/fields/formatters";

import { formatWorkingTime } from "./duration";

/**
 * Say a figure unless there is none: an average of nothing is no «0 s», a share of nothing no «0%».
 *
 * @param {(value: number, options?: object) => string} format
 * @returns {(value: number | false, options?: object) => string}
 */
const unlessNone = (format) => (value, options) =>
    typeof value === "number" ? format(value, options) : "";

export const formatAverageTime = unlessNone((value) => formatWorkingTime(Math.round(value)));
export const formatShare = unlessNone(formatPercentage);

// For the cells of pivots.
registry.category("formatters").add("caredesk_average_time", formatAverageTime);
registry.category("formatters").add("caredesk_share", formatShare);
