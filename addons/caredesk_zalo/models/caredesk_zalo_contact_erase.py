import time

from odoo import fields, models
from odoo.exceptions import AccessError

#: What a customer's record holds of him, and what the company's record made from it holds.
_OWN = (
    "zalo_name",
    "phone",
    "email",
    "address",
    "gender",
    "birthday",
    "avatar_url",
    "avatar_state",
    "partner_id",
    "lead_id",
)
_MADE = {
    "res.partner": ("phone", "email", "street", "comment", "image_1920"),
    "crm.lead": ("phone", "email_from", "street", "description", "partner_name"),
}


class CaredeskZaloContact(models.Model):
    """Erasing a customer: his data, texts and files go; rows and figures stay, of nobody."""

    _inherit = "caredesk.zalo.contact"

    erased_at = fields.Datetime("Erased On", readonly=True)

    def action_erase(self):
        """Erase customers at their wish that reached an administrator.

        :raise AccessError: the user is no administrator of Zalo
        """
        if not self.env.user.has_group("caredesk_zalo.group_admin"):
            raise AccessError(self.env._("Only a Zalo administrator erases customers."))
        self.check_access("write")
        for contact in self:
            contact.sudo()._erase("admin")  # sudo: both were checked right here

    def _erase(self, wished_by, until_ms=None):
        """Erase one customer, once, and write down what was erased.

        :param wished_by: ``customer`` or ``admin``
        :param until_ms: when he wished it, milliseconds since 1970; now when not given. What
            happened before and arrives later does not bring him back.
        """
        self.ensure_one()
        if self.erased_at:
            return
        nobody = self.env._("Erased customer")
        erasures = self.env["caredesk.zalo.erasure"]
        until_ms = until_ms or time.time() * 1000
        person_key = erasures._person_key(self.oa_id, self.zalo_user_id)
        counts = {
            "event_count": self._erase_events(until_ms),
            "file_count": self._erase_files(),
            "message_count": self._erase_messages(),
        }
        linked = self.partner_id or self.lead_id
        is_made = self.has_made_record and linked and not self._has_bought(linked)
        name = f"{linked._description} {linked.id}" if linked else False
        if is_made:
            self._anonymise(linked, nobody)
        if is_made or not linked:
            self._erase_tickets(nobody)
        self._erase_card(nobody)
        erasures.create(
            {
                **counts,
                "oa_id": self.oa_id.id,
                "contact_id": self.id,
                "wished_by": wished_by,
                "person_key": person_key,
                "until_ms": until_ms,
                "record_name": is_made and name,
                "kept_name": not is_made and name,
            }
        )

    def _has_bought(self, record):
        """Tell whether somebody is in the company's books, which the law wants kept."""
        if record._name != "res.partner":
            return False
        bought = [("partner_id", "child_of", record.id), ("state", "=", "sale")]
        # sudo: the wish to be erased was checked; nothing of the orders is told
        if self.env["sale.order"].sudo().search_count(bought, limit=1):
            return True
        invoiced = [("partner_id", "child_of", record.id), ("state", "=", "posted")]
        return bool(self.env["account.move"].sudo().search_count(invoiced, limit=1))  # likewise

    def _erase_events(self, until_ms):
        """Empty what Zalo reported of the customer; ids and keys stay, for the order of things.

        What he said after his wish and nobody read yet is somebody new's.
        """
        events = self.env["caredesk.zalo.event"].search(
            [
                ("oa_id", "=", self.oa_id.id),
                ("zalo_user_id", "=", self.zalo_user_id),
                "|",
                ("state", "!=", "new"),
                ("happened_ms", "<=", until_ms),
            ]
        )
        events.write({"body": "{}", "zalo_user_id": self._nobody_id(), "error": False})
        events.filtered(lambda event: event.state == "new").state = "ignored"
        return len(events)

    def _erase_files(self):
        """Delete every file of the conversation, also those that wait to be fetched."""
        channel = self.channel_id
        self.env["caredesk.zalo.media"].search(
            [("mail_message_id", "in", self._messages().ids)]
        ).unlink()
        files = self._messages().attachment_ids | self.env["ir.attachment"].search(
            [("res_model", "=", channel._name), ("res_id", "=", channel.id or 0)]
        )
        count = len(files)
        files.unlink()
        return count

    def _erase_messages(self):
        """Empty the texts of the conversation, of what was sent and of comments on the card."""
        messages = self._messages()
        self._empty(messages)
        deliveries = self.env["caredesk.zalo.message"].search([("contact_id", "=", self.id)])
        deliveries.write(
            {"text": False, "template_values": False, "phone": False, "feedback": False}
        )
        waiting = deliveries.filtered(lambda delivery: delivery.state == "queued")
        waiting.write({"state": "failed", "reason": self.env._("The customer was erased.")})
        self.proposal_ids.unlink()
        self.env["caredesk.zalo.proposal"].search([("contact_id", "=", self.id)]).unlink()
        return len(messages)

    def _erase_tickets(self, nobody):
        """Take what the customer told of himself, and quotes of the chat, out of his tickets."""
        tickets = self.env["caredesk.ticket"].with_context(active_test=False)
        tickets.search([("zalo_contact_id", "=", self.id)])._own_code().write(
            {"partner_name": nobody, "email_from": False, "phone": False, "description": False}
        )

    def _empty(self, messages):
        messages.write({"body": False, "subject": False})
        messages.message_link_preview_ids.unlink()
        messages.tracking_value_ids.unlink()

    def _messages(self):
        """Return all messages of the conversation and on the customer's card."""
        channel = self.channel_id
        messages = self.env["mail.message"]
        of_card = [("model", "=", self._name), ("res_id", "=", self.id)]
        of_channel = [("model", "=", channel._name), ("res_id", "=", channel.id or 0)]
        return messages.search(of_card) | messages.search(of_channel)

    def _anonymise(self, record, nobody):
        """Make nobody of the lead or contact that exists because of Zalo only."""
        values = dict.fromkeys(_MADE[record._name], False)
        values["contact_name" if record._name == "crm.lead" else "name"] = nobody
        if record._name == "crm.lead":
            values["name"] = nobody
        record.write({**values, "active": False})
        # What was noted on it, the change just made included: it names whom it was about.
        self.env.flush_all()
        self._empty(record.message_ids)
        record.message_ids.attachment_ids.unlink()
        tickets = self.env["caredesk.ticket"].with_context(active_test=False)
        of_record = "partner_id" if record._name == "res.partner" else "lead_id"
        tickets.search([(of_record, "=", record.id)])._own_code().write(
            {"partner_name": nobody, "email_from": False, "phone": False}
        )

    def _erase_card(self, nobody):
        """Empty the customer's own card; who writes again is somebody new."""
        self.write(
            {
                **dict.fromkeys(_OWN, False),
                "name": nobody,
                "zalo_user_id": self._nobody_id(),
                "is_follower": False,
                "profile_state": "failed",
                "erased_at": fields.Datetime.now(),
            }
        )
        if self.guest_id:
            self.guest_id.write({"name": nobody, "image_1920": False})
        if self.channel_id:
            self.channel_id.name = nobody
            self.channel_id._zalo_set_status("closed", nobody)

    def _nobody_id(self):
        return f"erased-{self.id}"
