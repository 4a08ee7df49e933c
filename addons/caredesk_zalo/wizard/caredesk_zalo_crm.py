from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.caredesk_zalo_contact_crm import LEAD_FIELDS


class CaredeskZaloCrm(models.TransientModel):
    """Adds a Zalo customer to CRM: new, or linked to or merged into the one who is there."""

    _name = "caredesk.zalo.crm"
    _description = "Add Zalo Customer to CRM"

    contact_id = fields.Many2one("caredesk.zalo.contact", required=True, ondelete="cascade")
    target = fields.Selection(
        [("lead", "Lead"), ("contact", "Contact")], "Add As", required=True, default="lead"
    )
    name = fields.Char(required=True)
    phone = fields.Char()
    email = fields.Char()
    address = fields.Char()
    company_name = fields.Char("Company")
    parent_id = fields.Many2one(
        "res.partner", "Known Company", domain="[('is_company', '=', True)]", ondelete="cascade"
    )
    match_ids = fields.One2many("caredesk.zalo.crm.match", "wizard_id")
    hidden_count = fields.Integer(
        help="Leads and contacts with the same phone or e-mail that you may not see."
    )

    # === CRUD ===

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        contact = self.env["caredesk.zalo.contact"].browse(values.get("contact_id") or ())
        if contact:
            contact.check_access("read")
            # Colleagues note what they hear on the raw customer's lead, not on the card.
            lead = contact.lead_id.filtered(lambda one: one.has_access("read"))
            for name, place in LEAD_FIELDS.items():
                known = contact[name] if name in contact._fields else False
                values.setdefault(name, lead[place] or known)
        return values

    @api.onchange("phone", "email", "contact_id")
    def _onchange_find(self):
        """Look for who has this phone or e-mail while they are typed."""
        found, hidden = self.contact_id._matches(self.phone, self.email)
        self.hidden_count = hidden
        self.match_ids = [Command.clear()] + [
            Command.create(self.match_ids._prepare(record, agrees)) for record, agrees in found
        ]

    # === ACTIONS ===

    def action_save(self):
        """Make the lead or contact, unless somebody has this phone or e-mail already."""
        self.ensure_one()
        self._find_again()
        if self.match_ids or self.hidden_count:
            return self._reopen()
        return self._make()

    def action_save_anyway(self):
        """Make the lead or contact though there is one with this phone or e-mail."""
        self.ensure_one()
        return self._make()

    def action_link(self):
        """Attach the customer to the ticked record, which stays as it is."""
        record = self._chosen()
        self.contact_id._link_to(record)
        return self._done(self.env._("Linked to %s", record.display_name))

    def action_merge(self):
        """Overwrite the ticked record with what is known here, and attach the customer to it."""
        record = self._chosen()
        self.contact_id._merge_into(record, self._known())
        return self._done(self.env._("Merged into %s", record.display_name))

    # === BUSINESS ===

    def _known(self):
        names = ("name", "phone", "email", "address", "company_name")
        return {name: self[name] for name in names}

    def _find_again(self):
        """Look once more on the server: who saves may not have waited for the answer."""
        chosen = self.match_ids.filtered("is_chosen").mapped("record")
        self._onchange_find()
        for match in self.match_ids:
            match.is_chosen = match.record in chosen

    def _chosen(self):
        """Return the one ticked record.

        :raise UserError: none or several are ticked
        """
        self.ensure_one()
        chosen = self.match_ids.filtered("is_chosen")
        if len(chosen) != 1:
            raise UserError(self.env._("Tick one record of the list."))
        record = chosen.record
        if not record or not record.exists():
            raise UserError(self.env._("The ticked record was deleted meanwhile."))
        return record

    def _make(self):
        contact = self.contact_id
        contact.check_access("write")
        contact._check_unlinked()
        raw = contact.lead_id  # nobody but a raw customer is left
        if self.target == "lead":
            record = self._make_lead(raw)
        else:
            record = self._make_partner()
            if raw:
                contact._give_up(raw, record)
        contact._point_at(record)
        contact._tell_linked(self.env._("Added to CRM: %s", record._get_html_link()))
        return self._done(self.env._("%s was added to CRM", record.display_name))

    def _make_lead(self, raw):
        """Make a lead, of the raw customer if there is one."""
        values = {
            "type": "lead",
            "is_raw": False,
            "name": self.name,
            "contact_name": self.name,
            "phone": self.phone,
            "email_from": self.email,
            "street": self.address,
            "partner_name": self.parent_id.name or self.company_name,
            "company_id": self.contact_id.company_id.id,
            "source_id": self.env.ref("caredesk_zalo.utm_source_zalo").id,
        }
        if not raw:
            return raw.create(values)
        raw.write(values)
        return raw

    def _make_partner(self):
        partners = self.env["res.partner"]
        company = self.contact_id.company_id
        parent = self.parent_id
        if not parent and self.company_name:
            parent = partners.create(
                {"name": self.company_name, "is_company": True, "company_id": company.id}
            )
        return partners.create(
            {
                "name": self.name,
                "phone": self.phone,
                "email": self.email,
                "street": self.address,
                "parent_id": parent.id,
                "company_id": company.id,
            }
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to CRM"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _done(self, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": text,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class CaredeskZaloCrmMatch(models.TransientModel):
    """A lead or contact that has the phone or e-mail of a customer."""

    _name = "caredesk.zalo.crm.match"
    _description = "Possible Duplicate of a Zalo Customer"

    wizard_id = fields.Many2one("caredesk.zalo.crm", required=True, ondelete="cascade", index=True)
    is_chosen = fields.Boolean("Choose")
    record = fields.Reference([("res.partner", "Contact"), ("crm.lead", "Lead")], readonly=True)
    agrees = fields.Selection(
        [("phone", "Phone"), ("email", "E-mail"), ("both", "Phone and E-mail")],
        "Same",
        readonly=True,
    )
    phone = fields.Char(readonly=True)
    email = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)

    @api.model
    def _prepare(self, record, agrees):
        """Return the values of the line of a record."""
        is_lead = record._name == "crm.lead"
        return {
            "record": f"{record._name},{record.id}",
            "agrees": agrees,
            "phone": record.phone,
            "email": record.email_from if is_lead else record.email,
            "user_id": record.user_id.id,
        }
