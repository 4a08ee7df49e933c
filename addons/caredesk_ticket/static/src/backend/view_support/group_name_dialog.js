import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

/** Asks for the name of a support group, new or present. */
export class GroupNameDialog extends Component {
    static template = "caredesk_ticket.GroupNameDialog";
    static components = { Dialog };
    static props = {
        title: String,
        name: { type: String, optional: true },
        save: Function,
        close: Function,
    };
    static defaultProps = { name: "" };

    setup() {
        this.state = useState({ name: this.props.name, busy: false });
        useAutofocus({ selectAll: true });
    }

    get canSave() {
        return Boolean(this.state.name.trim()) && !this.state.busy;
    }

    async onSave() {
        if (!this.canSave) {
            return;
        }
        this.state.busy = true;
        try {
            await this.props.save(this.state.name.trim());
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }

    /** @param {KeyboardEvent} ev */
    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.onSave();
        }
    }
}
