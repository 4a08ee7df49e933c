import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";

/**
 * Shows what a colleague changed while the user was editing, and asks whose text shall stay.
 *
 * @typedef {{ name: string, label: string, user: string, theirs: string, mine: string, seen: any }} Conflict
 */
export class StaleDialog extends Component {
    static template = "caredesk_ticket.StaleDialog";
    static components = { Dialog };
    static props = {
        conflicts: { type: Array, element: Object },
        choose: Function,
        close: Function,
    };

    /** @param {"mine" | "theirs"} whose */
    onChoose(whose) {
        this.props.choose(whose);
        this.props.close();
    }
}
