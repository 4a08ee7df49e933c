from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    zalo_customer_rule = fields.Selection(
        [
            ("ask", "Ask each time"),
            ("individual", "Always a person"),
            ("organisation", "Always a company"),
            ("by_name", "A company when the lead names one"),
        ],
        "Customers from Zalo Are",
        default="ask",
        required=True,
        help="What a lead becomes when an agent makes an opportunity of it: a contact, or a "
        "contact of a company.",
    )
