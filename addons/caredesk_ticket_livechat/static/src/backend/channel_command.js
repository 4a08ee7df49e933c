import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

registry.category("discuss.channel_commands").add("ticket", {
    channel_types: ["livechat"],
    condition: ({ store }) => store.has_caredesk_creator,
    help: _t("Create a ticket from this chat (/ticket title)"),
    methodName: "execute_command_ticket",
});
