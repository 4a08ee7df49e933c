import { fields } from "@mail/core/common/record";
import { DiscussApp } from "@mail/core/public_web/discuss_app_model";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** A category of its own in the sidebar: without one, a channel of a new type is not shown. */
patch(DiscussApp.prototype, {
    setup() {
        super.setup(...arguments);
        this.zaloCategory = fields.One("DiscussAppCategory", {
            compute() {
                return {
                    id: "caredesk_zalo.zalo",
                    name: _t("Zalo"),
                    icon: "fa fa-comment",
                    sequence: 22,
                    hideWhenEmpty: true,
                };
            },
            eager: true,
        });
    },
});
