import { onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";

/** The figures are read again so often while somebody can see them, in milliseconds. */
export const REFRESH_EVERY = 45_000;

/** Where the tab keeps what was chosen: reload and Back lead to the same figures. */
const KEPT = "caredesk_ticket.dashboard";

/** @returns {Partial<Figures["filters"]>} */
function keptFilters() {
    try {
        return JSON.parse(browser.sessionStorage.getItem(KEPT)) ?? {};
    } catch {
        return {};
    }
}

/**
 * @typedef {{ value: number | null, count: number, domain: Array }} Figure
 * @typedef {{ key: string | number | false, label: string | false, count: number, domain: Array }} Bar
 * @typedef {{ from: string, to: string, received: number, completed: number,
 *     received_domain: Array, completed_domain: Array }} TrendPoint
 * @typedef {Object} Figures
 * @property {{ period: string, date_from: string, date_to: string, group_id: number | false }} filters
 * @property {{ id: number, name: string }[]} groups
 * @property {Record<string, Figure>} figures
 * @property {Record<"open" | "received", Record<string, Bar[]>>} charts
 * @property {{ unit: "day" | "week" | "month", points: TrendPoint[] }} trend
 * @property {number} waiting_days
 * @property {boolean} is_empty
 */

/**
 * Keep the figures of the dashboard up to date: read again every 45 seconds, never while the
 * tab is hidden, and at once when it comes back with figures that are older.
 *
 * A clock instead of messages over the bus: on a busy day something changes every second, and
 * each message would make all open dashboards count again.
 */
export function useDashboard() {
    const orm = useService("orm");
    const board = useState({
        data: /** @type {Figures | null} */ (null),
        loading: false,
        stale: false,
        readAt: 0,
    });
    let lastCall = 0;

    // A call that was overtaken by a later one resolves too, but its figures are dropped.
    async function load(wanted = board.data?.filters ?? keptFilters()) {
        const call = ++lastCall;
        board.loading = true;
        try {
            const data = await orm.silent.call("caredesk.ticket.dashboard", "get_figures", [
                wanted,
            ]);
            if (call === lastCall) {
                Object.assign(board, { data, stale: false, readAt: Date.now() });
                browser.sessionStorage.setItem(KEPT, JSON.stringify(data.filters));
            }
        } finally {
            if (call === lastCall) {
                board.loading = false;
            }
        }
    }

    /** Nobody asked for it, so a failure is no dialog: the screen says that it is old. */
    async function refresh() {
        if (document.hidden || board.loading) {
            return;
        }
        try {
            await load();
        } catch {
            board.stale = true;
        }
    }

    onWillStart(() => load());
    useClock(refresh, () => board.readAt);
    return { board, load };
}

/** Call `refresh` every 45 seconds, and when the tab comes back with figures that are older. */
function useClock(refresh, readAt) {
    function onVisible() {
        if (Date.now() - readAt() >= REFRESH_EVERY) {
            refresh();
        }
    }
    const timer = browser.setInterval(refresh, REFRESH_EVERY);
    document.addEventListener("visibilitychange", onVisible);
    onWillDestroy(() => {
        browser.clearInterval(timer);
        document.removeEventListener("visibilitychange", onVisible);
    });
}
