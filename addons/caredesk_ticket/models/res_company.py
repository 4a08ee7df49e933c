from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    caredesk_default_group_id = fields.Many2one(
        "caredesk.support.group",
        string="Default Support Group",
        domain="[('company_id', '=', id)]",
        ondelete="set null",
        help="Shown first on View Support, and takes the tickets that come without a type.",
    )

    caredesk_form_active = fields.Boolean(
        "Public Support Form",
        default=True,
        help="Visitors can send requests at /support without an account.",
    )
    caredesk_form_host = fields.Char(
        "Host of the Support Form",
        help="Name of the host at which the form belongs to this company, like "
        "support.example.com. Empty: wherever no other company's host is named.",
    )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        """With a second company, shortcuts of one company's articles would be seen by both."""
        companies = super().create(vals_list)
        # sudo: shortcuts are kept by the system
        articles_sudo = self.env["caredesk.knowledge.article"].sudo()
        articles_sudo.search([("canned_response_id", "!=", False)])._sync_canned_response()
        return companies

    def write(self, vals):
        """Service levels count in the working hours of the company where groups have none."""
        result = super().write(vals)
        if "partner_id" in vals:
            self.env.registry.clear_cache()  # the language of the company is kept there
        if "resource_calendar_id" in vals:
            self.env.registry.clear_cache()
            for company in self:
                self.env["caredesk.sla.recompute"]._ask(company)
        return result
