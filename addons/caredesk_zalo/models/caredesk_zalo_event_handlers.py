from markupsafe import Markup, escape

from odoo import models

from ..zalo_client import events
from .caredesk_zalo_event_work import NotYet

#: What stands before a place, a contact card or a link in a message.
_SIGN = Markup('<i class="fa fa-%s" role="img"></i> %s')


class CaredeskZaloEvent(models.Model):
    """What each kind of event does."""

    _inherit = "caredesk.zalo.event"

    def _handlers(self):
        """Return ``{name of the event: handler}``; a bridge adds its own.

        A handler gets the event as ``zalo_client.events`` read it; it returns the state the
        row ends in, or nothing for done.
        """
        return {
            **dict.fromkeys(events.CUSTOMER_MESSAGES, self._on_customer_message),
            **dict.fromkeys(events.ECHOES, self._on_echo),
            "user_received_message": self._on_delivery,
            "user_seen_message": self._on_delivery,
            "follow": self._on_follow,
            "unfollow": self._on_follow,
            "user_click_chatnow": self._on_interaction,
            "user_submit_info": self._on_info,
            "user_withdraw": self._on_withdraw,
        }

    def _contact(self, event):
        """Return the contact an event is about."""
        contact = self.env["caredesk.zalo.contact"]._of(self.oa_id, event.user_id)
        contact._want_profile()
        return contact

    def _known(self, event):
        """Return the contact an event is about if there is one; it is no reason to make one."""
        return self.env["caredesk.zalo.contact"].search(
            [("oa_id", "=", self.oa_id.id), ("zalo_user_id", "=", event.user_id)]
        )

    def _on_customer_message(self, event):
        if not event.user_id:
            return "ignored"
        contact = self._contact(event)
        contact._spoke(self.happened_at)
        contact._attend()
        contact._conversation()._zalo_post_customer(event, self._message_body(event))
        self.env["caredesk.zalo.response"]._asked(contact, self.happened_at)
        contact._first_word(self.happened_at)
        return "done"

    def _on_echo(self, event):
        """Show what the account sent, unless it was us: then it only tells the message's id."""
        messages = self.env["caredesk.zalo.message"]
        contact = self._contact(event)
        if messages._of_zalo(self.oa_id, event.message_ids):
            return "done"
        if not event.admin_id and messages._under_way(contact):
            # Ours, and the answer that names its id is not stored yet.
            raise NotYet("a message of ours is being sent")
        author = self.env._("Zalo OA Manager") if event.admin_id else self.oa_id.name
        channel = contact._conversation()
        channel._zalo_post_echo(event, self._message_body(event), author)
        if event.admin_id:  # a colleague who answers there answers too; a machine does not
            nobody = self.env["res.users"]
            self.env["caredesk.zalo.response"]._answered(contact, nobody, self.happened_at)
            if not contact._spoke_after(self.happened_at):
                channel._zalo_open_tickets()._note_answer()
        return "done"

    def _on_delivery(self, event):
        """Note how far messages of ours got; they only ever get further."""
        state = "read" if event.name == "user_seen_message" else "delivered"
        messages = self.env["caredesk.zalo.message"]
        found = messages._of_zalo(self.oa_id, event.message_ids)
        if not found:
            known = self._known(event)
            if known and messages._under_way(known):
                raise NotYet("a message of ours is being sent")
            return "ignored"
        found._advance(state)
        return "done"

    def _on_follow(self, event):
        is_follower = event.name == "follow"
        # Who leaves without having been here is nobody's customer.
        contact = self._contact(event) if is_follower else self._known(event)
        if not contact:
            return "ignored"
        contact.is_follower = is_follower
        if is_follower:
            contact._spoke(self.happened_at)
        contact.channel_id._zalo_push_side()
        return "done"

    def _on_interaction(self, event):
        self._contact(event)._spoke(self.happened_at)

    def _on_info(self, event):
        """Keep what a customer filled in, and show it in the conversation."""
        contact = self._contact(event)
        contact._spoke(self.happened_at)
        contact._take_info(events.submitted_info(event), self.happened_at)

    def _on_withdraw(self, event):
        """Erase a customer who wishes it; one we do not know leaves nothing to erase."""
        known = self._known(event)
        if not known:
            return "ignored"
        known._erase("customer", self.happened_ms)
        return "done"

    def _message_body(self, event):
        """Return the body shown for a message: its text, and what has no file to show.

        Signs instead of words: the worker does not know in which language it will be read.
        """
        parts = [Markup("<br>").join(event.text.split("\n"))] if event.text else []
        parts += filter(None, map(_shown, event.attachments))
        return Markup("<p>%s</p>") % Markup("<br>").join(parts) if parts else ""


def _shown(attachment):
    """Return what stands in a message for a place, a contact card or a link."""
    if attachment.place:
        latitude, longitude = attachment.place
        address = f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17"
        return _SIGN % ("map-marker", _link(address, f"{latitude}, {longitude}"))
    if attachment.kind == "card":
        return _SIGN % ("address-card-o", _link(f"tel:{attachment.phone}", attachment.phone))
    if attachment.kind == "link" and attachment.url:
        return _SIGN % ("link", _link(attachment.url, attachment.description or attachment.url))
    return None


def _link(address, text):
    """Return a link, if the address is a page or a number to call; else its text alone."""
    if not address.startswith(("https://", "http://", "tel:")):
        return escape(text)
    return Markup('<a href="%s" target="_blank" rel="noreferrer noopener">%s</a>') % (address, text)
