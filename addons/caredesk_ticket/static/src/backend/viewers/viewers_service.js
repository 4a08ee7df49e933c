import { reactive } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { uuid } from "@web/core/utils/strings";

/** @typedef {{ id: number, name: string, typing: boolean }} Viewer */

const MODEL = "caredesk.ticket";
const CHANNEL = "caredesk_ticket.viewers";
/** Rows of a list that come and go together become one subscription. */
const SETTLE_DELAY = 200;
/** How often a list asks again about tickets that somebody has open: a crash says no good-bye. */
const REFRESH_DELAY = 15000;

/** Who has the tickets on the screen open: one subscription and one timer for a whole page. */
export class TicketViewers {
    /**
     * @param {import("services").ServiceFactories["bus_service"]} bus
     * @param {import("@web/core/orm_service").ORM} orm
     */
    constructor(bus, orm) {
        this.bus = bus;
        this.orm = orm.silent;
        /** @type {Record<number, Viewer[]>} */
        this.byTicket = reactive({});
        /** @type {Map<number, number>} ticket id -> number of places that show it */
        this.watched = new Map();
        /** @type {Set<number>} tickets whose form is open: each heartbeat brings their viewers */
        this.entered = new Set();
        this.announced = Promise.resolve();
        this.tab = uuid();
        this.channel = null;
        this.settling = null;
        this.timer = null;
        this.bus.subscribe(CHANNEL, ({ ticket_id, viewers }) => this.set(ticket_id, viewers));
    }

    /** @param {number} ticketId */
    watch(ticketId) {
        this.watched.set(ticketId, (this.watched.get(ticketId) || 0) + 1);
        this.settle();
    }

    /** @param {number} ticketId */
    unwatch(ticketId) {
        const count = this.watched.get(ticketId) - 1;
        if (count) {
            this.watched.set(ticketId, count);
        } else {
            this.watched.delete(ticketId);
        }
        this.settle();
    }

    /**
     * Say that the user has the ticket open. What comes back is who is there.
     *
     * @param {number} ticketId
     * @param {{ typing?: boolean, leaving?: boolean }} [state]
     */
    async announce(ticketId, { typing = false, leaving = false } = {}) {
        this.entered[leaving ? "delete" : "add"](ticketId);
        const options = { is_typing: typing, is_leaving: leaving, tab: this.tab };
        // One after the other: they write the same row, and the last one has to be the last.
        this.announced = this.announced.then(() =>
            this.quietly("announce_viewer", [[ticketId]], options)
        );
        const viewers = await this.announced;
        if (viewers) {
            this.set(ticketId, viewers);
        }
    }

    set(ticketId, viewers) {
        if (this.watched.has(ticketId)) {
            this.byTicket[ticketId] = viewers;
        }
    }

    settle() {
        clearTimeout(this.settling);
        this.settling = setTimeout(() => this.subscribe(), SETTLE_DELAY);
    }

    subscribe() {
        const ids = [...this.watched.keys()].sort((a, b) => a - b);
        const channel = ids.length ? `${CHANNEL}:${ids.join(",")}` : null;
        if (channel === this.channel) {
            return;
        }
        for (const ticketId of Object.keys(this.byTicket)) {
            if (!this.watched.has(Number(ticketId))) {
                delete this.byTicket[ticketId];
            }
        }
        if (channel) {
            this.bus.addChannel(channel);
            this.load(ids.filter((id) => !(id in this.byTicket || this.entered.has(id))));
            this.timer ??= setInterval(() => this.refresh(), REFRESH_DELAY);
        } else {
            clearInterval(this.timer);
            this.timer = null;
        }
        if (this.channel) {
            this.bus.deleteChannel(this.channel);
        }
        this.channel = channel;
    }

    refresh() {
        const ids = [...this.watched.keys()].filter(
            (id) => this.byTicket[id]?.length && !this.entered.has(id)
        );
        if (!document.hidden) {
            this.load(ids);
        }
    }

    /** @param {number[]} ticketIds */
    async load(ticketIds) {
        if (ticketIds.length) {
            const found = await this.quietly("get_ticket_viewers", [ticketIds]);
            for (const [ticketId, viewers] of Object.entries(found || {})) {
                this.set(Number(ticketId), viewers);
            }
        }
    }

    /** Call the server; a failure concerns nobody who works on a ticket. */
    async quietly(method, args, kwargs = {}) {
        try {
            return await this.orm.call(MODEL, method, args, kwargs);
        } catch {
            return null;
        }
    }
}

registry.category("services").add("caredesk_ticket.viewers", {
    dependencies: ["bus_service", "orm"],
    start(env, { bus_service, orm }) {
        return new TicketViewers(bus_service, orm);
    },
});
