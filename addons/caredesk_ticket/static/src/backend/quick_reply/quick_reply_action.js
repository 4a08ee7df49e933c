import { toRaw } from "@odoo/owl";
import { registerComposerAction } from "@mail/core/common/composer_actions";
import { _t } from "@web/core/l10n/translation";

import { QuickReplyDialog } from "@caredesk_ticket/backend/quick_reply/quick_reply_dialog";

/** Models in whose composers agents answer customers. */
const ANSWERED_MODELS = ["caredesk.ticket", "discuss.channel"];

registerComposerAction("caredesk-quick-reply", {
    condition: ({ composer, store }) =>
        store.has_caredesk_agent &&
        !composer.message &&
        ANSWERED_MODELS.includes(composer.targetThread?.model),
    icon: "fa fa-bolt",
    name: _t("Quick Reply"),
    onSelected: ({ composer, owner }) => {
        const { model, id } = composer.targetThread;
        owner.env.services.dialog.add(QuickReplyDialog, {
            ticketId: model === "caredesk.ticket" ? id : undefined,
            onChoose: (reply) => owner.insertQuickReply(toRaw(composer), reply),
        });
    },
    sequence: 4,
    sequenceQuick: 10,
});
