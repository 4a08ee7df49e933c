import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/** Days after a customer's last word in which Zalo lets an account write to him. */
export const WINDOW_DAYS = 7;
/** Hours in which that costs nothing. */
export const FREE_HOURS = 48;

/** Say how long something lasts, in the largest unit that tells enough. */
export function timeLeft(duration) {
    const minutes = Math.max(1, Math.floor(duration.as("minutes")));
    if (minutes < 60) {
        return _t("%s min", minutes);
    }
    const hours = Math.floor(minutes / 60);
    if (hours <= FREE_HOURS) {
        return _t("%s hours", hours);
    }
    return _t("%s days", Math.floor(hours / 24));
}

/**
 * Tell how long an account may still write to a customer.
 *
 * @param {DateTime|undefined} until the end of the window; none when he never wrote
 * @param {DateTime} now
 * @returns {{ state: "free"|"paid"|"over", text: string, title: string }}
 */
export function replyWindow(until, now = DateTime.now()) {
    if (!until || until <= now) {
        return {
            state: "over",
            text: _t("Reply window over"),
            title: _t("Zalo lets you write within 7 days after the customer's last message."),
        };
    }
    const freeUntil = until.minus({ days: WINDOW_DAYS }).plus({ hours: FREE_HOURS });
    if (freeUntil > now) {
        return {
            state: "free",
            text: _t("Free for %s", timeLeft(freeUntil.diff(now))),
            title: _t("Answers within 48 hours after the customer's last message cost nothing."),
        };
    }
    return {
        state: "paid",
        text: _t("%s left to answer", timeLeft(until.diff(now))),
        title: _t(
            "The free 48 hours are over. Zalo lets you write until 7 days after the customer's last message and may charge for it."
        ),
    };
}
