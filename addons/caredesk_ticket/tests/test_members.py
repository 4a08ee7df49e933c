from psycopg2.errors import CheckViolation, ForeignKeyViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestLeaving(CareDeskCase):
    """IE-07: whoever and whatever leaves, no ticket stays with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls._held_ticket(cls.an, "done")
        cls.open = cls._held_ticket(cls.an, "in_progress")
        cls.waiting = cls._held_ticket(cls.an, "waiting")

    def _assert_given_up(self):
        """Assert that what An held is with Binh or in the queue, each once."""
        self.assertPerformers(self.open | self.waiting, self.binh, None)
        self.assertEqual(self.done.user_id, self.an)
        for ticket in self.open | self.waiting:
            self.assertHistory(ticket)
            self.assertEqual(ticket.assignment_ids.filtered("reason")[-1:].method, "release")

    def test_a_member_without_a_role_is_passed_over(self):
        """S0-TKT-27, S0-TKT-07: who could not open a ticket is given none, and that is said."""
        self.an.group_ids = self.env.ref("base.group_user")
        self.binh.group_ids = self.env.ref("base.group_user")
        ticket = self._ticket()
        self.assertState(ticket, "unassigned")
        seat = self.env["caredesk.support.member"].new({"user_id": self.an.id})
        self.assertIn("cannot open tickets yet", seat._onchange_user_id()["warning"]["message"])

    def test_removing_a_member_frees_the_tickets(self):
        """IE-07, S0-TKT-45: a deleted seat: open tickets are given on or queued."""
        self._seat(self.an).unlink()
        self._assert_given_up()

    def test_archiving_a_member_frees_the_tickets(self):
        """IE-07: so does an archived seat; the person may still serve other groups."""
        other = self._type(self._group("Other", self.an))
        self._seat(self.an).active = False
        self._assert_given_up()
        self.assertState(self._ticket(type_id=other.id), "todo", self.an)

    def test_archiving_a_user_frees_the_tickets(self):
        """IE-07: nobody stays assigned to a dead account, over all groups."""
        far = self._type(self._group("Far", self.an))
        ticket = self._held_ticket(self.an, type_id=far.id)
        self.an.active = False
        self._assert_given_up()
        self.assertState(ticket, "unassigned")

    def test_moving_a_seat_to_another_person_frees_the_tickets(self):
        """IE-07: a seat that changes its owner does not pass his tickets along silently."""
        self._seat(self.binh).capacity = 0
        chi = self._user("chi")
        self._seat(self.an).write({"user_id": chi.id, "capacity": 2})
        self.assertPerformers(self.open | self.waiting, chi, chi)

    def test_a_ticket_of_another_group_stays(self):
        """IE-07: leaving one group changes nothing in the others."""
        other = self._type(self._group("Other", self.an))
        ticket = self._held_ticket(self.an, type_id=other.id)
        self._seat(self.an).unlink()
        self.assertState(ticket, "todo", self.an)

    def test_an_archived_group_gives_its_tickets_to_the_default_group(self):
        """IE-07, S1-MGT-02: open tickets move; the ended one stays for the record."""
        care = self._group("Care", self.binh)
        self.company.caredesk_default_group_id = care
        self.support.active = False
        self.assertEqual((self.open | self.waiting).group_id, care)
        self.assertPerformers(self.open | self.waiting, self.binh, None)
        self.assertEqual((self.done.group_id, self.done.user_id), (self.support, self.an))

    def test_a_group_with_tickets_needs_a_heir_before_it_is_archived(self):
        """IE-07: without a default group the archiving is refused, and nothing is lost."""
        self.company.caredesk_default_group_id = False
        with self.assertRaisesRegex(UserError, "default support group"), self.cr.savepoint():
            self.support.active = False
        self.assertState(self.open, "in_progress", self.an)

    def test_deleting_a_user_with_tickets_is_refused(self):
        """IE-07: the history names people; they are archived, not deleted."""
        with self.assertRaises(ForeignKeyViolation), mute_logger("odoo.sql_db"):
            self.an.unlink()


@tagged("post_install", "-at_install")
class TestGroups(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")

    def test_managers_set_up_groups_and_types(self):
        """S0-TKT-17, S0-TKT-42, S0-TKT-43, S0-TKT-54, S0-TKT-61: groups and types."""
        group = self.env["caredesk.support.group"].with_user(self.boss).create({"name": "New"})
        group.name = "Renamed"
        vals = {"name": "Key issuing", "description": "Licences", "group_id": group.id}
        kind = self.env["caredesk.ticket.type"].with_user(self.boss).create(vals)
        self.assertEqual(kind.group_id.name, "Renamed")

    def test_agents_do_not_set_up(self):
        """S0-TKT-17: agents read groups and types, and change nothing."""
        for record in (self.support, self.usage, self._seat(self.an)):
            self.assertTrue(record.with_user(self.an).read(["display_name"]))
            with self.assertRaises(AccessError):
                record.with_user(self.an).write({"sequence": 5})
            with self.assertRaises(AccessError):
                record.with_user(self.an).unlink()

    def test_a_type_needs_exactly_one_group(self):
        """S0-TKT-56: the group is required."""
        self.assertTrue(self.env["caredesk.ticket.type"]._fields["group_id"].required)

    def test_a_group_in_use_is_not_deleted(self):
        """S0-TKT-44: types or tickets hold it; the message offers to archive."""
        with self.assertRaisesRegex(UserError, "archive"):
            self.support.with_user(self.boss).unlink()
        bare = self._group("Bare")
        self._ticket(group_id=bare.id)
        with self.assertRaisesRegex(UserError, "[Aa]rchive"):
            bare.with_user(self.boss).unlink()

    def test_an_unused_group_is_deleted(self):
        """S0-TKT-44: with its seats, but not with its people."""
        bare = self._group("Bare", self.an)
        bare.with_user(self.boss).unlink()
        self.assertFalse(bare.exists())
        self.assertTrue(self.an.exists())

    def test_the_default_group_is_neither_deleted_nor_archived(self):
        """S0-TKT-44, S0-TKT-50: it stays until another one is chosen."""
        self.company.caredesk_default_group_id = self.support
        with self.assertRaisesRegex(UserError, "default support group"):
            self.support.unlink()
        with self.assertRaisesRegex(UserError, "default support group"):
            self.support.active = False

    def test_the_setting_stores_the_default_group(self):
        """S0-TKT-52, C-05: choosing in the settings and saving stores it."""
        settings = self.env["res.config.settings"].create({})
        settings.caredesk_default_group_id = self.support
        settings.execute()
        self.assertEqual(self.company.caredesk_default_group_id, self.support)
        self.assertTrue(self.support.is_default)
        found = self.env["caredesk.support.group"].search([("is_default", "=", True)])
        self.assertIn(self.support, found)

    def test_installing_gives_a_default_group(self):
        """S0-TKT-50, C-05: the company has one from the start."""
        group = self.env.ref("caredesk_ticket.support_group_customer_care")
        self.assertTrue(group.active and group.role_intake)

    def test_a_used_type_is_archived_not_deleted(self):
        """S0-TKT-54: tickets keep their type."""
        self._ticket()
        with self.assertRaisesRegex(UserError, "Archive"):
            self.usage.unlink()

    def test_unassigned_tickets_are_seen_by_all_members(self):
        """S0-TKT-58: group tickets for all members; my tickets for the performer."""
        tickets = self._tickets(3)
        for user in (self.an, self.binh):
            seen = self.env["caredesk.ticket"].with_user(user)
            self.assertLessEqual(set(tickets.ids), set(seen.search([]).ids))
            self.assertEqual(len(seen.search([("user_id", "=", user.id)])), 1)


@tagged("post_install", "-at_install")
class TestSeats(CareDeskCase):
    def test_a_user_once_per_group(self):
        """S0-TKT-45: the second seat of one person in a group is refused."""
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._member(self.support, self.an)

    def test_a_person_may_sit_in_several_groups(self):
        """S0-TKT-45: the load is the person's, over all of them."""
        seat = self._member(self._group("Other"), self.an)
        self._ticket()
        self.assertEqual(seat.availability, "busy")

    def test_members_are_employees_of_the_company(self):
        """S0-TKT-45: portal users and people of other companies cannot join."""
        portal = self._user("khach", "portal")
        with self.assertRaisesRegex(ValidationError, "not an employee"):
            self._member(self.support, portal)
        company = self._company("Other Ltd")
        stranger = self._user("la", company_id=company.id, company_ids=[(6, 0, company.ids)])
        with self.assertRaisesRegex(ValidationError, "no access to company"):
            self._member(self.support, stranger)

    def test_capacity_is_one_unless_said_otherwise_and_never_negative(self):
        """C-04: default 1; a negative one is refused."""
        seat = self._seat(self.an)
        self.assertEqual(seat.capacity, 1)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            seat.capacity = -1
            seat.flush_recordset()

    def test_a_seat_shows_the_person(self):
        """S0-TKT-40, S0-TKT-51: name, contact, live state, priority, open and waiting tickets."""
        self._held_ticket(self.an, "waiting")
        self._held_ticket(self.an)
        seat = self._seat(self.an).with_user(self.binh)
        self.assertRecordValues(
            seat,
            [
                {
                    "email": "an@caredesk.test",
                    "availability": "busy",
                    "open_count": 1,
                    "waiting_count": 1,
                    "sequence": 1,
                }
            ],
        )

    def test_away_holds_in_every_group(self):
        """IE-08: the person is away, not the seat; set by himself or a manager only."""
        other = self._member(self._group("Other"), self.an)
        self._seat(self.an).with_user(self.an).action_set_away(True)
        other.invalidate_recordset()
        self.assertTrue(other.is_away)
        with self.assertRaises(AccessError):
            other.with_user(self.binh).action_set_away(False)
        other.with_user(self._user("boss", "manager")).action_set_away(False)
        self.assertFalse(other.is_away)

    def test_members_are_found_by_availability(self):
        """S0-TKT-51: searching for free members finds exactly those."""
        self._ticket()
        seats = self.env["caredesk.support.member"]
        mine = [("group_id", "=", self.support.id)]
        free = seats.search([*mine, ("availability", "=", "free")])
        busy = seats.search([*mine, ("availability", "in", ["busy", "away"])])
        self.assertEqual((free.user_id, busy.user_id), (self.binh, self.an))

    def test_a_seat_without_its_company_is_passed_over(self):
        """S0-TKT-27: who lost access to the company of the group gets no more of its tickets."""
        elsewhere = self._company("Elsewhere")
        self.an.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        self.assertState(self._ticket(), "todo", self.binh)

    def test_who_came_back_can_be_added_again(self):
        """S0-TKT-45: an archived seat does not stand in the way of a new one."""
        self._seat(self.an).active = False
        seat = self._member(self.support, self.an)
        self.assertEqual(
            (seat.active, self.support.member_ids.user_id), (True, self.an + self.binh)
        )

    def test_intake_gives_a_held_ticket_to_another_in_the_list(self):
        """S1-FLW-05: writing the performer does what the button Assign does."""
        ticket = self._ticket()
        self.assertState(ticket, "todo", self.an)
        ticket.with_user(self._user("tiep", "intake")).user_id = self.binh
        self.assertState(ticket, "todo", self.binh)
        self.assertEqual(ticket.assignment_ids[:1].method, "assign")
