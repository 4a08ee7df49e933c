import { Message } from "@mail/core/common/message";
import { Message as MessageModel } from "@mail/core/common/message_model";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** How far a message is on its way to Zalo: icon, words, colour. */
const STATES = {
    queued: { icon: "fa-clock-o", label: _t("Pending"), class: "text-muted" },
    sending: { icon: "fa-paper-plane-o", label: _t("Being sent"), class: "text-muted" },
    sent: { icon: "fa-check", label: _t("Sent"), class: "text-muted" },
    delivered: { icon: "fa-check-circle-o", label: _t("Delivered"), class: "text-muted" },
    read: { icon: "fa-check-circle", label: _t("Read"), class: "text-info" },
    failed: { icon: "fa-exclamation-triangle", label: _t("Failed"), class: "text-danger" },
    uncertain: { icon: "fa-question-circle", label: _t("Perhaps sent"), class: "text-warning" },
};

patch(Message.prototype, {
    /** What to show of the message's way, or nothing. */
    get zaloDelivery() {
        const { state, reason } = this.message.zalo_delivery || {};
        return state && { ...STATES[state], reason, retry: ["failed", "uncertain"].includes(state) };
    },
    /** Send a message once more that failed or may have failed: the agent decided so. */
    async onClickZaloRetry() {
        await this.store.env.services.orm.call("caredesk.zalo.message", "action_retry", [
            [this.message.zalo_delivery.id],
        ]);
    },
});

patch(MessageModel.prototype, {
    /** What left for Zalo cannot be called back from the customer's phone. */
    get editable() {
        return !this.zalo_delivery && super.editable;
    },
});
