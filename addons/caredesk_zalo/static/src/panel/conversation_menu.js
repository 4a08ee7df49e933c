import { registerThreadAction } from "@mail/core/common/thread_actions";
import { _t } from "@web/core/l10n/translation";

const CONTACT = "caredesk.zalo.contact";
const GROUP = 6;
/** On the bus of the screen, with the id of the conversation: read its customer anew. */
export const CUSTOMER_CHANGED = "CAREDESK-ZALO:CUSTOMER-CHANGED";

/**
 * Offer something to begin for the customer behind the three dots of a conversation.
 *
 * @param {string} name
 * @param {Object} entry
 * @param {string} entry.icon
 * @param {string} entry.label
 * @param {string} entry.method of the Zalo customer; it returns the dialog to show
 * @param {string[]} [entry.kinds] kinds of customers it is for; all of them without
 */
function registerEntry(name, { icon, label, method, kinds }, index) {
    registerThreadAction(`zalo-${name}`, {
        condition: ({ owner, thread }) =>
            owner.isDiscussSidebarChannelActions &&
            thread?.isZalo &&
            thread.zalo_side?.contact_id &&
            (!kinds || kinds.includes(thread.zalo_side.kind)),
        icon: `fa fa-fw ${icon}`,
        name: label,
        open: ({ store, thread }) => begin(store.env, thread, method),
        sequence: 10 * index,
        sequenceGroup: GROUP,
    });
}

/** Ask the server for a dialog and show it; without one, say what was done. */
async function begin({ bus, services }, thread, method) {
    const { action, notification, orm } = services;
    const onClose = () => bus.trigger(CUSTOMER_CHANGED, thread.id);
    const result = await orm.call(CONTACT, method, [[thread.zalo_side.contact_id]]);
    if (result?.type) {
        await action.doAction(result, { onClose });
    } else {
        onClose();
        const text = result ? _t("You follow %s.") : _t("You no longer follow %s.");
        notification.add(text.replace("%s", thread.displayName), { type: "success" });
    }
}

Object.entries({
    star: { icon: "fa-star-o", label: _t("Follow or Unfollow"), method: "action_toggle_star" },
    call: { icon: "fa-phone", label: _t("Plan a Call"), method: "action_new_call" },
    meeting: { icon: "fa-calendar", label: _t("Plan a Meeting"), method: "action_new_meeting" },
    task: { icon: "fa-tasks", label: _t("Plan a Task"), method: "action_new_task" },
    opportunity: {
        icon: "fa-handshake-o",
        label: _t("Create Opportunity"),
        method: "action_new_opportunity",
        kinds: ["raw", "lead", "contact", "company"],
    },
    convert: {
        icon: "fa-exchange",
        label: _t("Convert Lead"),
        method: "action_convert_lead",
        kinds: ["raw", "lead"],
    },
}).forEach(([name, entry], index) => registerEntry(name, entry, index));
