import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";

import { replyWindow } from "@caredesk_zalo/core/reply_window";

describe.current.tags("headless");

const { DateTime } = luxon;
const NOW = DateTime.fromISO("2026-11-23T10:00:00");

/** Return what is said at NOW to a customer who wrote so long ago. */
function said(ago) {
    const { state, text } = replyWindow(NOW.minus(ago).plus({ days: 7 }), NOW);
    return `${state}: ${text}`;
}

/** IE-38: 48 hours free, then until the seventh day, then nothing. */
test("how long one may answer, in words", () => {
    allowTranslations();
    expect(said({ minutes: 0 })).toBe("free: Free for 48 hours");
    expect(said({ hours: 20 })).toBe("free: Free for 28 hours");
    expect(said({ hours: 47, minutes: 20 })).toBe("free: Free for 40 min");
    expect(said({ hours: 48 })).toBe("paid: 5 days left to answer");
    expect(said({ days: 6 })).toBe("paid: 24 hours left to answer");
    expect(said({ days: 6, hours: 23, minutes: 59, seconds: 30 })).toBe("paid: 1 min left to answer");
    expect(said({ days: 7 })).toBe("over: Reply window over");
    expect(replyWindow(undefined, NOW).state).toBe("over");
});
