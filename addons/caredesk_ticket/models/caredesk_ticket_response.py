from odoo import fields, models

from ..domain import sla


class CaredeskTicket(models.Model):
    """Answers: the first public message of a human, on whatever channel, is the response."""

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    def _is_human_answer(self, message):
        """Tell whether ``message`` is a public answer of somebody who serves this ticket.

        Notes and robots do not answer, nor do colleagues who only asked for something.
        """
        return bool(
            message.message_type in ("comment", "email_outgoing")
            and not message.is_internal
            and not message.subtype_id.internal
            and message.author_id != self.env.ref("base.partner_root")
            and self._is_served_by(message.author_id)
        )

    def _is_served_by(self, partner):
        """Tell whether ``partner`` is performer, member of the group, intake or manager."""
        self.ensure_one()
        ticket_sudo = self.sudo()  # who serves a ticket is asked for whoever reads it
        servers = ticket_sudo.user_id | ticket_sudo.group_id.member_ids.user_id
        return any(
            not user.share and (user in servers or user.has_group("caredesk_ticket.group_intake"))
            for user in partner.sudo().user_ids
        )

    def _waits_for_answer(self):
        """Tell whether an answer to the customer would stop a clock of this ticket."""
        self.ensure_one()
        return not self.first_response_at or any(
            row.target == sla.NEXT_RESPONSE for row in self.sla_status_ids._live()
        )

    def _note_answer(self):
        """Stop the clocks that wait for an answer: the customer has just got one, wherever."""
        # The date of a message is what its sender says; the clocks believe their own time.
        now = fields.Datetime.now()
        for ticket in self:
            awaited = ticket._waits_for_answer()
            if not (awaited or ticket.customer_replied):
                continue
            vals = {"customer_replied": False}
            if not ticket.first_response_at:
                vals["first_response_at"] = now
            ticket._own_code().write(vals)
            if awaited:
                ticket._sla_on_answer(now)

    def _note_customer_word(self):
        """Note that the customer wrote in a chat of these tickets: work goes on, clocks start.

        Ended tickets stay ended: in a chat one goes on talking, of thanks or of something new.
        """
        self.filtered("is_open")._resume_on_customer_reply()

    # === MAIL / PORTAL HOOKS ===

    def _message_post_after_hook(self, message, msg_vals):
        """Hook: an answer stops the clocks that wait for it, and nobody waits for one any more."""
        result = super()._message_post_after_hook(message, msg_vals)
        ticket_sudo = self.sudo()  # whoever may answer a ticket stops its clocks
        waits = ticket_sudo._waits_for_answer() or ticket_sudo.customer_replied
        if waits and self._is_human_answer(message):
            ticket_sudo._note_answer()
        return result
