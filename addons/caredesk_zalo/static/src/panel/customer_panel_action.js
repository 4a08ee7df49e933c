import { registerThreadAction } from "@mail/core/common/thread_actions";
import { DiscussContent } from "@mail/core/public_web/discuss_content";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { ZaloCustomerPanel } from "@caredesk_zalo/panel/customer_panel";

registerThreadAction("zalo-customer-panel", {
    actionPanelComponent: ZaloCustomerPanel,
    condition: ({ owner, thread }) =>
        thread?.channel_type === "zalo" && !owner.isDiscussSidebarChannelActions,
    panelOuterClass: "o-zalo-CustomerPanel-outer bg-inherit",
    icon: "fa fa-fw fa-user",
    name: _t("Customer"),
    sequence: 10,
    sequenceGroup: 7,
    toggle: true,
});

/** The panel opens by itself where there is room for it. */
patch(DiscussContent.prototype, {
    actionPanelAutoOpenFn() {
        const action = this.threadActions.actions.find(({ id }) => id === "zalo-customer-panel");
        if (action && this.thread?.channel_type === "zalo" && !this.ui.isSmall) {
            action.open();
        } else {
            super.actionPanelAutoOpenFn();
        }
    },
});
