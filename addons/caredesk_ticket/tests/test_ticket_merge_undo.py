"""Undoing a merge brings everything back (IE-12)."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CareDeskCase
from .merge_common import MergeMixin


@tagged("post_install", "-at_install")
class TestTicketMergeUndo(MergeMixin, CareDeskCase):
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
        self.assertEqual(ticket.read(["work_seconds", "waiting_seconds", "queue_seconds"]), seconds)
        self.assertHistory(ticket)

    def test_children_go_along_and_come_back(self):
        """IE-12: what is below a merged ticket goes along to the other, and comes back."""
        children = self._tickets(3)
        children.parent_id = self.second
        self._merge(self.second)
        self.assertEqual(self.first.child_ids, children)
        children[0].parent_id = False  # moved on by people since
        self.second.with_user(self.an).action_undo_merge()
        self.assertEqual(self.second.child_ids, children[1:])
        self.assertFalse(self.first.child_ids or children[0].parent_id)

    def test_merged_into_a_grandchild(self):
        """IE-12: the branch the target is in takes the merged ticket's place, no circle."""
        top, child, beside = self._tickets(3)
        self.second.parent_id = top
        (child | beside).parent_id = self.second
        self.first.parent_id = child
        self._merge(self.second)
        self.assertEqual(child.parent_id, top)
        self.assertEqual((self.first.parent_id, beside.parent_id), (child, self.first))
        self.second.with_user(self.an).action_undo_merge()
        self.assertEqual(self.second.child_ids, child | beside)

    def test_undo_of_a_waiting_ticket(self):
        """IE-12: it waits for the customer again; its promise is the old one."""
        self.env["caredesk.sla.policy"].create(
            {"name": "Solve", "group_id": self.support.id, "hours": 48}
        )
        self.support.member_ids.capacity = 9
        ticket = self._held_ticket(self.binh, "waiting", partner_id=self.tu.id)
        left = ticket.sla_status_ids.left_seconds
        self._merge(ticket)
        ticket.action_undo_merge()
        self.assertState(ticket, "waiting", self.binh)
        self.assertEqual(ticket.waiting_reason, "customer")
        self.assertEqual(ticket.sla_state, "paused")
        self.assertAlmostEqual(ticket.sla_status_ids.left_seconds, left, delta=60)

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

    def test_undo_of_a_chain_brings_late_answers_back(self):
        """IE-12: what came for a ticket merged twice goes back step by step, to nobody else."""
        third = self._held_ticket(self.an, partner_id=self.mai.id, name="Third")
        self._merge(self.second)
        self._merge(self.first, target=third, other_customer=True)
        late = self.second.message_post(
            body="Late",
            author_id=self.tu.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(late.res_id, third.id)
        self.first.action_undo_merge()
        self.assertEqual(late.res_id, self.first.id)
        self.second.action_undo_merge()
        self.assertEqual(late.res_id, self.second.id)

    def test_what_was_merged_goes_along_to_another_company(self):
        """IE-12, C-07: a merge never joins two companies, and is undone where its target is."""
        third = self._ticket(partner_id=self.tu.id)
        self._merge(third, target=self.second)
        self._merge(self.second)
        abroad = self._company("Hoa Sen")
        desk = self._group("Desk", company_id=abroad.id)
        self.first.group_id = desk
        both = self.second | third
        self.assertEqual(both.company_id, abroad)
        self.assertEqual(both.group_id, desk)
        self.assertEqual(set(both.mapped("state")), {"cancelled"})
        self.assertEqual(self.second.merged_into_id, self.first)
        self.second.action_undo_merge()
        self.assertEqual(self.second.company_id, abroad)
        self.assertTrue(self._conversation(self.second))
