from odoo import api, fields, models


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

    # === CHECKS ===

    @api.model
    def _link_names(self):
        # The ticket's news go into this conversation.
        return (*super()._link_names(), "zalo_contact_id")

    # === BUSINESS ===

    def _after_create(self):
        super()._after_create()
        from_zalo = self.filtered("zalo_contact_id")
        for ticket in from_zalo:
            ticket._tell_zalo(self.env._("Ticket created: %s", ticket._get_html_link()))
        if from_zalo:
            self.env["caredesk.zalo.notice.job"]._plan(from_zalo, "created")

    def _transition(self, step, vals=None):
        before = {ticket.id: ticket.state for ticket in self.sudo()}
        result = super()._transition(step, vals)
        for ticket in self.sudo().filtered("zalo_contact_id"):  # notes of the system
            states = dict(ticket._fields["state"]._description_selection(ticket.env))
            link, state = ticket._get_html_link(), states[ticket.state]
            ticket._tell_zalo(self.env._("Ticket %(link)s: %(state)s", link=link, state=state))
            if ticket.state != before[ticket.id] and not self._is_by_customer():
                self.env["caredesk.zalo.notice.job"]._plan(ticket, ticket.state)
        return result

    def _tell_zalo(self, text):
        """Note something about the ticket in its conversation; agents see it, not the customer."""
        channel = self.zalo_contact_id.channel_id
        if channel:
            channel._zalo_post_note(text)
