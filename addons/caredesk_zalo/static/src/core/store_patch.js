import { Store } from "@mail/core/common/store_service";
import { rpcBus } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";

patch(Store.prototype, {
    /**
     * Say why the server refused a message to a customer: Odoo leaves it in the conversation
     * with a way to send it again, and without a reason.
     */
    async doMessagePost(params, tmpMessage) {
        if (!tmpMessage?.thread?.isZalo) {
            return super.doMessagePost(...arguments);
        }
        const tell = ({ detail }) => {
            const reason = detail.data.params === params && detail.error?.data?.message;
            if (reason) {
                this.env.services.notification.add(reason, { type: "danger" });
            }
        };
        rpcBus.addEventListener("RPC:RESPONSE", tell);
        try {
            return await super.doMessagePost(...arguments);
        } finally {
            rpcBus.removeEventListener("RPC:RESPONSE", tell);
        }
    },
});
