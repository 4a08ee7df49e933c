from odoo.tests import tagged
from odoo.tools import SQL

from .common import CareDeskCase

#: What differs between two rows that say the same.
_OWN = {"id", "message_id", "create_date", "write_date"}


@tagged("post_install", "-at_install")
class TestFirstRows(CareDeskCase):
    """What a new ticket comes with is written past the ORM, and yet as the ORM would."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "en_US"
        cls.customer = cls.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        cls.env["caredesk.sla.policy"].create(
            {"name": "Solve", "group_id": cls.support.id, "hours": 48}
        )

    def _row(self, record):
        """Return the columns of ``record`` as the database has them."""
        table = SQL.identifier(record._table)
        self.env.cr.execute(SQL("SELECT * FROM %s WHERE id = %s", table, record.id))
        (row,) = self.env.cr.dictfetchall()
        return {name: value for name, value in row.items() if name not in _OWN}

    def assertAsByCreate(self, record):
        """Assert that ``create`` with the same values makes the same row."""
        row = self._row(record)
        vals = {
            name: value
            for name, value in row.items()
            if value is not None and name not in ("create_uid", "write_uid")
        }
        if record._name in ("caredesk.ticket.time", "caredesk.sla.status", "mail.followers"):
            record.unlink()  # there may be one only
        model = self.env[record._name].with_user(row.get("create_uid") or self.env.uid).sudo()
        twin = model.create({"email_from": False, "reply_to": False, **vals}
                            if record._name == "mail.message" else vals)  # fmt: skip
        twin.flush_recordset()
        self.assertEqual(self._row(twin), row)

    def test_the_rows_are_as_create_makes_them(self):
        """Time line, assignment, promise and first line lack nothing."""
        ticket = self._ticket(by=self.an, partner_id=self.customer.id)
        for record in (
            ticket.message_ids,
            ticket.time_ids,
            ticket.assignment_ids,
            ticket.sla_status_ids,
        ):
            self.assertEqual(len(record), 1, record._name)
            self.assertAsByCreate(record)

    def test_followers_get_their_subtypes(self):
        """Colleagues follow all by default, customers only what is meant for them."""
        ticket = self._ticket(by=self.binh, partner_id=self.customer.id)
        self.assertEqual(ticket.user_id, self.an)
        default, _internal, external = self.env["mail.message.subtype"].default_subtypes(
            ticket._name
        )
        subtypes = {one.partner_id: one.subtype_ids for one in ticket.message_follower_ids}
        self.assertEqual(
            subtypes,
            {
                self.an.partner_id: default,
                self.binh.partner_id: default,
                self.customer: external,
            },
        )

    def test_a_batch_gets_its_rows_each(self):
        """IE-05: in one call each ticket gets what is its own."""
        tickets = self._tickets(3, partner_id=self.customer.id)
        self.assertEqual(tickets.mapped("user_id"), self.an | self.binh)
        for ticket in tickets:
            self.assertEqual(ticket.time_ids.state, ticket.state)
            self.assertEqual(ticket.assignment_ids.to_user_id, ticket.user_id)
            self.assertEqual(ticket.sla_status_ids.deadline_at, ticket.sla_deadline)
            self.assertIn(self.customer, ticket.message_partner_ids)
            self.assertIn("Manual", ticket.message_ids.body)

    def test_the_first_line_is_in_the_company_s_language(self):
        """Mail comes without a language; a changed one is heeded at once."""
        self.env["res.lang"]._activate_lang("vi_VN")
        tickets = self.env["caredesk.ticket"].with_context(lang=False)
        self.company.partner_id.lang = "en_US"
        self.assertIn("Ticket created", tickets.create(self._ticket_vals()).message_ids.body)
        self.company.partner_id.lang = "vi_VN"
        self.assertNotIn("Ticket created", tickets.create(self._ticket_vals()).message_ids.body)

    def test_who_counts_tickets_hears_of_a_new_one(self):
        """IE-05: what is in memory of the customer's tickets holds the new one at once."""
        self.assertFalse(self.customer.caredesk_ticket_ids)
        ticket = self._ticket(by=self.an, partner_id=self.customer.id)
        self.assertEqual(self.customer.caredesk_ticket_ids, ticket)

    def test_a_person_who_left_is_not_remembered(self):
        """IE-07: what is kept in memory of performers never outlives a change."""
        people = self.env["res.users"]
        people._recall(self.an.ids)
        self.an.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        people._recall(self.an.ids)
        self.assertFalse(self.an.active)

    def test_a_changed_setting_is_heeded_at_once(self):
        """S1-TKT-06: what is kept in memory of types and groups never outlives a change."""
        self.assertEqual(self._ticket().priority, "1")
        self.usage.default_priority = "3"
        self.assertEqual(self._ticket().priority, "3")
        self.support.auto_assign = False
        self.assertState(self._ticket(), "unassigned")
        other = self._group("Other")
        self.usage.group_id = other
        self.assertEqual(self._ticket().group_id, other)
        self.assertEqual(self._ticket(group_id=self.support.id).group_id, self.support)
