from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Who is written to as a customer: neither colleagues nor our own companies."""

    _inherit = "res.partner"

    caredesk_is_external = fields.Boolean(
        "External Contact",
        compute="_compute_caredesk_is_external",
        search="_search_caredesk_is_external",
        help="Neither a colleague nor one of our own companies.",
    )

    @api.depends("partner_share", "employee", "commercial_partner_id")
    def _compute_caredesk_is_external(self):
        external = self.filtered_domain(self._caredesk_external())
        external.caredesk_is_external = True
        (self - external).caredesk_is_external = False

    def _search_caredesk_is_external(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._caredesk_external() if True in value else ~self._caredesk_external()

    @api.model
    def _caredesk_external(self):
        """Return the domain of all others. Our companies are few: their ids cost no join."""
        # sudo: which contacts our companies are, whichever of them the user may see
        companies = self.env["res.company"].sudo().search([("active", "in", (True, False))])
        return (
            Domain("partner_share", "=", True)
            & Domain("employee", "=", False)
            & Domain("commercial_partner_id", "not in", companies.partner_id.ids)
        )
