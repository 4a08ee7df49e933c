import { onMounted, onWillUnmount } from "@odoo/owl";

/** @type {Set<() => void>} */
const listeners = new Set();
let timer = null;

function tick() {
    for (const listener of listeners) {
        listener();
    }
}

/**
 * Call a function every second while the component is on the screen.
 *
 * All components share one timer, which stops with the last of them: a list may show a
 * hundred clocks.
 *
 * @param {() => void} listener
 */
export function useTicker(listener) {
    onMounted(() => {
        listeners.add(listener);
        timer ??= setInterval(tick, 1000);
    });
    onWillUnmount(() => {
        listeners.delete(listener);
        if (!listeners.size) {
            clearInterval(timer);
            timer = null;
        }
    });
}
