import { _t } from "@web/core/l10n/translation";

const CONTACT = "caredesk.zalo.contact";
/** On the bus of the screen, with the id of the conversation: read its customer anew. */
export const CUSTOMER_CHANGED = "CAREDESK-ZALO:CUSTOMER-CHANGED";

/**
 * Ask the server for a dialog about the customer and show it; without one, say what was done.
 *
 * @param {import("@web/env").OdooEnv} env
 * @param {import("models").Thread} thread the conversation
 * @param {string} method of the Zalo customer
 * @param {...*} args of the method
 */
export async function beginForCustomer({ bus, services }, thread, method, ...args) {
    const { action, notification, orm } = services;
    const onClose = () => bus.trigger(CUSTOMER_CHANGED, thread.id);
    const result = await orm.call(CONTACT, method, [[thread.zalo_side.contact_id], ...args]);
    if (result?.type) {
        await action.doAction(result, { onClose });
    } else {
        onClose();
        const text = result ? _t("You follow %s.") : _t("You no longer follow %s.");
        notification.add(text.replace("%s", thread.displayName), { type: "success" });
    }
}
