from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestHandOver(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.intake = cls._user("nhan", "intake")
        cls.dev = cls._user("dung")
        cls.development = cls._group("Development", cls.dev)
        cls.bug = cls._type(cls.development, name="Bug")

    def test_setting_the_type_moves_and_routes(self):
        """S1-FLW-05, S1-FLW-06, IE-06, S0-TKT-18: another type: another group, another person."""
        ticket = self._ticket()
        ticket.with_user(self.intake).type_id = self.bug
        self.assertState(ticket, "todo", self.dev)
        self.assertEqual((ticket.group_id, ticket.type_id), (self.development, self.bug))
        self.assertLog(ticket, ("auto", "an"), ("handover", None), ("auto", "dung"))

    def test_the_hand_over_is_logged_with_both_groups(self):
        """S1-FLW-05: from which group to which, by whom."""
        ticket = self._ticket()
        ticket.with_user(self.intake).type_id = self.bug
        row = ticket.assignment_ids.filtered(lambda log: log.method == "handover")
        self.assertEqual(row.from_group_id, self.support)
        self.assertEqual(row.to_group_id, self.development)
        self.assertEqual((row.by_user_id, row.from_user_id), (self.intake, self.an))

    def test_everything_intake_entered_arrives(self):
        """S1-FLW-06: title, content, customer, priority and channel go along."""
        self.company.caredesk_default_group_id = self.support
        customer = self.env["res.partner"].create({"name": "Tú"})
        vals = {"name": "Crash", "partner_id": customer.id, "priority": "3", "channel": "email"}
        ticket = self.env["caredesk.ticket"].create({**vals, "description": "<p>Log</p>"})
        before = ticket.read(["name", "partner_id", "priority", "channel", "description"])
        ticket.with_user(self.intake).type_id = self.bug
        self.assertEqual(ticket.read(list(before[0])), before)
        self.assertState(ticket, "todo", self.dev)

    def test_classifying_within_the_group_keeps_the_performer(self):
        """IE-06: another type of the same group changes nobody's work."""
        install = self._type(self.support, name="Installation")
        ticket = self._held_ticket(self.an, "in_progress")
        ticket.with_user(self.intake).type_id = install
        self.assertState(ticket, "in_progress", self.an)
        self.assertEqual(ticket.type_id, install)

    def test_moving_to_a_group_without_its_type_leaves_it_to_classify(self):
        """C-07, S1-MGT-02: the old group's type is cleared; the new group classifies."""
        ticket = self._ticket()
        ticket.with_user(self.intake).group_id = self.development
        self.assertFalse(ticket.type_id)
        self.assertState(ticket, "todo", self.dev)

    def test_agents_do_not_hand_over(self):
        """C-07: members stay within the group; the performer cannot send it away."""
        ticket = self._held_ticket(self.an)
        for vals in ({"type_id": self.bug.id}, {"group_id": self.development.id}):
            with self.assertRaises(AccessError):
                ticket.with_user(self.an).write(vals)
        self.assertState(ticket, "todo", self.an)

    def test_an_ended_ticket_is_reopened_before_it_moves(self):
        """IE-03: a done ticket cannot change the group that did it."""
        ticket = self._held_ticket(self.an, "done")
        with self.assertRaisesRegex(UserError, "Reopen it"):
            ticket.with_user(self.intake).group_id = self.development

    def test_work_in_progress_starts_anew_in_the_new_group(self):
        """IE-06, IE-09: clocks go on, the state is that of a routed ticket, no reason is left."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "waiting")
        clock.tick(100)
        ticket.with_user(self.intake).type_id = self.bug
        clock.tick(10)
        self.assertState(ticket, "todo", self.dev)
        self.assertFalse(ticket.waiting_reason)
        self.assertClocks(ticket, waiting=100, queue=10)

    def test_the_group_that_lost_it_serves_its_queue(self):
        """C-36, IE-06: who is freed by a hand-over gets the next of his own queue."""
        tickets = self._tickets(3)
        self.assertPerformers(tickets, self.an, self.binh, None)
        tickets[0].with_user(self.intake).type_id = self.bug
        self.assertPerformers(tickets, self.dev, self.binh, self.an)

    def test_a_full_group_queues_it(self):
        """IE-06, S0-TKT-32: nobody free over there: it waits there, with that group's stage."""
        self._ticket(type_id=self.bug.id)
        ticket = self._ticket()
        ticket.with_user(self.intake).type_id = self.bug
        self.assertState(ticket, "unassigned")
        self.assertEqual(ticket.stage_id.state, "unassigned")

    def test_a_batch_hand_over_respects_the_capacity(self):
        """I-1, IE-05: three tickets moved at once to a group of one person."""
        tickets = self._tickets(3)
        tickets.with_user(self.intake).write({"type_id": self.bug.id})
        self.assertEqual(tickets.group_id, self.development)
        self.assertPerformers(tickets.sorted("id"), self.dev, None, None)

    def test_tickets_follow_a_type_that_moves(self):
        """S0-TKT-56, IE-06: open tickets of a type go with it; ended ones stay where they were."""
        done = self._held_ticket(self.an, "done")
        ticket = self._held_ticket(self.an)
        self.usage.group_id = self.development
        self.assertEqual((ticket.group_id, done.group_id), (self.development, self.support))
        self.assertState(ticket, "todo", self.dev)
        self.assertEqual(ticket.type_id, self.usage)

    def test_tickets_are_not_handed_to_an_archived_group(self):
        """S1-MGT-02: a group nobody serves takes nothing over."""
        self.bug.active = False
        self.development.active = False
        ticket = self._held_ticket(self.an)
        with self.assertRaisesRegex(UserError, "archived"):
            ticket.with_user(self.intake).group_id = self.development
        self.assertState(ticket, "todo", self.an)

    def test_a_stage_of_the_old_group_is_left_behind(self):
        """C-01: a stage that the new group does not use is replaced by its own first one."""
        own = {"name": "Screening", "state": "unassigned", "group_ids": self.support.ids}
        stage = self.env["caredesk.ticket.stage"].create(own)
        self.support.auto_assign = self.development.auto_assign = False
        ticket = self._ticket()
        self.assertEqual(ticket.stage_id, stage)
        ticket.with_user(self.intake).type_id = self.bug
        self.assertEqual(ticket.stage_id, self.env.ref("caredesk_ticket.stage_collect"))

    def test_one_intake_queue_holds_all_channels(self):
        """S1-FLW-04, S1-MGT-01: tickets of every channel in one list of the intake team."""
        self.company.caredesk_default_group_id = self._group("Intake", role_intake=True)
        channels = ("email", "hotline", "portal", "zalo")
        tickets = self.env["caredesk.ticket"]
        for channel in channels:
            tickets |= tickets._create_from_channel(channel, [{"name": f"By {channel}"}])
        seen = self.env["caredesk.ticket"].with_user(self.intake)
        queue = seen.search([("type_id", "=", False), ("state", "=", "unassigned")])
        self.assertLessEqual(tickets, queue.with_env(self.env))
        self.assertEqual({ticket.channel for ticket in tickets}, set(channels))

    def test_group_roles(self):
        """C-23, S1-FLW-04: a group is intake, processing, response, or several of them."""
        group = self._group("All", role_intake=True, role_response=True)
        self.assertTrue(group.role_intake and group.role_processing and group.role_response)
