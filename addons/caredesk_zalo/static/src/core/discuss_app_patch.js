import { fields } from "@mail/core/common/record";
import { DiscussApp } from "@mail/core/public_web/discuss_app_model";
import { DiscussAppCategory } from "@mail/discuss/core/public_web/discuss_app_category_model";
import { compareDatetime } from "@mail/utils/common/misc";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

const ID = "caredesk_zalo.zalo";

/** A category of its own in the sidebar: without one, a channel of a new type is not shown. */
patch(DiscussApp.prototype, {
    setup() {
        super.setup(...arguments);
        this.zaloCategory = fields.One("DiscussAppCategory", {
            compute() {
                return {
                    id: ID,
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

patch(DiscussAppCategory.prototype, {
    /** Who wrote last comes first, as people know it from their phones. */
    sortThreads(t1, t2) {
        if (this.id === ID) {
            return compareDatetime(t2.lastInterestDt, t1.lastInterestDt) || t2.id - t1.id;
        }
        return super.sortThreads(t1, t2);
    },
});
