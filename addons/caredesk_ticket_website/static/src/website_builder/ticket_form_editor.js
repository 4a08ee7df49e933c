import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

registry.category("website.form_editor_actions").add("create_caredesk_ticket", {
    formFields: [
        {
            type: "char",
            required: true,
            fillWith: "name",
            name: "partner_name",
            string: _t("Your Name"),
        },
        {
            type: "email",
            required: true,
            fillWith: "email",
            name: "email_from",
            string: _t("E-mail"),
        },
        {
            type: "tel",
            fillWith: "phone",
            name: "phone",
            string: _t("Phone"),
        },
        {
            type: "char",
            modelRequired: true,
            name: "name",
            string: _t("Subject"),
        },
        {
            type: "text",
            required: true,
            name: "description",
            string: _t("Describe Your Request"),
        },
        {
            type: "binary",
            custom: true,
            name: _t("Attach a File"),
        },
    ],
    fields: [
        {
            name: "type_id",
            type: "many2one",
            relation: "caredesk.ticket.type",
            domain: [["is_public", "=", true]],
            string: _t("Ticket Type"),
            createAction: "caredesk_ticket.caredesk_ticket_type_action",
        },
    ],
    successPage: "/contactus-thank-you",
});
