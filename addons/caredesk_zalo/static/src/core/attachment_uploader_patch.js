import { AttachmentUploader } from "@mail/core/common/attachment_uploader_hook";
import { patch } from "@web/core/utils/patch";

import { fitForZalo } from "@caredesk_zalo/core/upload_limits";

patch(AttachmentUploader.prototype, {
    /** Before a file for a customer is uploaded, say what Zalo would refuse later. */
    async uploadFile(file, options) {
        const isForCustomer = this.composer && this.thread?.isZalo && !this.thread.zaloWritesNote;
        if (!isForCustomer) {
            return super.uploadFile(...arguments);
        }
        const { file: fitting, refusal } = await fitForZalo(file);
        if (refusal) {
            this.attachmentUploadService.notificationService.add(`${file.name}: ${refusal}`, {
                type: "danger",
            });
            return undefined;
        }
        return super.uploadFile(fitting, options);
    },
});
