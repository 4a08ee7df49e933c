from odoo import api, fields, models
from odoo.fields import Domain

from ..domain.search_text import national_digits, search_terms
from ..domain.similar import THRESHOLD, similarity
from .text_search import domain_of_term

#: Newest open tickets of a customer that are compared; nobody has more by accident.
_COMPARED = 100


class CaredeskTicket(models.Model):
    """Open tickets of the same customer that may be about the same matter.

    Looked up when a form is opened, never when a ticket is made: among one customer's open
    tickets only, by the index on the customer or that of the search text.
    """

    _inherit = "caredesk.ticket"

    possible_duplicate_ids = fields.Many2many(
        "caredesk.ticket", compute="_compute_possible_duplicates", string="Possible Duplicates"
    )
    possible_duplicate_count = fields.Integer(compute="_compute_possible_duplicates")

    # === COMPUTE ===

    @api.depends("name", "partner_id", "email_from", "phone", "state")
    @api.depends_context("uid")
    def _compute_possible_duplicates(self):
        for ticket in self:
            alike = ticket._find_possible_duplicates() if ticket.is_open else self.browse()
            ticket.possible_duplicate_ids = alike
            ticket.possible_duplicate_count = len(alike)

    # === ACTIONS ===

    def action_open_possible_duplicates(self):
        """Show this ticket and those like it in a list, where they can be merged."""
        self.ensure_one()
        alike = self | self.possible_duplicate_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Possible Duplicates"),
            "res_model": self._name,
            "domain": [("id", "in", alike.ids)],
            "views": [(False, "list"), (False, "form")],
        }

    # === BUSINESS ===

    def _find_possible_duplicates(self):
        """Return open tickets of the same customer with a like title, the most alike first."""
        self.ensure_one()
        same_customer = self._domain_of_same_customer()
        ticket = self._origin
        if not ticket or not same_customer:
            return self.browse()
        domain = same_customer & Domain(
            [
                ("is_open", "=", True),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", ticket.id),
            ]
        )
        others = self.search_fetch(domain, ["name"], limit=_COMPARED, order="id desc")
        alikeness = {other: similarity(self.name, other.name) for other in others}
        alike = others.filtered(lambda other: alikeness[other] >= THRESHOLD)
        return alike.sorted(lambda other: (-alikeness[other], -other.id))

    def _domain_of_same_customer(self):
        """Return which tickets are of the same customer: same company, else mail or phone."""
        customer = self.partner_id.sudo().commercial_partner_id  # compared only
        if customer:
            return Domain("partner_id.commercial_partner_id", "=", customer.id)
        known = [*search_terms(self.email_from), national_digits(self.phone)]
        terms = [term for term in known if term]
        return Domain.OR(domain_of_term(term) for term in terms) if terms else None
