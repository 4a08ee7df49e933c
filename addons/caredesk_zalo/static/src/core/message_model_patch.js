import { Message } from "@mail/core/common/message_model";
import { fields } from "@mail/core/common/record";
import { patch } from "@web/core/utils/patch";

/** What Zalo has no means for is not offered: what left cannot be called back. */
patch(Message.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {{ id: number, state: string, reason: string }|undefined} */
        this.zalo_delivery = fields.Attr(undefined);
        /** @type {{ id: number, kind: string, name: string, lost: boolean }[]|undefined} */
        this.zalo_files = fields.Attr(undefined);
        /** Somebody wrote it in Zalo's own tool, or Zalo did by itself. */
        this.zalo_is_foreign = fields.Attr(false);
    },
    get editable() {
        return (!this.thread?.isZalo || this.isNote) && super.editable;
    },
    canAddReaction(thread) {
        return !this.thread?.isZalo && super.canAddReaction(thread);
    },
    computeIsEmpty() {
        return !this.zalo_files?.length && super.computeIsEmpty();
    },
    /** Voice messages and films, which Odoo shows as mere files. */
    get zaloPlayable() {
        return this.thread?.isZalo
            ? this.attachment_ids.filter(({ mimetype }) =>
                  ["audio", "video"].includes(mimetype?.split("/")[0])
              )
            : [];
    },
});
