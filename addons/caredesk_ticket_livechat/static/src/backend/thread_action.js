import { registerThreadAction } from "@mail/core/common/thread_actions";

import { _t } from "@web/core/l10n/translation";

registerThreadAction("caredesk-ticket", {
    condition: ({ owner, store, thread }) =>
        thread?.channel_type === "livechat" &&
        store.has_caredesk_creator &&
        Boolean(thread.self_member_id) &&
        !owner.isDiscussSidebarChannelActions,
    icon: "fa fa-fw fa-ticket",
    name: ({ thread }) => (thread.caredesk_ticket ? _t("Open Ticket") : _t("Create or Link Ticket")),
    async open({ store, thread }) {
        const { action, orm } = store.env.services;
        action.doAction(await orm.call("discuss.channel", "action_caredesk_ticket", [thread.id]));
    },
    sequence: 12,
    sequenceGroup: 25,
});
