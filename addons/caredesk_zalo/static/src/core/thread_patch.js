import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { WINDOW_DAYS } from "@caredesk_zalo/core/reply_window";

/** A conversation with a Zalo customer behaves like a chat, without calls. */
patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        this.zalo_window_until = fields.Datetime();
        /** Who serves the customer. */
        this.zalo_agent_id = fields.One("res.partner");
        /** @type {"open"|"closed"|undefined} */
        this.zalo_status = fields.Attr(undefined);
        /** @type {{ contact_id: number, account: string, connected: boolean, follows: boolean }} */
        this.zalo_side = fields.Attr(undefined);
        /** What is typed is for the colleagues only. */
        this.zaloWritesNote = fields.Attr(false);
    },
    get isZalo() {
        return this.channel_type === "zalo";
    },
    /** The customer, among the members. */
    get zaloCustomer() {
        return this.channel_member_ids.find((member) => member.guest_id);
    },
    /**
     * Until when the customer may be written to. His newest message counts before the server
     * says so: it comes with that message.
     */
    get zaloUntil() {
        const last = this.messages.findLast((message) => message.author_guest_id);
        const byLast = last?.datetime.plus({ days: WINDOW_DAYS });
        const known = this.zalo_window_until || undefined;
        return byLast && (!known || byLast > known) ? byLast : known;
    },
    /** Who serves the customer. */
    get zaloAgentName() {
        return this.zalo_agent_id?.name || _t("Nobody serves it yet");
    },
    /** The same for the lists, where a closed conversation needs nobody. */
    get zaloAgentText() {
        return this.zalo_status === "closed" ? _t("Closed") : this.zaloAgentName;
    },
    get avatarUrl() {
        return (this.isZalo && this.zaloCustomer?.avatarUrl) || super.avatarUrl;
    },
    computeCorrespondent() {
        // No sign of being online is shown: Zalo does not tell it of its customers.
        return this.isZalo ? undefined : super.computeCorrespondent();
    },
    _computeDiscussAppCategory() {
        return this.isZalo
            ? this.store.discuss.zaloCategory
            : super._computeDiscussAppCategory();
    },
    setAsDiscussThread() {
        super.setAsDiscussThread(...arguments);
        if (this.isZalo && this.store.env.services.ui.isSmall) {
            this.store.discuss.activeTab = "zalo";
        }
    },
    get isChatChannel() {
        return this.isZalo || super.isChatChannel;
    },
    get hasMemberList() {
        return this.isZalo || super.hasMemberList;
    },
    get allowedToLeaveChannelTypes() {
        return [...super.allowedToLeaveChannelTypes, "zalo"];
    },
});
