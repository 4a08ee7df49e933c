import { registerThreadAction } from "@mail/core/common/thread_actions";
import { _t } from "@web/core/l10n/translation";

import { beginForCustomer } from "@caredesk_zalo/core/customer_step";

const GROUP = 6;

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
        open: ({ store, thread }) => beginForCustomer(store.env, thread, method),
        sequence: 10 * index,
        sequenceGroup: GROUP,
    });
}

Object.entries({
    star: { icon: "fa-star-o", label: _t("Follow or Unfollow"), method: "action_toggle_star" },
    call: { icon: "fa-phone", label: _t("Plan a Call"), method: "action_new_call" },
    meeting: { icon: "fa-calendar", label: _t("Plan a Meeting"), method: "action_new_meeting" },
    task: { icon: "fa-tasks", label: _t("Plan a Task"), method: "action_new_task" },
    template: {
        icon: "fa-envelope-o",
        label: _t("Send Zalo Template"),
        method: "action_send_template",
        kinds: ["raw", "lead", "contact", "company"],
    },
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
