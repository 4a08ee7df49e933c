from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestRouting(CareDeskCase):
    def test_all_free_goes_to_priority_one(self):
        """S0-TKT-31, S0-TKT-16, S0-TKT-07: three free members: the first in order gets it."""
        chi = self._user("chi")
        self._member(self.support, chi)
        self.assertState(self._ticket(), "todo", self.an)

    def test_a_ticket_goes_to_the_group_of_its_type(self):
        """S0-TKT-59, S0-TKT-57: routing by type; a group may serve several types."""
        dev, install = self._user("dung"), self._type(self.support, name="Installation")
        bug = self._type(self._group("Development", dev), name="Bug")
        tickets = self._ticket(type_id=bug.id) | self._ticket() | self._ticket(type_id=install.id)
        self.assertPerformers(tickets, dev, self.an, self.binh)

    def test_only_free_members_are_considered(self):
        """S0-TKT-27: the busy first in line is passed over."""
        self._ticket()
        self.assertState(self._ticket(), "todo", self.binh)

    def test_all_busy_leaves_it_unassigned(self):
        """S0-TKT-32, S0-TKT-63, C-03: all busy: no performer, state Unassigned."""
        self._tickets(2)
        self.assertState(self._ticket(), "unassigned")

    def test_not_started_makes_busy(self):
        """C-04: who has a ticket but did not press Start yet gets no second one."""
        self._ticket()
        self.assertEqual(self._seat(self.an).availability, "busy")

    def test_availability_per_definition(self):
        """C-04, S0-TKT-51: free, busy, waiting, away as the load changes."""
        seat = self._seat(self.an)
        self.assertEqual(seat.availability, "free")
        ticket = self._ticket().with_user(self.an)
        seat.invalidate_recordset()
        self.assertEqual((seat.availability, seat.open_count), ("busy", 1))
        ticket.action_wait("customer")
        seat.invalidate_recordset()
        self.assertEqual((seat.availability, seat.waiting_count), ("waiting", 1))
        seat.is_away = True
        seat.invalidate_recordset()
        self.assertEqual(seat.availability, "away")

    def test_waiting_members_are_not_assigned_to(self):
        """C-04: waiting for a customer is no reason to be given more work automatically."""
        self._held_ticket(self.an, "waiting")
        self._held_ticket(self.binh, "waiting")
        self.assertState(self._ticket(), "unassigned")

    def test_a_group_may_assign_to_waiting_members(self):
        """C-04: with the group's setting, waiting members serve when nobody is free."""
        self.support.assign_to_waiting = True
        self._held_ticket(self.an, "waiting")
        self.assertState(self._ticket(), "todo", self.binh)
        self.assertState(self._ticket(), "todo", self.an)

    def test_away_members_are_passed_over(self):
        """IE-08: absence excludes from routing, in every group of the person."""
        second = self._type(self._group("Second", self.an))
        self._seat(self.an).is_away = True
        self.assertState(self._ticket(), "todo", self.binh)
        self.assertState(self._ticket(type_id=second.id), "unassigned")

    def test_capacity_is_respected(self):
        """C-04: a member of capacity 2 takes two, the third goes to the next."""
        self._seat(self.an).capacity = 2
        tickets = self._ticket() | self._ticket() | self._ticket() | self._ticket()
        self.assertPerformers(tickets, self.an, self.an, self.binh, None)

    def test_capacity_zero_is_never_assigned(self):
        """C-04: a seat of capacity 0 is listed but gets nothing."""
        self._seat(self.an).capacity = 0
        self.assertState(self._ticket(), "todo", self.binh)

    def test_load_counts_over_all_groups(self):
        """I-1, C-04: a ticket of another group fills the same person's capacity."""
        other = self._type(self._group("Other", self.an))
        self._ticket(type_id=other.id)
        self.assertState(self._ticket(), "todo", self.binh)

    def test_a_batch_is_routed_one_after_another(self):
        """IE-05, I-4: in one create call each ticket meets what the one before left."""
        self.assertPerformers(self._tickets(4), self.an, self.binh, None, None)

    def test_a_batch_is_served_in_queue_order(self):
        """IE-05, S1-TKT-08: the urgent ticket of a batch is served first, wherever it stands."""
        vals = [self._ticket_vals(priority=p, severity=s) for p, s in ("11", "12", "31", "01")]
        tickets = self.env["caredesk.ticket"].create(vals)
        self.assertPerformers(tickets, None, self.binh, self.an, None)

    def test_a_batch_over_several_groups_shares_the_people(self):
        """IE-05, I-1: one person in two groups gets one ticket of the batch, the urgent one."""
        solo = self._user("solo")
        kinds = [self._type(self._group(name, solo)) for name in ("G1", "G2")]
        tickets = self.env["caredesk.ticket"].create(
            [
                self._ticket_vals(type_id=kind.id, priority=p)
                for kind, p in zip(kinds, "12", strict=True)
            ]
        )
        self.assertPerformers(tickets, None, solo)

    def test_a_group_without_automatic_assignment_waits(self):
        """S0-TKT-28: with automatic assignment off, members take tickets themselves."""
        self.support.auto_assign = False
        self.assertState(self._ticket(), "unassigned")

    def test_archived_members_get_nothing(self):
        """IE-07: a seat that was archived is not served."""
        self._seat(self.an).active = False
        self.assertState(self._ticket(), "todo", self.binh)

    def test_people_with_archived_accounts_get_nothing(self):
        """IE-07: nobody is assigned to a dead account."""
        self.an.active = False
        self.assertState(self._ticket(), "todo", self.binh)

    def test_outside_working_hours_a_group_may_hold_its_tickets(self):
        """S1-MGT-07: a group that assigns in its hours only keeps the night's tickets queued."""
        clock = self._freeze("2026-03-02 03:00:00")
        calendar = self.env["resource.calendar"].create({"name": "Office", "tz": "UTC"})
        self.support.write({"calendar_id": calendar.id, "assign_in_hours_only": True})
        ticket = self._ticket()
        self.assertState(ticket, "unassigned")
        clock.move_to("2026-03-02 09:00:00")
        self.env["caredesk.dispatcher"]._serve(self.support)
        self.assertState(ticket, "todo", self.an)

    def test_exactly_one_responsible_at_a_time(self):
        """S1-MGT-03, S0-TKT-63: Unassigned and no performer are the same thing."""
        tickets = self._tickets(3)
        self.assertEqual(
            [bool(ticket.user_id) for ticket in tickets],
            [ticket.state != "unassigned" for ticket in tickets],
        )

    def test_the_assignment_is_logged(self):
        """S1-MGT-04, S0-TKT-30: who received a ticket, when and how, is kept."""
        clock = self._freeze()
        ticket = self._ticket()
        self.assertLog(ticket, ("auto", "an"))
        self.assertEqual(ticket.assignment_ids.date, clock())
        self.assertEqual(ticket.assigned_at, clock())
