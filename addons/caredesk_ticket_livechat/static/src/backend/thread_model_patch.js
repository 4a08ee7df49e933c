import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";

import { patch } from "@web/core/utils/patch";

patch(Thread.prototype, {
    setup() {
        super.setup();
        /** @type {{ id: number, name: string, href: string } | false | undefined} */
        this.caredesk_ticket = fields.Attr();
    },
});
