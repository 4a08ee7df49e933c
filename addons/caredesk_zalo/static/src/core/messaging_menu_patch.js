import { MessagingMenu } from "@mail/core/public_web/messaging_menu";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** A tab of their own for the customers in the message menu and on the phone. */
patch(MessagingMenu.prototype, {
    get _tabs() {
        const items = super._tabs;
        if (Object.values(this.store.Thread.records).some((thread) => thread.isZalo)) {
            items.push({
                counter: this.store.discuss.zaloCategory.threadsWithCounter.length,
                icon: "fa fa-comment-o",
                activeIcon: "fa fa-comment",
                id: "zalo",
                label: _t("Zalo"),
                sequence: 30,
            });
        }
        return items;
    },
});
