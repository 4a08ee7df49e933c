from odoo import api, fields, models
from odoo.exceptions import UserError


class CaredeskZaloConvert(models.TransientModel):
    """Makes a contact of a lead, with a company and an opportunity where they are wanted."""

    _name = "caredesk.zalo.convert"
    _description = "Convert Zalo Lead"

    contact_id = fields.Many2one("caredesk.zalo.contact", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("person", "Contact"), ("organisation", "Company and contact")],
        "Convert To",
        required=True,
        default="person",
    )
    name = fields.Char("Contact Name", required=True)
    phone = fields.Char()
    email = fields.Char()
    parent_id = fields.Many2one(
        "res.partner", "Known Company", domain="[('is_company', '=', True)]", ondelete="cascade"
    )
    company_name = fields.Char("New Company")
    user_id = fields.Many2one(
        "res.users", "Assign To", domain="[('share', '=', False)]", ondelete="cascade"
    )
    make_opportunity = fields.Boolean("Turn the lead into an opportunity")
    then_opportunity = fields.Boolean(help="The form of a new opportunity opens afterwards.")
    move_to = fields.Selection(
        [("contact", "The contact"), ("company", "The company")],
        "Move Tickets and Activities To",
        required=True,
        default="contact",
    )

    # === CRUD ===

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        contact = self.env["caredesk.zalo.contact"].browse(values.get("contact_id") or ())
        if contact and contact.lead_id:
            lead = contact.lead_id
            lead.check_access("read")
            by_rule = contact._is_organisation()
            organisation = by_rule or (by_rule is None and bool(lead.partner_name))
            values["kind"] = "organisation" if organisation else "person"
            values.setdefault("name", lead.contact_name or lead.name)
            values.setdefault("phone", lead.phone)
            values.setdefault("email", lead.email_from)
            values.setdefault("company_name", lead.partner_name)
            values.setdefault("user_id", lead.user_id.id)
        return values

    # === ACTIONS ===

    def action_convert(self):
        """Convert, and say that the customer's data has changed."""
        self.ensure_one()
        contact = self.contact_id
        if not contact.lead_id or contact.partner_id:
            raise UserError(self.env._("Somebody has converted this lead already."))
        lead = contact.lead_id
        partner = contact._convert_lead(self._values())
        if self.kind == "organisation" and self.move_to == "company":
            self._move_related(lead, partner.parent_id or partner)
        if self.make_opportunity:
            lead.convert_opportunity(partner, user_ids=self.user_id.ids or False)
        if self.then_opportunity:
            return contact._opportunity_form()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("The customer's data has changed"),
                "message": self.env._("%s is a contact now.", partner.display_name),
                "sticky": True,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === BUSINESS ===

    def _values(self):
        organisation = self.kind == "organisation"
        if organisation and not self.parent_id and not self.company_name:
            raise UserError(self.env._("Choose a company, or name a new one."))
        return {
            "name": self.name,
            "phone": self.phone,
            "email": self.email,
            "user": self.user_id,
            "company": self.parent_id if organisation else False,
            "company_name": self.company_name if organisation else False,
        }

    def _move_related(self, lead, company):
        """Hang the lead's tickets and activities on the company instead of the contact."""
        # sudo: the lead was converted by who may; what hangs on it follows
        tickets_sudo = self.env["caredesk.ticket"].sudo().search([("lead_id", "=", lead.id)])
        tickets_sudo._own_code().write({"partner_id": company.id})
        lead.activity_ids.write(
            {"res_model_id": self.env["ir.model"]._get_id("res.partner"), "res_id": company.id}
        )
