import { onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

const { DateTime } = luxon;
const TICK_MS = 30_000;

/** Return a state whose `now` moves on, for what counts down. */
export function useClock() {
    const clock = useState({ now: DateTime.now() });
    const timer = browser.setInterval(() => (clock.now = DateTime.now()), TICK_MS);
    onWillUnmount(() => browser.clearInterval(timer));
    return clock;
}
