from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestCompany(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._company("Chi nhánh Đà Nẵng")
        both = [(6, 0, (cls.company | cls.other).ids)]
        cls.ngoc = cls._user("ngoc", company_ids=both)
        cls.danang = cls._group("Đà Nẵng", cls.ngoc, company_id=cls.other.id)
        cls.kind = cls._type(cls.danang, name="Visit")

    def test_a_ticket_belongs_to_the_company_of_its_group(self):
        """IE-47: not to that of who happens to create it."""
        ticket = self._ticket(type_id=self.kind.id)
        self.assertEqual((ticket.company_id, ticket.user_id), (self.other, self.ngoc))

    def test_a_hand_over_takes_the_company_along(self):
        """S1-FLW-05: a ticket moved to another company's group is that company's."""
        ticket = self._ticket()
        ticket.type_id = self.kind
        self.assertEqual(ticket.company_id, self.other)
        self.assertState(ticket, "todo", self.ngoc)

    def test_nobody_creates_in_a_company_he_has_no_access_to(self):
        """IE-47: neither by group nor by type; the company cannot be set by hand either."""
        for vals in ({"group_id": self.danang.id}, {"type_id": self.kind.id}):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self._ticket(by=self.an, **vals)
        ticket = self._ticket(by=self.an, company_id=self.other.id)
        self.assertEqual(ticket.company_id, self.company)

    def test_nobody_hands_over_to_a_company_he_has_no_access_to(self):
        """IE-47: the intake of one company does not push tickets into another."""
        ticket = self._ticket()
        intake = self._user("nhan", "intake")
        for vals in ({"group_id": self.danang.id}, {"type_id": self.kind.id}):
            with self.assertRaises(AccessError), self.cr.savepoint():
                ticket.with_user(intake).write(vals)
        self.env.invalidate_all()
        self.assertEqual(ticket.company_id, self.company)

    def test_load_counts_over_companies(self):
        """I-1: a person of two companies holds one ticket, not one in each."""
        self._member(self.support, self.ngoc, sequence=0)
        self._ticket(type_id=self.kind.id)
        self._seat(self.an).capacity = self._seat(self.binh).capacity = 0
        self.assertState(self._ticket(), "unassigned")

    def test_each_company_has_its_own_default_group(self):
        """S0-TKT-50, C-05: untyped tickets go to the default group of the company at work."""
        self.company.caredesk_default_group_id = self.support
        self.other.caredesk_default_group_id = self.danang
        tickets = self.env["caredesk.ticket"]
        here = tickets.with_company(self.company).create({"name": "Here"})
        there = tickets.with_company(self.other).create({"name": "There"})
        self.assertEqual((here.group_id, there.group_id), (self.support, self.danang))

    def test_a_company_may_have_its_own_numbers(self):
        """IE-01: its own sequence if there is one; the common one otherwise."""
        self.env["ir.sequence"].create(
            {
                "name": "Đà Nẵng",
                "code": "caredesk.ticket",
                "prefix": "DN-",
                "padding": 3,
                "company_id": self.other.id,
            }
        )
        ticket = self._ticket(type_id=self.kind.id)
        self.assertEqual(ticket.number, "DN-001")
        self.assertRegex(self._ticket().number, r"^TK/")

    def test_a_sequence_without_gaps_works_too(self):
        """IE-01: where a firm chose «no gap» numbering, batches are numbered one after another."""
        self.env.ref("caredesk_ticket.ir_sequence_ticket").implementation = "no_gap"
        first, second = self._tickets(2)
        numbers = [int(ticket.number.rpartition("/")[2]) for ticket in (first, second)]
        self.assertEqual(numbers[1], numbers[0] + 1)

    def test_a_group_with_tickets_stays_in_its_company(self):
        """IE-47: moving it would move its tickets behind people's backs."""
        self._ticket()
        with self.assertRaisesRegex(UserError, "another company"):
            self.support.company_id = self.other

    def test_reopened_work_counts_where_the_person_works_now(self):
        """IE-47: the one-in-progress rule looks at the person's tickets of all companies."""
        self._member(self.support, self.ngoc)
        there = self._held_ticket(self.ngoc, "in_progress", type_id=self.kind.id)
        here = self._held_ticket(self.ngoc)
        with self.assertRaisesRegex(UserError, there.number):
            here.with_user(self.ngoc).with_context(
                allowed_company_ids=self.company.ids
            ).action_start()
