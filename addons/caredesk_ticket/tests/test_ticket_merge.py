"""Merging tickets by hand (IE-12)."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.mail.tools.discuss import Store

from .common import CareDeskCase
from .merge_common import MergeMixin


@tagged("post_install", "-at_install")
class TestTicketMerge(MergeMixin, CareDeskCase):
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

    def test_creators_see_a_number_only(self):
        """IE-12: who only created the merged ticket learns where it went, no title of another's."""
        creator = self._user("lan", "creator")
        own = self._ticket(by=creator, partner_id=self.tu.id)
        self._merge(own)
        mine = own.with_user(creator)
        self.assertEqual(mine.merged_into_number, self.first.number)
        self.assertFalse(mine.can_reopen)
        view = mine.get_view(view_type="form")
        self.assertIn("merged_into_number", view["arch"])
        self.assertNotIn('name="merged_into_id"', view["arch"])
        with self.assertRaises(AccessError):
            mine.read(["merged_into_id"])
        before = mine.message_post(body="More", message_type="comment")
        self.assertEqual(before.sudo().res_id, self.first.id)

    def test_who_wrote_on_the_merged_ticket_learns_no_title(self):
        """IE-12: neither from what he wrote before nor after the merge, on no way to read it."""
        creator = self._user("lan", "creator")
        own = self._ticket(by=creator, partner_id=self.tu.id).with_user(creator)
        before = own.message_post(body="Please", message_type="comment")
        self._merge(own)
        after = own.message_post(body="More", message_type="comment")
        self.env.invalidate_all()
        written = (before | after).with_user(creator)
        self.assertEqual(written.mapped("record_name"), [self.first.number] * 2)
        for message in written:
            shown = str(Store().add(message).get_result())
            self.assertIn(self.first.number, shown)
            self.assertNotIn(self.first.name, shown)
        found = written.search_read([("author_id", "=", creator.partner_id.id)], ["record_name"])
        self.assertNotIn(self.first.name, str(found))
        self.assertNotIn(creator.partner_id, self.first.message_partner_ids)
        # whoever may read it still sees what it is about
        shown = str(Store().add(after.with_user(self.an)).get_result())
        self.assertIn(self.first.name, shown)

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
        self.assertEqual(set(moved.attachment_ids.mapped("res_id")), {self.second.id})
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

    # === DIALOG ===

    def test_dialog_from_the_list(self):
        """IE-12: chosen tickets, the one worked on stays, the others go."""
        action = (
            self.env["caredesk.ticket.merge"]
            .with_user(self.an)
            .with_context(active_model="caredesk.ticket", active_ids=(self.first | self.second).ids)
        )
        form = Form(action)
        self.assertEqual(form.target_id, self.second)
        self.assertFalse(form.is_other_customer)
        form.target_id = self.first
        dialog = form.save()
        self.assertEqual(dialog.merged_ids, self.second)
        self.assertTrue(dialog.action_merge()["url"].endswith(f"/{self.first.id}"))
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

    # === WHAT MUST NOT LEAK ===

    def test_no_file_is_sent_that_one_may_not_read(self):
        """IE-12, C-23: posting on a merged ticket gives nobody a file he could not read before."""
        creator = self._user("lan", "creator")
        own = self._ticket(by=creator, partner_id=self.tu.id)
        files = self.env["ir.attachment"]
        secret = files.create({"name": "salary.txt", "raw": b"secret"})
        self._merge(own)
        mine = own.with_user(creator)
        with self.assertRaises(AccessError):
            mine.message_post(body="x", message_type="comment", attachment_ids=secret.ids)
        fresh = files.with_user(creator).create(
            {"name": "mine.txt", "raw": b"x", "res_model": "mail.compose.message", "res_id": 0}
        )
        message = mine.message_post(body="x", message_type="comment", attachment_ids=fresh.ids)
        self.assertEqual(message.sudo().attachment_ids, fresh)

    def test_followers_who_may_not_read_the_other_customers_ticket(self):
        """IE-12, C-23: only those follow on who may read the other ticket."""
        creator = self._user("lan", "creator")
        own = self._ticket(by=creator, partner_id=self.mai.id)
        both = creator.partner_id | self.binh.partner_id
        own.message_subscribe(partner_ids=both.ids)
        other = self._company("Other Ltd")
        self.an.company_ids = [Command.link(other.id)]
        companies = (other | self.company).ids
        own.with_user(self.an).with_context(allowed_company_ids=companies).action_merge_into(
            self.first.id, other_customer=True
        )
        self.assertNotIn(creator.partner_id, self.first.message_partner_ids)
        self.assertIn(self.binh.partner_id, self.first.message_partner_ids)

    def test_what_colleagues_wrote_among_themselves_stays_internal(self):
        """IE-12: a ticket without a customer is not opened to one by the merge."""
        internal = self._ticket(name="Ours", partner_id=False)
        message = internal.with_user(self.an).message_post(
            body="He is difficult", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._merge(internal)
        self.assertEqual(message.res_id, self.first.id)
        self.assertTrue(message.is_internal)
        internal.with_user(self.an).action_undo_merge()
        self.assertEqual(message.res_id, internal.id)
        self.assertFalse(message.is_internal)

    def test_a_customer_does_not_come_into_internal_work(self):
        """IE-12: merged into a ticket without a customer, he follows and reads nothing there."""
        internal = self._held_ticket(self.an, name="Ours", partner_id=False)
        self.first.message_subscribe(partner_ids=self.tu.ids)
        moved = self.first.message_ids.filtered(lambda message: message.author_id == self.tu)
        self._merge(self.first, target=internal)
        self.assertNotIn(self.tu, internal.message_partner_ids)
        talk = internal.with_user(self.an).message_post(
            body="He is difficult", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertNotIn(self.tu, talk.notified_partner_ids)
        self.assertEqual(moved.mapped("is_internal"), [True])
        self.first.with_user(self.an).action_undo_merge()
        self.assertIn(self.tu, self.first.message_partner_ids)
        self.assertEqual(moved.mapped("is_internal"), [False])
