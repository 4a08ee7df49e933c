from odoo import fields, models

#: Values of a conversion -> where the lead keeps them.
LEAD = {
    "name": "contact_name",
    "phone": "phone",
    "email": "email_from",
    "company_name": "partner_name",
}


class CaredeskZaloContact(models.Model):
    """A lead becomes a contact, with a company where it speaks for one."""

    _inherit = "caredesk.zalo.contact"

    def _is_organisation(self):
        """Tell whether the lead speaks for a company, by the rule of ours; None: ask."""
        rule = self.company_id.zalo_customer_rule or "ask"
        if rule == "by_name":
            return bool(self.lead_id.partner_name)
        return {"individual": False, "organisation": True}.get(rule)

    def _convert_lead(self, values):
        """Make a contact of the lead, and return it.

        :param values: ``company`` (a partner), ``company_name``, ``name``, ``phone``, ``email``,
            ``user`` (who gets the customer); what is missing is taken from the lead
        :raise AccessError: the user may not change the lead or make contacts
        """
        self.ensure_one()
        lead = self.lead_id
        lead.check_access("write")
        known = {LEAD[name]: values[name] for name in LEAD if values.get(name)}
        if user := values.get("user"):
            known["user_id"] = user.id
        lead.write({**known, "is_raw": False})
        if not lead.partner_id:  # somebody may have said by hand who it is
            lead.partner_id = self._make_customer(values)
        self._check_same_company(lead.partner_id)
        lead.zalo_converted_at = fields.Datetime.now()
        lead.sudo().zalo_contact_ids._customer_found(lead.partner_id)  # the lead was checked
        self._tell_linked(self.env._("Converted to %s.", lead.partner_id._get_html_link()))
        return lead.partner_id

    def _make_customer(self, values):
        """Make the contact of the lead, and the company he speaks for; see ``_convert_lead``."""
        lead = self.lead_id
        company = values.get("company") or self.env["res.partner"]
        if not company and values.get("company_name"):
            company = company.create(
                lead._prepare_customer_values(values["company_name"], is_company=True)
                | self._mapped_values("company")
            )
        name = lead.contact_name or lead.name
        return company.create(
            lead._prepare_customer_values(name, parent_id=company.id)
            | self._mapped_values("contact")
        )

    def _mapped_values(self, target):
        """Return what the administrator's table takes over from the lead."""
        maps = self.env["caredesk.zalo.lead.map"].sudo().search([("target", "=", target)])
        lead, values = self.lead_id, {}
        for row in maps:  # sudo: a table of settings
            source, goal = row.lead_field_id.name, row.partner_field_id.name
            value = lead._fields[source].convert_to_write(lead[source], lead)
            if value:
                values[goal] = value
        return values
