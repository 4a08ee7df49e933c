from odoo import api, fields, models
from odoo.fields import Domain

from ..domain.search_text import national_digits, search_terms


class ResPartner(models.Model):
    _inherit = "res.partner"

    caredesk_ticket_ids = fields.One2many("caredesk.ticket", "partner_id", string="Tickets")
    caredesk_ticket_count = fields.Integer(
        "Ticket Count",
        compute="_compute_caredesk_ticket_count",
        groups="caredesk_ticket.group_creator",
        help="Tickets of the customer and of his or her company's contacts.",
    )

    # Each mail, form and call looks its sender up by one of them; Odoo has an index on neither.
    _caredesk_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    _caredesk_phone_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    def _compute_caredesk_ticket_count(self):
        """Count the tickets of each partner and of everybody below it."""
        self.caredesk_ticket_count = 0
        if not self.ids:
            return
        family = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        counts = self.env["caredesk.ticket"]._read_group(
            [("partner_id", "in", family.ids)], ["partner_id"], ["__count"]
        )
        own = set(self.ids)
        for partner, count in counts:
            while partner:
                if partner.id in own:
                    self.browse(partner.id).caredesk_ticket_count += count
                partner = partner.parent_id

    @api.model
    def _search_display_name(self, operator, value):
        """Find a customer by phone too, typed in any form, as he says it on the hotline."""
        domain = super()._search_display_name(operator, value)
        if operator != "ilike" or not isinstance(value, str):
            return domain
        digits = national_digits(value)
        if not digits or search_terms(value) != [digits]:
            return domain
        country = self.env.company.country_id
        number = self._phone_format(number=value, country=country, force_format="E164")
        known = [number or "", f"+84{digits}", f"+{digits}"]
        return Domain(domain) | Domain("phone_sanitized", "in", known)

    def write(self, vals):
        """Forget the language kept of a company when it learns another one."""
        result = super().write(vals)
        if "lang" in vals:
            # sudo: whichever company it is
            companies_sudo = self.env["res.company"].sudo()
            if companies_sudo.search_count([("partner_id", "in", self.ids)], limit=1):
                self.env.registry.clear_cache()
        return result

    def action_caredesk_tickets(self):
        """Open the tickets of the customer and of the contacts below."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_ticket.caredesk_ticket_action"
        )
        action["domain"] = [("partner_id", "child_of", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action

    def action_caredesk_conversations(self):
        """Open all that was said with the customer and the contacts below, newest first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_ticket.caredesk_conversation_action"
        )
        action["domain"] = [("caredesk_partner_id", "=", self.id)]
        return action
