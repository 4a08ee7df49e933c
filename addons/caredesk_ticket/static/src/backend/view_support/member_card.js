import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { imageUrl } from "@web/core/utils/urls";

const SHOWN_TICKETS = 5;
const CHIP_CLASSES = {
    free: "text-bg-success",
    busy: "text-bg-danger",
    waiting: "text-bg-warning",
    away: "text-bg-secondary",
};

/** One employee of the shown group: who it is, whether free, and what he or she holds. */
export class MemberCard extends Component {
    static template = "caredesk_ticket.MemberCard";
    static props = {
        member: Object,
        isFirst: Boolean,
        isLast: Boolean,
        canManage: Boolean,
        onRaise: Function,
        onLower: Function,
        onSetAway: Function,
        onEdit: Function,
        onRemove: Function,
        onOpenTicket: Function,
        onOpenTickets: Function,
    };

    get avatarUrl() {
        return imageUrl("res.users", this.props.member.user_id, "avatar_128");
    }

    get availabilityLabel() {
        return {
            free: _t("Free"),
            busy: _t("Busy"),
            waiting: _t("Waiting Only"),
            away: _t("Away"),
        }[this.props.member.availability];
    }

    get chipClass() {
        return CHIP_CLASSES[this.props.member.availability];
    }

    get loadLabel() {
        const { open_count, capacity, waiting_count } = this.props.member;
        return _t("%(open)s of %(capacity)s open, %(waiting)s waiting", {
            open: open_count,
            capacity,
            waiting: waiting_count,
        });
    }

    get canSetAway() {
        return this.props.canManage || this.props.member.is_me;
    }

    get openTickets() {
        return this.props.member.tickets.filter((ticket) => ticket.state !== "waiting");
    }

    get waitingTickets() {
        return this.props.member.tickets.filter((ticket) => ticket.state === "waiting");
    }

    get shownTickets() {
        return [...this.openTickets, ...this.waitingTickets].slice(0, SHOWN_TICKETS);
    }

    get moreLabel() {
        const count = this.props.member.tickets.length - this.shownTickets.length;
        return count > 0 && _t("%(count)s more…", { count });
    }

    /** Load counts over all groups; tickets one may not see are not listed. */
    get hiddenLabel() {
        const { open_count, waiting_count, tickets } = this.props.member;
        const count = open_count + waiting_count - tickets.length;
        return count > 0 && _t("%(count)s not visible to you", { count });
    }

    /** @param {string} state */
    ticketIcon(state) {
        return { todo: "fa-clock-o", in_progress: "fa-play", waiting: "fa-pause" }[state];
    }

    /** @param {string} state */
    ticketStateLabel(state) {
        return {
            todo: _t("Not Started"),
            in_progress: _t("In Progress"),
            waiting: _t("Waiting"),
        }[state];
    }
}
