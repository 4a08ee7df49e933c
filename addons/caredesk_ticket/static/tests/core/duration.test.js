import { describe, expect, test } from "@odoo/hoot";
import { registry } from "@web/core/registry";
import { allowTranslations } from "@web/../tests/web_test_helpers";

import { formatDuration, formatWorkingTime } from "@caredesk_ticket/core/duration";

describe.current.tags("headless");

/** S0-TKT-25: durations in words, zero as «0 s», hours and days when longer. */
test("durations are said in words", () => {
    allowTranslations();
    const cases = [
        [0, "0 s"],
        [false, "0 s"],
        [-5, "0 s"],
        [59, "59 s"],
        [60, "1 min"],
        [95, "1 min 35 s"],
        [3600, "1 h"],
        [3661, "1 h 1 min 1 s"],
        [86399, "23 h 59 min 59 s"],
        [86400, "1 d"],
        [90061, "1 d 1 h 1 min"],
    ];
    for (const [seconds, words] of cases) {
        expect(formatDuration(seconds)).toBe(words);
    }
});

/** S0-TKT-25: sums of lists and cells of pivots use the same words. */
test("is a formatter of the registry", () => {
    expect(registry.category("formatters").get("caredesk_duration")).toBe(formatDuration);
});

/** S4-HD-05: working hours make no days, and what is too late has a sign. */
test("working time in words", () => {
    allowTranslations();
    expect(formatWorkingTime(48 * 3600)).toBe("48 h");
    expect(formatWorkingTime(26 * 3600 + 65)).toBe("26 h 1 min");
    expect(formatWorkingTime(-95)).toBe("−1 min 35 s");
    expect(formatWorkingTime(false)).toBe("0 s");
});
