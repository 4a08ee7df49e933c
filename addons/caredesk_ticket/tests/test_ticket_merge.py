"""Merging tickets by hand, and undoing it (IE-12)."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CareDeskCase


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
            body="Help", author_id=customer.id, message_type="comment", subtype_xmlid="mail.mt_comment",
            attachment_ids=file.ids,
        )  # fmt: skip
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


@tagged("post_install", "-at_install")
class TestTicketMerge(MergeMixin, CareDeskCase):
    def _merge(self, *tickets, target=None, by=None, **options):
        merged = self.env["caredesk.ticket"].union(*tickets)
        return merged.with_user(by or self.an).action_merge_into(target or self.first, **options)

    # === MERGE ===

    def test_everything_is_seen_on_the_target(self):
        """IE-12: messages, files, activities and followers move; lines and log stay recorded."""
        mine, other = self._belongings(self.first), self._belongings(self.second)
        self._merge(self.second)
        after = self._belongings(self.first)
        for part in ("conversation", "files", "activities", "followers"):
            self.assertEqual(after[part], mine[part] | other[part], part)
        self.assertFalse(self._conversation(self.second))
        self.assertEqual(self.first.merged_ticket_ids, self.second)
        self.assertLessEqual(other["lines"], set(self.second.time_ids.ids))
        self.assertEqual(other["log"], set(self.second.assignment_ids.ids))
        notes = self.first.message_ids.filtered(lambda m: m.message_type == "notification")
        self.assertTrue(any(self.second.number in note.body for note in notes))

    def test_the_merged_ticket_ends(self):
        """IE-12, I-5: cancelled with the reason, clocks stopped, its promises withdrawn."""
        clock = self._freeze()
        self.env["caredesk.sla.policy"].create(
            {"name": "Solve", "group_id": self.support.id, "hours": 1}
        )
        self.support.member_ids.capacity = 9
        self.support.allow_parallel_work = True
        ticket = self._held_ticket(self.binh, "in_progress", partner_id=self.tu.id)
        self.assertTrue(ticket.sla_deadline)
        clock.tick(600)
        self._merge(ticket)
        clock.tick(9000)
        self.assertState(ticket, "cancelled", self.binh)
        self.assertEqual(ticket.merged_into_id, self.first)
        self.assertIn(self.first.number, ticket.cancel_reason)
        self.assertClocks(ticket, work=600)
        self.assertFalse(ticket.sla_status_ids.filtered(lambda row: row.state == "running"))
        self.assertFalse(ticket.sla_deadline)
        self.assertNotEqual(ticket.sla_state, "failed")

    def test_the_performer_is_free_at_once(self):
        """IE-12, I-3: who held the merged ticket is given the next one of the queue."""
        queued = self._ticket(name="Next")
        self.assertState(queued, "unassigned")
        self._merge(self.second)
        self.assertState(queued, "todo", self.binh)

    def test_counted_once(self):
        """IE-12: a merged ticket is neither received nor completed a second time."""
        kpi = self.env["caredesk.ticket.kpi"]

        def received():
            self.env.flush_all()
            rows = kpi._read_group([("user_id", "=", self.binh.id)], [], ["received:sum"])
            return rows[0][0]

        before = received()
        self._merge(self.second)
        self.assertEqual(received(), before - 1)

    def test_two_children_of_one_parent(self):
        """IE-12: children of one parent are merged like any others."""
        parent = self._ticket(name="Outage")
        (self.first | self.second).parent_id = parent
        self._merge(self.second)
        self.assertEqual(parent.child_ids, self.first | self.second)
        self.assertEqual(self.second.merged_into_id, self.first)

    def test_what_cannot_be_merged(self):
        """IE-12: itself, other companies, ended or merged tickets, and why in words."""
        ended = self._ticket(name="Old")
        ended.action_cancel("No longer needed")
        closed = self._ticket(name="Closed", user_id=self.binh.id)
        closed.action_start(pause_others=True)
        closed.action_complete("Fixed")
        closed.action_close()
        group = self._group("Elsewhere", company_id=self._company("Hoa Sen").id)
        abroad = self._ticket(group_id=group.id)
        system = self.env.user
        for ticket, target, words in (
            (self.first, self.first, "with itself"),
            (self.second, abroad, "different companies"),
            (self.second, ended, "closed or cancelled"),
            (self.second, closed, "closed or cancelled"),
            (ended, self.first, "has ended"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self._merge(ticket, target=target, by=system, other_customer=True)
        self._merge(self.second)
        third = self._ticket(partner_id=self.tu.id)
        with self.assertRaisesRegex(UserError, "was merged into another"):
            self._merge(third, target=self.second)
        with self.assertRaisesRegex(UserError, "merged already"):
            self._merge(self.second, target=third)
        for nonsense in (0, True, "3", None, [1]):
            with self.assertRaisesRegex(UserError, "one existing ticket"):
                third.action_merge_into(nonsense)

    def test_only_who_may_change_both(self):
        """IE-12: no right to one of them, no merge; nor by writing the field."""
        group = self._group("Billing", self._user("chi"))
        hidden = self._ticket(group_id=group.id, partner_id=self.tu.id)
        for ticket, target in ((self.first, hidden), (hidden, self.first)):
            with self.assertRaises(AccessError):
                self._merge(ticket, target=target)
        creator = self._user("lan", "creator")
        own = self._ticket(by=creator, partner_id=self.tu.id)
        with self.assertRaises(AccessError):
            own.with_user(creator).action_merge_into(self.first.id)
        with self.assertRaises(UserError):
            self.first.with_user(self.an).write({"merged_into_id": self.second.id})
        with self.assertRaises(AccessError):
            self.first.with_user(self.an).read(["merge_snapshot"])

    def test_other_customer(self):
        """IE-12: another customer's ticket only after a word, and neither reads the other."""
        self.second.partner_id = self.mai
        with self.assertRaisesRegex(UserError, "different customers"):
            self._merge(self.second)
        before = self._belongings(self.second)
        followers = self.first.message_partner_ids
        self._merge(self.second, other_customer=True)
        note = self.env.ref("mail.mt_note")
        ids = {row[0] for row in before["conversation"]}
        moved = self.env["mail.message"].browse(ids)
        self.assertEqual(set(moved.mapped("res_id")), {self.first.id})
        self.assertTrue(all(m.is_internal and m.subtype_id == note for m in moved))
        self.assertNotIn(self.mai, self.first.message_partner_ids)
        self.assertLessEqual(followers, self.first.message_partner_ids)
        # what is written on the merged ticket later does not reach the target's customer either
        message = self.second.with_user(self.binh).message_post(
            body="To Mai", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(message.res_id, self.first.id)
        self.assertTrue(message.is_internal)
        self.assertNotIn(self.tu, message.notified_partner_ids)
        self.second.with_user(self.an).action_undo_merge()
        restored = {row for row in self._conversation(self.second) if row[0] in ids}
        self.assertEqual(restored, before["conversation"])

    # === UNDO ===

    def test_undo_restores_everything(self):
        """IE-12: messages, files, activities, followers, state, seconds: as they were."""
        clock = self._freeze()
        self.support.member_ids.capacity = 9
        ticket = self._held_ticket(self.binh, partner_id=self.tu.id)
        self._talk(ticket).with_user(self.binh).action_start(pause_others=True)
        clock.tick(90)
        before = self._belongings(ticket), self._belongings(self.first)
        seconds = ticket.read(["work_seconds", "waiting_seconds", "queue_seconds"])
        self._merge(ticket)
        clock.tick(5000)
        ticket.with_user(self.an).action_undo_merge()
        after = self._belongings(ticket), self._belongings(self.first)
        for part in ("conversation", "files", "activities", "followers"):
            self.assertEqual(after[0][part], before[0][part], part)
            self.assertEqual(after[1][part], before[1][part], part)
        self.assertState(ticket, "in_progress", self.binh)
        self.assertFalse(ticket.merged_into_id or ticket.merged_at or ticket.cancel_reason)
        self.assertFalse(ticket.sudo().merge_snapshot)
        ticket.invalidate_recordset()
        self.assertEqual(
            ticket.read(["work_seconds", "waiting_seconds", "queue_seconds"]), seconds
        )
        self.assertHistory(ticket)

    def test_undo_of_a_waiting_ticket(self):
        """IE-12: it waits for the customer again; its promise is the old one."""
        self.env["caredesk.sla.policy"].create(
            {"name": "Solve", "group_id": self.support.id, "hours": 48}
        )
        self.support.member_ids.capacity = 9
        ticket = self._held_ticket(self.binh, "waiting", partner_id=self.tu.id)
        deadline = ticket.sla_deadline
        self._merge(ticket)
        ticket.action_undo_merge()
        self.assertState(ticket, "waiting", self.binh)
        self.assertEqual(ticket.waiting_reason, "customer")
        # Within one test the row is created at the start of the transaction.
        self.assertLess(abs(ticket.sla_deadline - deadline), timedelta(minutes=1))

    def test_undo_in_order_only(self):
        """IE-12: chains come apart from the end; a closed target keeps what it has."""
        self.support.member_ids.capacity = 9
        third = self._talk(self._held_ticket(self.an, partner_id=self.tu.id, name="Third"))
        own, other = self._conversation(self.second), self._conversation(self.first)
        self._merge(self.second)
        self._merge(self.first, target=third)
        self.assertEqual(self.second._merge_target(), third)
        with self.assertRaisesRegex(UserError, "Undo that merge first"):
            self.second.action_undo_merge()
        self.first.action_undo_merge()
        self.second.action_undo_merge()
        self.assertEqual(self._conversation(self.second), own)
        self.assertEqual(self._conversation(self.first), other)
        self._merge(self.second, target=third)
        third.with_user(self.an).action_start(pause_others=True)
        third.with_user(self.an).action_complete("Fixed")
        third.action_close()
        with self.assertRaisesRegex(UserError, "can no longer be undone"):
            self.second.action_undo_merge()
        with self.assertRaisesRegex(UserError, "is not merged"):
            third.action_undo_merge()

    def test_reopen_is_not_undo(self):
        """IE-12: a merged ticket is not brought back without its conversation."""
        self._merge(self.second)
        with self.assertRaisesRegex(UserError, "Undo the merge instead"):
            self.second.action_reopen()

    # === DIALOG ===

    def test_dialog_from_the_list(self):
        """IE-12: chosen tickets, the one worked on stays, the others go."""
        action = self.env["caredesk.ticket.merge"].with_user(self.an).with_context(
            active_model="caredesk.ticket", active_ids=(self.first | self.second).ids
        )
        form = Form(action)
        self.assertEqual(form.target_id, self.second)
        self.assertFalse(form.is_other_customer)
        form.target_id = self.first
        dialog = form.save()
        self.assertEqual(dialog.merged_ids, self.second)
        self.assertEqual(dialog.action_merge()["res_id"], self.first.id)
        self.assertEqual(self.second.merged_into_id, self.first)

    def test_dialog_from_the_form(self):
        """IE-12: one ticket into any other; the other customer has to be confirmed."""
        self.second.partner_id = self.mai
        form = Form(
            self.env["caredesk.ticket.merge"]
            .with_user(self.an)
            .with_context(active_model="caredesk.ticket", active_id=self.second.id)
        )
        self.assertFalse(form.target_id)
        form.target_id = self.first
        self.assertTrue(form.is_other_customer)
        form.confirm_other_customer = True
        form.save().action_merge()
        self.assertEqual(self.second.merged_into_id, self.first)
