import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { RelationalModel } from "@web/model/relational_model/relational_model";

/** What stands between the labels of two fields. */
const COMMA = ", ";

/**
 * Return the labels of the fields that keep a record from being saved; for lists also which
 * fields of their lines.
 *
 * @param {RelationalModel.Record} record
 * @returns {string[]}
 */
function missingLabels(record) {
    return [...record._invalidFields].map((name) => {
        const label = record.fields[name].string;
        const lines = record.data[name]?.records ?? [];
        const inner = [...new Set(lines.flatMap(missingLabels))];
        return inner.length ? `${label} (${inner.join(COMMA)})` : label;
    });
}

/** A record that names what is missing, where Odoo only says that something is. */
export class NamedFieldsRecord extends RelationalModel.Record {
    _displayInvalidFieldNotification() {
        const labels = missingLabels(this);
        if (!labels.length) {
            return super._displayInvalidFieldNotification();
        }
        const words = _t("Please fill in: %s", labels.join(COMMA));
        return this.model.notification.add(words, { type: "danger" });
    }
}

export class NamedFieldsModel extends RelationalModel {
    static Record = NamedFieldsRecord;
}

/** A form whose refused save, also in the dialogs of its lines, names the fields to fill in. */
registry.category("views").add("caredesk_named_fields_form", {
    ...formView,
    Model: NamedFieldsModel,
});
