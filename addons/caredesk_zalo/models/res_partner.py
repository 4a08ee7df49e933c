from odoo import fields, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "caredesk.zalo.customer"]

    zalo_contact_ids = fields.One2many(
        "caredesk.zalo.contact",
        "partner_id",
        string="Zalo Customers",
        groups="caredesk_zalo.group_agent",
    )
