import { Message } from "@mail/core/common/message";
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

/** What is said while a file of a customer is on its way here. */
const AWAITED = {
    image: _t("A picture is coming…"),
    gif: _t("A picture is coming…"),
    sticker: _t("A sticker is coming…"),
    audio: _t("A voice message is coming…"),
    video: _t("A film is coming…"),
};

patch(Message.prototype, {
    /** What to show of the message's way, or nothing. */
    get zaloDelivery() {
        const { state, reason } = this.message.zalo_delivery || {};
        return state && { ...STATES[state], reason, retry: ["failed", "uncertain"].includes(state) };
    },
    /** The files of a customer that cannot be shown yet, or never. */
    get zaloFiles() {
        return (this.message.zalo_files || []).map(({ id, kind, name, lost }) => ({
            id,
            icon: lost ? "fa-chain-broken" : "fa-circle-o-notch fa-spin",
            class: lost ? "text-danger" : "text-muted",
            text: lost
                ? _t("%s could not be fetched from Zalo.", name)
                : AWAITED[kind] || _t("%s is coming…", name),
        }));
    },
    /** Colleagues' read marks would be taken for the customer's. */
    get showSeenIndicator() {
        return !this.props.thread?.isZalo && super.showSeenIndicator;
    },
    /** Send a message once more that failed or may have failed: the agent decided so. */
    async onClickZaloRetry() {
        await this.store.env.services.orm.call("caredesk.zalo.message", "action_retry", [
            [this.message.zalo_delivery.id],
        ]);
    },
});
