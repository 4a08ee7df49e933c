from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize, html2plaintext

from odoo.addons.mail.tools.discuss import Store

_COMMAND = "/ticket"
#: Letters of the visitor's first words that make a title.
_TITLE = 80


class DiscussChannel(models.Model):
    """A website chat that becomes a ticket, or belongs to one. A chat has one ticket at most."""

    _inherit = "discuss.channel"

    caredesk_ticket_id = fields.Many2one(
        "caredesk.ticket",
        string="Ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )

    # === ACTIONS ===

    def execute_command_ticket(self, **kwargs):
        """Make a ticket from the chat, or name the one it has: ``/ticket [title]``."""
        self.ensure_one()
        self._check_may_make_ticket()
        ticket = self._readable_ticket()
        if self.sudo().caredesk_ticket_id and not ticket:
            message = self.env._("This chat has a ticket that you may not see.")
        elif ticket:
            message = self.env._("This chat has a ticket: %s", ticket._get_html_link())
        else:
            title = html2plaintext(kwargs.get("body") or "").strip().removeprefix(_COMMAND).strip()
            ticket = self._make_ticket({"name": title} if title else {})
            message = self.env._("Created a ticket: %s", ticket._get_html_link())
        self.env.user._bus_send_transient_message(self, message)

    def action_caredesk_ticket(self):
        """Open the ticket of the chat, or the dialog that makes one or links one."""
        self.ensure_one()
        self._check_may_make_ticket()
        if self.sudo().caredesk_ticket_id:  # only whether there is one
            ticket = self._readable_ticket()
            if not ticket:
                raise AccessError(self.env._("This chat has a ticket that you may not see."))
            return ticket.get_formview_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ticket from Chat"),
            "res_model": "caredesk.livechat.ticket",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_channel_id": self.id},
        }

    # === BUSINESS ===

    def _check_may_make_ticket(self):
        """Raise unless the user takes part in this website chat and has a role in support."""
        self.ensure_one()
        self.check_access("read")
        if self.channel_type != "livechat":
            raise UserError(self.env._("Tickets are made from live chats only."))
        if not self.env.user.has_group("caredesk_ticket.group_creator"):
            raise AccessError(self.env._("You need a role in support to make tickets."))
        if not self.is_member:
            raise AccessError(self.env._("Join the chat first."))

    def _readable_ticket(self):
        """Return the ticket of the chat if the user may read it, else none."""
        ticket = self.sudo().caredesk_ticket_id.sudo(False)
        return ticket.exists()._filtered_access("read")

    def _claim(self):
        """Lock the chat, so that it gets one ticket however many people make one."""
        self.ensure_one()
        channel_sudo = self.sudo()  # who may was checked by the caller; operators cannot write it
        if not channel_sudo.try_lock_for_update():
            raise UserError(self.env._("Somebody is making a ticket from this chat right now."))
        channel_sudo.invalidate_recordset(["caredesk_ticket_id"])
        if channel_sudo.caredesk_ticket_id:
            raise UserError(
                self.env._(
                    "This chat has ticket %(number)s already.",
                    number=channel_sudo.caredesk_ticket_id.number,
                )
            )
        return channel_sudo

    def _make_ticket(self, values):
        """Return a new ticket of this chat; the caller has checked who asks.

        :param values: what the operator chose; the rest comes from the chat
        """
        channel_sudo = self._claim()
        defaults = channel_sudo._visitor_values()
        body, files = channel_sudo._transcript()
        defaults["description"] = body
        tickets = self.env["caredesk.ticket"]
        ticket = tickets._create_from_channel("livechat", [defaults | values])
        note = self.env._("Made from a live chat with %s.", channel_sudo._visitor_name())
        if place := channel_sudo._visitor_place():
            note = f"{note} {place}"
        ticket._message_log(
            body=Markup("<p>%s</p>") % note, attachment_ids=files._copy_to_ticket(ticket).ids
        )
        return self._linked_to(ticket)

    def _link_ticket(self, ticket):
        """Link the chat to a ticket that the user may read; the conversation becomes a note."""
        ticket.check_access("read")
        if ticket.is_closed:
            raise UserError(
                self.env._(
                    "Ticket %(number)s is closed and can no longer be changed. Reopen it first.",
                    number=ticket.number,
                )
            )
        channel_sudo = self._claim()
        channel_sudo._log_transcript(ticket.sudo(), *channel_sudo._transcript())
        return self._linked_to(ticket, since=ticket.create_date)

    def _linked_to(self, ticket, since=None):
        """Note the link and show it to the operator, nobody else: visitors are in the chat.

        :param since: when the ticket was there already; earlier words were about something else
        """
        self.sudo().caredesk_ticket_id = ticket
        ticket.sudo()._own_code().write({"has_livechat": True})  # the link is the system's work
        store = Store(bus_channel=self.env.user)
        store.add(self, [self._ticket_to_store()]).bus_send()
        return ticket.with_env(self.env)

    # === VISITOR ===

    def _visitor_values(self):
        """Return who the ticket is for: the customer signed in, or what the visitor said."""
        customer = self.livechat_customer_partner_ids.filtered(lambda p: not p.is_public)[:1]
        values = {"name": self._title()}
        if customer:
            return {**values, "partner_id": customer.id}
        # An address somebody types into a chat proves nothing: no contact is taken for it.
        said = self._chatbot_find_customer_values_in_messages(
            {"question_email": "email_from", "question_phone": "phone"}
        )
        address = said.get("email_from") or self.livechat_customer_guest_ids[:1].email
        return {
            **values,
            "partner_name": self._visitor_name(),
            "email_from": email_normalize(address or "") or False,
            "phone": said.get("phone") or False,
        }

    def _visitor_name(self):
        people = self.livechat_customer_partner_ids.filtered(lambda p: not p.is_public)
        person = people[:1] or self.livechat_customer_guest_ids[:1]
        return person.name or self.env._("Visitor")

    def _visitor_place(self):
        """Return country and language of the visitor in words, as far as they are known."""
        guest = self.livechat_customer_guest_ids[:1]
        country = self.country_id or guest.country_id
        return ", ".join(name for name in (country.name, self.livechat_lang_id.name) if name)

    def _title(self):
        """Return the visitor's first words, or that it was a chat."""
        people = self.livechat_customer_partner_ids
        guests = self.livechat_customer_guest_ids
        for message in self._said():
            if message.author_id in people or message.author_guest_id in guests:
                words = " ".join(html2plaintext(message.body or "").split())
                if words:
                    return words if len(words) <= _TITLE else f"{words[: _TITLE - 1]}…"
        return self.env._("Live chat with %s", self._visitor_name())

    # === STORE ===

    def _ticket_to_store(self):
        return Store.Attr("caredesk_ticket", lambda channel: channel._ticket_card())

    def _ticket_card(self):
        """Return what the panel of the chat shows of its ticket, False when there is nothing."""
        self.ensure_one()
        ticket = self._readable_ticket()
        if not ticket:
            return False
        return {
            "id": ticket.id,
            "name": ticket.display_name,
            "href": f"/odoo/{ticket._name}/{ticket.id}",
        }

    def _get_livechat_session_fields_to_store(self):
        return [*super()._get_livechat_session_fields_to_store(), self._ticket_to_store()]
