from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _init_store_data(self, store):
        """Tell Discuss whether the user may make tickets from chats."""
        super()._init_store_data(store)
        store.add_global_values(
            has_caredesk_creator=self.env.user.has_group("caredesk_ticket.group_creator")
        )
