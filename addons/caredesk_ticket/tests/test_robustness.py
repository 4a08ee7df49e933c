"""What a hostile or clumsy caller, and an unlucky moment, cannot do."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestRobustness(CareDeskCase):
    def test_odd_arguments_get_a_clear_error(self):
        """IE-03: whatever RPC passes to a step, the answer is an error a person can read."""
        boss = self._user("boss", "manager")
        held = self._held_ticket(self.an)
        as_an, as_boss = held.with_user(self.an), held.with_user(boss)
        calls = [
            *((as_an.action_wait, [odd]) for odd in ([], {}, 5, None, "soon")),
            *((as_boss.action_cancel, [odd]) for odd in (5, ["x"], {}, None, " ")),
            *((as_an.action_transfer, [odd]) for odd in (None, "5", [5], True, 999999, 0)),
            *((as_boss.action_assign, [odd]) for odd in (False, "an", 999999)),
            (as_boss.action_release, [{"a": 1}]),
        ]
        for method, arguments in calls:
            case = self.subTest(method=method.__name__, arguments=arguments)
            with case, self.assertRaises(UserError):
                method(*arguments)
        as_an.action_start()
        with self.assertRaises(UserError):
            as_an.action_complete(["done"])
        self.assertState(held, "in_progress", self.an)

    def test_a_ticket_does_not_tell_of_customers_one_cannot_see(self):
        """IE-47: linking a hidden customer is refused before his name and phone are copied."""
        hidden = self.env["res.partner"].create(
            {"name": "Secret", "phone": "0909", "company_id": self._company("Other").id}
        )
        creator = self._user("tao", "creator")
        vals = self._ticket_vals(partner_id=hidden.id)
        with self.assertRaises(AccessError):
            self.env["caredesk.ticket"].with_user(creator).create(vals)
        with self.assertRaises(AccessError):
            self._ticket().with_user(self.an).partner_id = hidden

    def test_a_start_is_locked_like_an_assignment(self):
        """C-37: two starts at once collide on the person instead of both seeing no other work."""
        ticket = self._held_ticket(self.an)
        agent = self._seat(self.an).agent_id
        before = agent.load_version
        ticket.with_user(self.an).action_start()
        self.assertGreater(agent.load_version, before)

    def test_a_customers_answer_is_locked_like_an_assignment(self):
        """C-04: a waiting ticket that stands next again fills its performer's capacity."""
        self._seat(self.an).capacity = 2
        ticket = self._held_ticket(self.an)
        ticket.with_user(self.an).action_wait("customer")
        self._held_ticket(self.an, "in_progress")
        agent = self._seat(self.an).agent_id
        before = agent.load_version
        ticket._resume_on_customer_reply()
        self.assertState(ticket, "todo", self.an)
        self.assertGreater(agent.load_version, before)

    def test_zero_bytes_in_a_reason_are_dropped(self):
        """IE-03: PostgreSQL takes none; the step is taken all the same."""
        held = self._held_ticket(self.an, "in_progress")
        held.with_user(self.an).action_complete("Fixed\0 it", cause="\0")
        self.assertEqual((held.result, held.cause or ""), ("Fixed it", ""))
        self.assertEqual(len(held.with_user(self.an).announce_viewer(tab="\0a")), 1)

    def test_a_queued_ticket_is_locked_with_its_group(self):
        """S0-TKT-13: the dispatcher sees that a planned ticket has been handed over meanwhile."""
        self._ticket()
        self._ticket()
        queued = self._ticket()
        dispatcher = self.env["caredesk.dispatcher"]
        self.assertEqual(dispatcher._lock_queued(queued.ids), {queued.id: self.support.id})

    def test_a_stranded_ticket_is_brought_in(self):
        """S1-MGT-02: created while its group was archived, it still reaches a queue in use."""
        refuge = self._group("Refuge", self._user("chi"))
        self.company.caredesk_default_group_id = refuge
        ticket = self._ticket(group_id=self._group("Empty").id, type_id=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE caredesk_support_group SET active = false WHERE id = %s", [ticket.group_id.id]
        )
        self.env.invalidate_all()
        self.env["caredesk.support.group"]._rescue_stranded()
        self.assertEqual(ticket.group_id, refuge)
        self.assertEqual(ticket.state, "todo")

    def test_changed_settings_hold_at_once(self):
        """S1-MGT-07: stages and working hours of a group are not remembered beyond a change."""
        stages = self.env["caredesk.ticket.stage"]
        self._ticket()
        own = stages.create({"name": "Ours", "state": "todo"})
        other = self._group("Other")
        own.group_ids = other
        self.assertNotEqual(stages._first_id(self.support.id, "todo"), own.id)
        self.support.stage_ids = own
        self.assertEqual(stages._first_id(self.support.id, "todo"), own.id)

    def test_the_lock_of_a_seat_cannot_be_exchanged(self):
        """C-04: a seat counts and locks the person who sits on it."""
        seat = self._seat(self.an)
        mine = seat.agent_id
        seat.with_user(self._user("boss", "manager")).agent_id = self._seat(self.binh).agent_id
        seat.invalidate_recordset()
        self.assertEqual(seat.agent_id, mine)

    def test_the_trust_in_a_mail_cannot_be_written(self):
        """IE-03: the warning about an unverified sender does not go away by RPC."""
        ticket = self._held_ticket(self.an)
        for vals in ({"mail_unverified": True}, {"mail_count": 7}, {"mail_sender_key": "x"}):
            with self.assertRaises(UserError):
                ticket.with_user(self.an).write(vals)

    def test_routing_is_news_also_for_who_caused_it(self):
        """IE-13: completing a ticket brings the next one, and the performer is told of it."""
        self._seat(self.binh).unlink()
        held, queued = self._ticket(), self._ticket()
        held.with_user(self.an).action_start()
        held.with_user(self.an).action_complete("Fixed")
        self.assertState(queued, "todo", self.an)
        self.assertTrue(queued.assignment_ids[:1].notice_pending)
