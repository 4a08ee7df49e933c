import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

import { NamedFieldsRecord } from "../named_fields/named_fields_form_view";
import { StaleDialog } from "./stale_dialog";

/** Fields of these kinds are changed line by line, so nobody overwrites the whole. */
const LISTS = ["one2many", "many2many", "properties"];

/**
 * Says at each save what its user saw in the fields he changed, so that the server can tell
 * whether somebody else has changed them since.
 */
export class TicketRecord extends NamedFieldsRecord {
    setup(...args) {
        super.setup(...args);
        this.decided = { seen: {}, theirs: [] };
        this.saveContext = null;
    }

    get context() {
        return this.saveContext ? { ...super.context, ...this.saveContext } : super.context;
    }

    /**
     * @param {import("./stale_dialog").Conflict[]} conflicts
     * @param {"mine" | "theirs"} whose
     */
    decide(conflicts, whose) {
        for (const { name, seen } of conflicts) {
            this.decided.seen[name] = seen;
            if (whose === "theirs") {
                this.decided.theirs.push(name);
            }
        }
    }

    async _save(...args) {
        this.saveContext = {
            caredesk_seen: { ...this.seenValues(), ...this.decided.seen },
            caredesk_take_theirs: this.decided.theirs,
        };
        try {
            return await super._save(...args);
        } finally {
            this.saveContext = null;
            this.decided = { seen: {}, theirs: [] };
        }
    }

    seenValues() {
        const seen = {};
        for (const name of this.resId ? Object.keys(this._changes) : []) {
            const { type } = this.fields[name];
            if (!LISTS.includes(type)) {
                seen[name] = this._formatServerValue(type, this._values[name]);
            }
        }
        return seen;
    }
}

export class TicketModel extends RelationalModel {
    static Record = TicketRecord;
}

/** The form of a ticket: asks whose change shall stay where two people edited the same. */
export class TicketFormController extends FormController {
    setup() {
        super.setup();
        this.dialog = useService("dialog");
    }

    async onSaveError(error, { discard, retry }, leaving) {
        const conflicts = error.data?.context?.caredesk_conflicts;
        if (!conflicts) {
            return super.onSaveError(error, { discard, retry }, leaving);
        }
        const whose = await new Promise((resolve) => {
            this.dialog.add(
                StaleDialog,
                { conflicts, choose: resolve },
                { onClose: () => resolve(null) }
            );
        });
        if (!whose) {
            return false;
        }
        this.model.root.decide(conflicts, whose);
        return retry();
    }
}

registry.category("views").add("caredesk_ticket_form", {
    ...formView,
    Controller: TicketFormController,
    Model: TicketModel,
});
