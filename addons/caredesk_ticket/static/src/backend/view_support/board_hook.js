import { onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
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
 * @returns {{ api: BoardApi, board: import("./board_api").Board & { loading: boolean },
 *     load: (groupId?: number) => Promise<void> }}
 */
export function useBoard() {
    const api = new BoardApi(useService("orm"));
    const bus = useService("bus_service");
    const latest = new KeepLast();
    const board = useState({
        can_manage: false,
        groups: [],
        group: false,
        members: [],
        loading: true,
    });

    async function load(groupId = board.group) {
        board.loading = true;
        try {
            Object.assign(board, await latest.add(api.load(groupId)));
        } finally {
            board.loading = false;
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
