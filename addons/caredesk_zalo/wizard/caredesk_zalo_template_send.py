from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CaredeskZaloTemplateSend(models.TransientModel):
    """Sends an approved template about a record: to its Zalo customer, or to its phone."""

    _name = "caredesk.zalo.template.send"
    _description = "Send Zalo Template"

    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    contact_id = fields.Many2one("caredesk.zalo.contact", "Zalo Customer", ondelete="cascade")
    phone = fields.Char()
    template_id = fields.Many2one(
        "caredesk.zalo.template",
        required=True,
        ondelete="cascade",
        domain="[('state', '=', 'enabled'), ('model', '=', res_model)]",
    )
    price = fields.Float(related="template_id.price")
    preview_url = fields.Char(related="template_id.preview_url")
    line_ids = fields.One2many("caredesk.zalo.template.send.line", "wizard_id")

    # === CRUD ===

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        model = values.get("res_model") or self.env.context.get("active_model")
        record_id = values.get("res_id") or self.env.context.get("active_id")
        if model in self._fields_of_customer() and record_id:
            record = self.env[model].browse(record_id)
            record.check_access("read")
            contact, phone = self._customer_of(record)
            values |= {"res_model": model, "res_id": record_id, "phone": phone}
            values.setdefault("contact_id", contact.id)  # a conversation says in which one
        return values

    @api.onchange("template_id")
    def _onchange_template_id(self):
        """Fill the places from the record."""
        values = self.template_id._fill(self._record()) if self.template_id else {}
        self.line_ids = [Command.clear()] + [
            Command.create({"param_id": param.id, "value": values[param.name]})
            for param in self.template_id.param_ids
        ]

    # === ACTIONS ===

    def action_send(self):
        """Queue the template; the record's log says when it has gone."""
        self.ensure_one()
        record = self._record()
        record.check_access("read")
        contact = self.contact_id
        if contact and contact.oa_id != self.template_id.oa_id:
            contact = contact.browse()
        if not contact and not self.phone:
            raise UserError(self.env._("There is neither a Zalo customer nor a phone number."))
        account_sudo = self.template_id.oa_id.sudo()  # who may send is a setting
        if not account_sudo._may_send(self.env.user, contact.sudo().user_id):
            raise UserError(
                self.env._("The settings of %s do not let you write here.", account_sudo.name)
            )
        values = {line.param_id.name: (line.value or "").strip() for line in self.line_ids}
        self.template_id._send(values, contact=contact, phone=self.phone, record=record)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS ===

    def _record(self):
        if self.res_model not in self._fields_of_customer():
            raise UserError(self.env._("Templates are sent about a record."))
        return self.env[self.res_model].browse(self.res_id)

    @api.model
    def _fields_of_customer(self):
        """Return ``{model: how its customer is called}`` of the records templates are about."""
        return {
            "res.partner": "",
            "caredesk.ticket": "partner_id",
            "sale.order": "partner_id",
            "crm.lead": "partner_id",
        }

    @api.model
    def _customer_of(self, record):
        """Return Zalo customer and phone number of a record."""
        way = self._fields_of_customer()[record._name]
        partner = record[way] if way else record
        contact = self.env["caredesk.zalo.contact"]
        for holder in (record, partner):
            if "zalo_contact_id" in holder._fields and holder.zalo_contact_id:
                contact = holder.zalo_contact_id
                break
            if "zalo_contact_ids" in holder._fields and holder.zalo_contact_ids:
                contact = holder.zalo_contact_ids[:1]
                break
        own = record["phone"] if "phone" in record._fields else False
        return contact, partner.phone or own


class CaredeskZaloTemplateSendLine(models.TransientModel):
    """The value for one place of the template."""

    _name = "caredesk.zalo.template.send.line"
    _description = "Value for a Zalo Template"

    wizard_id = fields.Many2one(
        "caredesk.zalo.template.send", required=True, ondelete="cascade", index=True
    )
    param_id = fields.Many2one(
        "caredesk.zalo.template.param", "Place", required=True, ondelete="cascade"
    )
    is_required = fields.Boolean(related="param_id.is_required")
    max_length = fields.Integer("Most Characters", related="param_id.max_length")
    value = fields.Char()
