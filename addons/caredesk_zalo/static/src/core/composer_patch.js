import { Composer } from "@mail/core/common/composer";
import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { patch } from "@web/core/utils/patch";

const { DateTime } = luxon;

/** Beneath the text: how long Zalo still lets us write to this customer. */
patch(Composer.prototype, {
    get zaloWindow() {
        const thread = this.thread;
        if (thread?.channel_type !== "zalo") {
            return undefined;
        }
        const until = thread.zalo_window_until && deserializeDateTime(thread.zalo_window_until);
        const left = until ? until.diff(DateTime.now(), "hours").hours : 0;
        if (left <= 0) {
            return {
                isOver: true,
                text: _t("The 7 days to answer are over. Wait until the customer writes again."),
            };
        }
        const text = left < 24 ? _t("Less than a day left to answer in Zalo.") : undefined;
        return text && { isOver: false, text };
    },
    get isSendButtonDisabled() {
        return Boolean(this.zaloWindow?.isOver) || super.isSendButtonDisabled;
    },
});
