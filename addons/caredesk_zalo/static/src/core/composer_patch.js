import { Composer } from "@mail/core/common/composer";
import { registerComposerAction } from "@mail/core/common/composer_actions";
import { SuggestionService } from "@mail/core/common/suggestion_service";
import { onMounted } from "@odoo/owl";
import { loadEmoji } from "@web/core/emoji_picker/emoji_picker";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { beginForCustomer } from "@caredesk_zalo/core/customer_step";
import { useClock } from "@caredesk_zalo/core/clock_hook";
import { replyWindow } from "@caredesk_zalo/core/reply_window";
import { TEXT_CHARACTERS } from "@caredesk_zalo/core/upload_limits";

registerComposerAction("zalo-note", {
    btnClass: ({ composer }) => (composer.thread?.zaloWritesNote ? "text-warning" : ""),
    condition: ({ composer }) => composer.thread?.isZalo && !composer.message,
    icon: ({ composer }) =>
        composer.thread.zaloWritesNote ? "fa fa-sticky-note" : "fa fa-sticky-note-o",
    isActive: ({ composer }) => composer.thread.zaloWritesNote,
    name: ({ composer }) =>
        composer.thread.zaloWritesNote ? _t("Write to the customer") : _t("Internal note"),
    onSelected: ({ composer }) => {
        composer.thread.zaloWritesNote = !composer.thread.zaloWritesNote;
        composer.autofocus++;
    },
    sequenceQuick: 15,
});

patch(Composer.prototype, {
    setup() {
        super.setup(...arguments);
        this.zaloClock = useClock();
        // Odoo waits for its list of emojis before it shows the first message one writes: some
        // seconds. It is fetched while the agent still reads.
        onMounted(() => this.thread?.isZalo && loadEmoji());
    },
    get zaloWritesNote() {
        return Boolean(this.thread?.isZalo && this.thread.zaloWritesNote);
    },
    /** Why nothing can be written to this customer now; nothing when it can. */
    get zaloClosed() {
        const { thread } = this;
        if (!thread?.isZalo || thread.zaloWritesNote || this.props.composer.message) {
            return undefined;
        }
        if (thread.zalo_side && !thread.zalo_side.connected) {
            return _t("%s is not connected to Zalo.", thread.zalo_side.account);
        }
        if (replyWindow(thread.zaloUntil, this.zaloClock.now).state === "over") {
            return _t("The 7 days to answer are over. Wait until the customer writes again.");
        }
        return undefined;
    },
    get placeholder() {
        return this.zaloWritesNote
            ? _t("Internal note: the customer does not see it")
            : super.placeholder;
    },
    get postData() {
        const data = super.postData;
        return this.zaloWritesNote ? { ...data, isNote: true } : data;
    },
    get isSendButtonDisabled() {
        return Boolean(this.zaloClosed) || super.isSendButtonDisabled;
    },
    async sendMessage() {
        if (this.zaloClosed) {
            return;
        }
        const length = this.props.composer.composerText.normalize("NFC").trim().length;
        if (this.thread?.isZalo && !this.zaloWritesNote && length > TEXT_CHARACTERS) {
            const text = _t("Zalo takes texts of up to %(maximum)s characters; this has %(length)s.", {
                maximum: TEXT_CHARACTERS,
                length,
            });
            this.env.services.notification.add(text, { type: "danger" });
            return;
        }
        await super.sendMessage(...arguments);
    },
    /** A template still reaches who may not be written to, once it is known who he is. */
    get zaloTakesTemplate() {
        const { connected, kind } = this.thread?.zalo_side || {};
        return connected && kind && kind !== "unlinked";
    },
    onClickZaloTemplate() {
        return beginForCustomer(this.env, this.thread, "action_send_template");
    },
    onClickZaloNote() {
        this.thread.zaloWritesNote = true;
        this.props.composer.autofocus++;
    },
});

patch(SuggestionService.prototype, {
    /** A customer is sent no names of colleagues or channels; ready answers are there. */
    getSupportedDelimiters(thread) {
        const delimiters = super.getSupportedDelimiters(...arguments);
        if (!thread?.isZalo) {
            return delimiters;
        }
        const unwanted = thread.zaloWritesNote ? ["#"] : ["#", "@"];
        return delimiters.filter(([delimiter]) => !unwanted.includes(delimiter));
    },
});
