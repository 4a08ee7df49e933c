import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import { registry } from "@web/core/registry";

import { formatAverageTime, formatShare } from "@caredesk_ticket/core/figures";

describe.current.tags("headless");

/** S4-RPT-01, S4-RPT-03: nothing answered, promised or rated is blank, zero is zero. */
test("figures of nothing are blank", () => {
    allowTranslations();
    patchWithCleanup(localization, { decimalPoint: ".", thousandsSep: "", grouping: [] });
    expect(formatAverageTime(false)).toBe("");
    expect(formatAverageTime(0)).toBe("0 s");
    expect(formatAverageTime(95.4)).toBe("1 min 35 s");
    expect(formatShare(false)).toBe("");
    expect(formatShare(0)).toBe("0%");
    expect(formatShare(0.875)).toBe("87.5%");
});

/** S4-RPT-01: pivots find them by name. */
test("are formatters of the registry", () => {
    expect(registry.category("formatters").get("caredesk_average_time")).toBe(formatAverageTime);
    expect(registry.category("formatters").get("caredesk_share")).toBe(formatShare);
});
