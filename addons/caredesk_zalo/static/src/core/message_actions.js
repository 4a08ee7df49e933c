import { registerMessageAction } from "@mail/core/common/message_actions";
import { _t } from "@web/core/l10n/translation";

import { beginForCustomer } from "@caredesk_zalo/core/customer_step";

/** Tell whether the customer may read a message: he or an agent said it, it is no note. */
function isSaid({ id, isNote, message_type }) {
    return Number.isInteger(id) && message_type === "comment" && !isNote;
}

/** A ticket quotes what was said from the chosen message on. */
registerMessageAction("zalo-ticket", {
    condition: ({ message, thread }) =>
        thread?.isZalo && thread.zalo_side?.contact_id && isSaid(message),
    icon: "fa fa-ticket",
    name: _t("Ticket from Here"),
    onSelected: ({ message, store, thread }) => {
        const said = thread.messages.filter((one) => one.id >= message.id && isSaid(one));
        const ids = said.map(({ id }) => id);
        return beginForCustomer(store.env, thread, "action_new_ticket", ids);
    },
    sequence: 45,
});
