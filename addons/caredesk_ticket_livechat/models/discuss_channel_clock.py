from odoo import models


class DiscussChannel(models.Model):
    """What is said in a chat moves the clocks of its ticket, as words on the ticket do."""

    _inherit = "discuss.channel"

    # === BUSINESS ===

    def _linked_to(self, ticket, since=None):
        """Who answered in the chat before it got its ticket has answered the ticket.

        Where the visitor had the last word, he waits for the next answer.
        """
        result = super()._linked_to(ticket, since)
        said = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("message_type", "=", "comment"),
        ]
        if since:
            said.append(("create_date", ">=", since))
        by_agents = [*said, ("author_id", "in", self.livechat_agent_partner_ids.ids)]
        messages = self.env["mail.message"]
        if messages.search_count(by_agents, limit=1):
            ticket.sudo()._note_answer()  # sudo: the clocks are the system's
            last = messages.search(said, order="id desc", limit=1)
            if self._is_by_visitor(last):
                ticket.sudo()._note_customer_word()
        return result

    def _is_by_visitor(self, message):
        customers = self.livechat_customer_partner_ids
        return bool(message.author_guest_id or message.author_id in customers)

    def _message_post_after_hook(self, message, msg_vals):
        """Hook: an operator's word answers the ticket, a visitor's waits for an answer."""
        result = super()._message_post_after_hook(message, msg_vals)
        # sudo: who talks in the chat moves the clocks, whoever may see the ticket
        tickets_sudo = self.sudo().caredesk_ticket_id._said_about()
        if tickets_sudo and message.message_type == "comment" and not message.subtype_id.internal:
            if message.author_id in self.livechat_agent_partner_ids:
                tickets_sudo._note_answer()
            elif self._is_by_visitor(message):
                tickets_sudo._note_customer_word()
        return result
