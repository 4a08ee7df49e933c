from odoo import api, fields, models

from ..models.caredesk_zalo_contact_crm import LEAD_FIELDS, PARTNER_FIELDS
from ..models.caredesk_zalo_contact_info import shares_address

_OWN = ("name", "phone", "email", "address")


class CaredeskZaloEdit(models.TransientModel):
    """Changes what is known of a customer without leaving the conversation."""

    _name = "caredesk.zalo.edit"
    _description = "Edit Zalo Customer"

    contact_id = fields.Many2one("caredesk.zalo.contact", required=True, ondelete="cascade")
    is_linked = fields.Boolean(readonly=True)
    is_company = fields.Boolean(readonly=True)
    # The address is the company's, and is changed there.
    is_shared_address = fields.Boolean(readonly=True, export_string_translation=False)
    name = fields.Char(required=True)
    phone = fields.Char()
    email = fields.Char()
    address = fields.Char()
    parent_id = fields.Many2one(
        "res.partner",
        "Company",
        domain="[('is_company', '=', True)]",
        ondelete="cascade",
        help="Choose the company, or type the name of a new one.",
    )

    # === CRUD ===

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        contact = self.env["caredesk.zalo.contact"].browse(values.get("contact_id") or ())
        if not contact:
            return values
        contact.check_access("read")
        record = contact.partner_id or contact.lead_id
        names = self._names_of(record)
        source = record or contact
        values |= {key: source[names.get(key, key)] for key in _OWN}
        values["is_linked"] = bool(record)
        values["is_shared_address"] = bool(record) and shares_address(record)
        if contact.partner_id:
            values |= {"parent_id": record.parent_id.id, "is_company": record.is_company}
        return values

    # === ACTIONS ===

    def action_save(self):
        """Write to the contact or lead the customer is; the user's rights on it apply."""
        self.ensure_one()
        contact = self.contact_id
        contact.check_access("write")
        record = contact.partner_id or contact.lead_id
        names = self._names_of(record)
        if record:
            own = [key for key in _OWN if key != "address" or not shares_address(record)]
            values = {names[key]: self[key] for key in own}
            if record._name == "res.partner" and not record.is_company:
                values["parent_id"] = self.parent_id.id
            elif record._name == "crm.lead" and self.parent_id:
                values["partner_name"] = self.parent_id.name
            record.write(values)
        else:
            contact.write({key: self[key] for key in _OWN})
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _names_of(self, record):
        if not record:
            return {}
        return {"res.partner": PARTNER_FIELDS, "crm.lead": LEAD_FIELDS}[record._name]
