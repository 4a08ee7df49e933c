import { Store } from "@mail/core/common/store_service";
import { Thread } from "@mail/core/common/thread_model";
import { patch } from "@web/core/utils/patch";

/** A conversation with a Zalo customer behaves like a chat, without calls. */
patch(Thread.prototype, {
    _computeDiscussAppCategory() {
        return this.channel_type === "zalo"
            ? this.store.discuss.zaloCategory
            : super._computeDiscussAppCategory();
    },
    get isChatChannel() {
        return this.channel_type === "zalo" || super.isChatChannel;
    },
    get hasMemberList() {
        return this.channel_type === "zalo" || super.hasMemberList;
    },
    get allowedToLeaveChannelTypes() {
        return [...super.allowedToLeaveChannelTypes, "zalo"];
    },
});

patch(Store.prototype, {
    tabToThreadType(tab) {
        const types = super.tabToThreadType(tab);
        if (tab === "chat") {
            types.push("zalo");
        }
        return types;
    },
});
