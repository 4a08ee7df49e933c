from odoo import models

from odoo.addons.mail.tools.discuss import Store


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "caredesk.kept.facts"]

    _kept = ("active", "share", "company_id", "partner_id")

    def write(self, vals):
        """Put the tickets of people who leave back into the queues."""
        leaving = self.browse()
        if "active" in vals and not vals["active"]:
            leaving = self.filtered("active")
            # Keeps the dispatcher from giving them tickets meanwhile.
            self.env["caredesk.support.agent"]._raise_load(leaving.ids)
        result = super().write(vals)
        if leaving:
            # sudo: archiving a user was checked; nobody may stay assigned to a dead account
            tickets_sudo = (
                self.env["caredesk.ticket"]
                .sudo()
                .search([("user_id", "in", leaving.ids), ("is_open", "=", True)])
            )
            for ticket in tickets_sudo:
                name = ticket.user_id.name
                ticket._release(self.env._("The account of %(user)s was archived", user=name))
        return result

    def _init_store_data(self, store: Store):
        """Tell the browser whether this user answers customers: composers offer quick replies."""
        super()._init_store_data(store)
        store.add_global_values(
            has_caredesk_agent=self.env.user.has_group("caredesk_ticket.group_agent")
        )

    def _is_remembered(self, vals=None):
        return vals is None or any(name in vals for name in self._kept)
