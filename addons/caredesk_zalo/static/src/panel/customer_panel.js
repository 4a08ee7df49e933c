import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { ActionPanel } from "@mail/discuss/core/common/action_panel";
import { TagsList } from "@web/core/tags_list/tags_list";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { RPCError } from "@web/core/network/rpc";
import { useBus, useService } from "@web/core/utils/hooks";

import { CUSTOMER_CHANGED } from "@caredesk_zalo/core/customer_step";

const CONTACT = "caredesk.zalo.contact";

/** Who the customer of a Zalo conversation is, and what can be begun for him. */
export class ZaloCustomerPanel extends Component {
    static components = { ActionPanel, TagsList };
    static props = ["thread"];
    static template = "caredesk_zalo.CustomerPanel";

    setup() {
        this.orm = useService("orm");
        this.actionService = useService("action");
        this.state = useState({ panel: false, status: "loading" });
        this.load();
        // What was begun in the menu of the conversation shows here too, at once.
        useBus(this.env.bus, CUSTOMER_CHANGED, ({ detail }) => {
            if (detail === this.props.thread.id) {
                this.load();
            }
        });
        onWillUpdateProps(({ thread }) => {
            if (thread.id !== this.props.thread.id) {
                // The former customer's buttons must not act on this conversation.
                Object.assign(this.state, { panel: false, status: "loading" });
                this.load(thread);
            }
        });
    }

    /** Read who the customer is; an answer that comes after another conversation was chosen is late. */
    async load(thread = this.props.thread) {
        this.wantedId = thread.id;
        let panel = false;
        let status = "ready";
        try {
            panel = await this.orm.call("discuss.channel", "zalo_panel", [[thread.id]]);
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            const isRefused = error.exceptionName === "odoo.exceptions.AccessError";
            status = isRefused ? "refused" : "failed";
        }
        if (this.wantedId === thread.id) {
            Object.assign(this.state, { panel, status });
        }
    }

    get customer() {
        return this.state.panel.customer;
    }

    /** What the company keeps of him counts more than what Zalo says. */
    get details() {
        const { customer, record } = this.state.panel;
        return { ...customer, ...(record || {}) };
    }

    get tags() {
        return this.state.panel.tags.map(({ id, name, color }) => ({
            id,
            text: name,
            colorIndex: color,
        }));
    }

    /**
     * Ask the server for a dialog, show it, and read anew what it may have changed.
     *
     * @param {string} method of the Zalo customer
     */
    async begin(method) {
        const action = await this.orm.call(CONTACT, method, [[this.customer.id]]);
        if (action) {
            await this.actionService.doAction(action, { onClose: () => this.load() });
        } else {
            await this.load();
        }
    }

    async toggleStar() {
        this.customer.is_starred = await this.orm.call(CONTACT, "action_toggle_star", [
            [this.customer.id],
        ]);
    }

    openRecord(model, id) {
        this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    date(value) {
        return formatDate(deserializeDate(value));
    }
}
