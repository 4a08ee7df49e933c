"""What the tests of merging share: two tickets with a conversation, and how to look at one."""


class MergeMixin:
    """Two open tickets of one customer with a conversation each: ``first`` and ``second``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tu = cls.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        cls.mai = cls.env["res.partner"].create({"name": "Mai", "email": "mai@example.com"})
        cls.first = cls._talk(cls._held_ticket(cls.an, partner_id=cls.tu.id, name="No sound"))
        cls.second = cls._talk(
            cls._held_ticket(cls.binh, "in_progress", partner_id=cls.tu.id, name="Sound is gone")
        )

    @classmethod
    def _talk(cls, ticket):
        """Let customer and performer write on ``ticket``, each with a file, and plan a call."""
        file = cls.env["ir.attachment"].create(
            {"name": "log.txt", "raw": b"x", "res_model": "mail.compose.message", "res_id": 0}
        )
        customer, performer = ticket.partner_id, ticket.user_id
        ticket.message_post(
            body="Help",
            author_id=customer.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=file.ids,
        )
        mine = ticket.with_user(performer)
        mine.message_post(body="Note to us", message_type="comment", subtype_xmlid="mail.mt_note")
        mine.activity_schedule("mail.mail_activity_data_call", user_id=performer.id)
        cls.env.flush_all()
        return ticket

    def _conversation(self, ticket):
        """Return what people wrote on ``ticket``, and how each piece is shown."""
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "caredesk.ticket"),
                ("res_id", "=", ticket.id),
                ("message_type", "in", ("comment", "email")),
            ]
        )
        return {(m.id, m.subtype_id.id, m.is_internal, m.body, m.author_id.id) for m in messages}

    def _belongings(self, ticket):
        """Return everything a merge moves or touches."""
        ticket.invalidate_recordset()
        rows = [("res_model", "=", "caredesk.ticket"), ("res_id", "=", ticket.id)]
        return {
            "conversation": self._conversation(ticket),
            "files": set(self.env["ir.attachment"].search(rows).ids),
            "activities": set(self.env["mail.activity"].search(rows).ids),
            "followers": set(ticket.message_partner_ids.ids),
            "lines": set(ticket.time_ids.ids),
            "log": set(ticket.assignment_ids.ids),
        }

    def _merge(self, *tickets, target=None, by=None, **options):
        merged = self.env["caredesk.ticket"].union(*tickets)
        return merged.with_user(by or self.an).action_merge_into(target or self.first, **options)
