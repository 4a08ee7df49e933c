import { onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

import { BoardApi } from "./board_api";

const CHANNEL = "caredesk_ticket.support_board";
const CHANGED = "caredesk_ticket.board_changed";
/** Changes that come together are read together. */
const RELOAD_DELAY = 300;

/**
 * Keep the data of View Support up to date: loaded once, and again whenever the server says
 * over the bus that a group changed. There is no polling.
 *
 * @param {number | false} [first] the group to begin with; the default one without it
 * @returns {{ api: BoardApi, board: import("./board_api").Board & { loading: boolean },
 *     load: (groupId?: number) => Promise<void> }}
 */
export function useBoard(first = false) {
    const api = new BoardApi(useService("orm"));
    const bus = useService("bus_service");
    const board = useState({
        can_manage: false,
        groups: [],
        group: false,
        members: [],
        loading: true,
    });

    let wanted = first;
    let lastCall = 0;

    // A call that was overtaken by a later one resolves too, but its data is dropped. The group
    // asked for last is kept, so a message of the bus does not lead back to the one before.
    async function load(groupId = wanted) {
        const call = ++lastCall;
        wanted = groupId;
        board.loading = true;
        try {
            const data = await api.load(groupId);
            if (call === lastCall) {
                Object.assign(board, data);
                wanted = data.group;
            }
        } finally {
            if (call === lastCall) {
                board.loading = false;
            }
        }
    }

    const reload = useDebounced(() => load(), RELOAD_DELAY);
    bus.addChannel(CHANNEL);
    bus.subscribe(CHANGED, reload);
    onWillStart(() => load());
    onWillDestroy(() => {
        bus.unsubscribe(CHANGED, reload);
        bus.deleteChannel(CHANNEL);
    });
    return { api, board, load };
}
