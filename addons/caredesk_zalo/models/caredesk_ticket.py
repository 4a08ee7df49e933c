from odoo import fields, models


class CaredeskTicket(models.Model):
    """The Zalo conversation a ticket came from is told what becomes of it."""

    _inherit = "caredesk.ticket"

    zalo_contact_id = fields.Many2one(
        "caredesk.zalo.contact",
        "Zalo Customer",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        groups="base.group_user",
    )

    # === ACTIONS ===

    def action_zalo_conversation(self):
        """Open the Zalo conversation of the ticket in Discuss."""
        self.ensure_one()
        return self.zalo_contact_id.action_open_conversation()

    # === BUSINESS ===

    def _after_create(self):
        super()._after_create()
        for ticket in self.filtered("zalo_contact_id"):
            ticket._tell_zalo(self.env._("Ticket created: %s", ticket._get_html_link()))

    def _transition(self, step, vals=None):
        result = super()._transition(step, vals)
        for ticket in self.sudo().filtered("zalo_contact_id"):  # notes of the system
            states = dict(ticket._fields["state"]._description_selection(ticket.env))
            link, state = ticket._get_html_link(), states[ticket.state]
            ticket._tell_zalo(self.env._("Ticket %(link)s: %(state)s", link=link, state=state))
        return result

    def _tell_zalo(self, text):
        """Note something about the ticket in its conversation; agents see it, not the customer."""
        channel = self.zalo_contact_id.channel_id
        if channel:
            channel._zalo_post_note(text)
