from odoo import api, fields, models


class CaredeskZaloCustomer(models.AbstractModel):
    """What leads and contacts show of the Zalo customers linked to them.

    Tags and stars stand on the Zalo customer alone: one place, so nothing has to be kept equal.
    """

    _name = "caredesk.zalo.customer"
    _description = "Customer Known on Zalo"

    # zalo_contact_ids: the customers linked here; a concrete model says by which field.
    zalo_tag_ids = fields.Many2many(
        "caredesk.tag",
        string="Zalo Tags",
        compute="_compute_zalo_tag_ids",
        search="_search_zalo_tag_ids",
        groups="caredesk_zalo.group_agent",
    )
    zalo_is_starred = fields.Boolean(
        "Followed by Me",
        compute="_compute_zalo_is_starred",
        search="_search_zalo_is_starred",
        groups="caredesk_zalo.group_agent",
    )
    zalo_is_starred_by_anyone = fields.Boolean(
        "Followed by Anyone",
        compute="_compute_zalo_is_starred",
        search="_search_zalo_is_starred_by_anyone",
        groups="caredesk_zalo.group_agent",
    )

    # === COMPUTE ===

    @api.depends("zalo_contact_ids.tag_ids")
    def _compute_zalo_tag_ids(self):
        for record in self:
            record.zalo_tag_ids = record.zalo_contact_ids.tag_ids

    @api.model
    def _search_zalo_tag_ids(self, operator, value):
        return [("zalo_contact_ids.tag_ids", operator, value)]

    @api.depends("zalo_contact_ids.starred_user_ids")
    @api.depends_context("uid")
    def _compute_zalo_is_starred(self):
        for record in self:
            users = record.zalo_contact_ids.starred_user_ids
            record.zalo_is_starred = self.env.user in users
            record.zalo_is_starred_by_anyone = bool(users)

    @api.model
    def _search_zalo_is_starred(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("zalo_contact_ids.starred_user_ids", "in", self.env.user.ids)]

    @api.model
    def _search_zalo_is_starred_by_anyone(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("zalo_contact_ids.starred_user_ids", "!=", False)]

    # === ACTIONS ===

    def action_zalo_conversation(self):
        """Open the newest Zalo conversation with this customer in Discuss."""
        self.ensure_one()
        return self.zalo_contact_ids[:1].action_open_conversation()
