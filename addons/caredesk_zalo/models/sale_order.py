from odoo import api, fields, models


class SaleOrder(models.Model):
    """Orders made from a Zalo conversation."""

    _inherit = "sale.order"

    zalo_contact_id = fields.Many2one(
        "caredesk.zalo.contact",
        "Zalo Customer",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        for order in orders.sudo().filtered("zalo_contact_id.channel_id"):  # notes of the system
            channel = order.zalo_contact_id.channel_id
            channel._zalo_post_note(self.env._("Order created: %s", order._get_html_link()))
        return orders
