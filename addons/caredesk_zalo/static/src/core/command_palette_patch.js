import { DiscussCommandPalette } from "@mail/discuss/core/public_web/discuss_command_palette";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";

const CATEGORY = "CAREDESK_ZALO";

registry
    .category("command_categories")
    .add(CATEGORY, { namespace: "@", name: _t("Zalo") }, { sequence: 30 });

/** Discuss looks for names of channels as written; customers are found by phone and closed too. */
patch(DiscussCommandPalette.prototype, {
    async fetch() {
        await Promise.all([super.fetch(...arguments), this.fetchZalo()]);
    },
    async fetchZalo() {
        this.zaloFound = [];
        if (!this.cleanedTerm || !(await user.hasGroup("caredesk_zalo.group_agent"))) {
            return;
        }
        const term = this.options.searchValue;
        const { ids, data } = await this.orm.call("discuss.channel", "zalo_search", [term]);
        this.store.insert(data);
        this.zaloFound = ids.map((id) => this.store.Thread.get({ model: "discuss.channel", id }));
    },
    buildResults() {
        super.buildResults(...arguments);
        const found = this.zaloFound;
        this.commands = [
            ...found.map((thread) => this.makeDiscussCommand(thread, CATEGORY)),
            ...this.commands.filter(
                ({ props }) => !found.some((thread) => thread.eq(props.channel))
            ),
        ];
    },
});
