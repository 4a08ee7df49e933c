from hashlib import sha256

from psycopg2.errors import CheckViolation, NotNullViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import MONDAY, CareDeskCase


@tagged("post_install", "-at_install")
class TestTicketCreate(CareDeskCase):
    def test_a_ticket_gets_a_readable_unique_number(self):
        """IE-01: number by sequence, in the display name, two tickets never share one."""
        one, other = self._tickets(2)
        self.assertRegex(one.number, r"^TK/\d{4}/\d{5}$")
        self.assertNotEqual(one.number, other.number)
        self.assertEqual(one.display_name, f"{one.number} Cannot print")

    def test_a_given_number_is_not_taken_over(self):
        """IE-01: nobody chooses a number, not even by import."""
        ticket = self._ticket(by=self.an, number="TK/1999/00001")
        self.assertNotEqual(ticket.number, "TK/1999/00001")

    def test_an_empty_priority_is_the_usual_one(self):
        """S1-TKT-06, S1-TKT-07: an empty cell of an import asks for the default."""
        self.usage.default_priority = "2"
        columns, row = (
            ["name", "type_id", "priority", "severity"],
            ["Bulk", "Usage guidance", "", ""],
        )
        found = self.env["caredesk.ticket"].with_user(self.an).load(columns, [row])
        self.assertFalse(found["messages"])
        ticket = self.env["caredesk.ticket"].browse(found["ids"])
        self.assertEqual((ticket.priority, ticket.severity), ("2", "1"))
        with self.assertRaises(NotNullViolation), mute_logger("odoo.sql_db"):
            ticket.with_user(self.an).write({"priority": False})
            ticket.flush_recordset()

    def test_title_is_required(self):
        """S0-TKT-05: a ticket without a title is refused."""
        with self.assertRaises(NotNullViolation), mute_logger("odoo.sql_db"):
            self._ticket(name=False).flush_recordset()

    def test_create_form_stores_what_was_entered(self):
        """S0-TKT-14, S1-TKT-05, S1-TKT-06, S1-TKT-07, S4-HD-06: content, customer, urgency."""
        customer = self.env["res.partner"].create({"name": "Anh Tú", "phone": "0901234567"})
        ticket = self._ticket(by=self.an, partner_id=customer.id, priority="3", severity="2")
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Cannot print",
                    "type_id": self.usage.id,
                    "partner_id": customer.id,
                    "partner_name": "Anh Tú",
                    "phone": "0901234567",
                    "priority": "3",
                    "severity": "2",
                }
            ],
        )
        self.assertIn("silent", ticket.description)

    def test_one_form_takes_it_all(self):
        """S0-TKT-06, S0-TKT-05: one form with all fields; the required ones are asked for."""
        customer = self.env["res.partner"].create({"name": "Anh Tú"})
        form = Form(self.env["caredesk.ticket"].with_user(self.an))
        form.name = "No paper"
        with self.assertRaises(AssertionError):
            form.save()
        form.type_id = self.usage
        form.description = "<p>Tray 2</p>"
        form.partner_id = customer
        form.priority = "2"
        form.severity = "0"
        form.channel = "hotline"
        ticket = form.save()
        self.assertEqual(
            (ticket.partner_id, ticket.priority, ticket.state), (customer, "2", "todo")
        )

    def test_customer_is_optional(self):
        """S0-TKT-08: internal work without a customer is saved."""
        self.assertFalse(self._ticket(by=self.an).partner_id)

    def test_defaults_are_normal_and_medium(self):
        """C-09, S1-LST-04, S1-LST-05: four values each; the second one is the default."""
        ticket = self._ticket()
        self.assertEqual((ticket.priority, ticket.severity), ("1", "1"))
        fields = ticket.fields_get(["priority", "severity"])
        words = ["Low", "Normal", "High", "Very High"]
        self.assertEqual([label for _key, label in fields["priority"]["selection"]], words)
        words = ["Low", "Medium", "High", "Very High"]
        self.assertEqual([label for _key, label in fields["severity"]["selection"]], words)

    def test_a_type_gives_its_own_defaults(self):
        """C-09: what the type says holds unless something else was chosen."""
        bug = self._type(self.support, default_priority="2", default_severity="3")
        ticket = self._ticket(type_id=bug.id)
        self.assertEqual((ticket.priority, ticket.severity), ("2", "3"))
        self.assertEqual(self._ticket(type_id=bug.id, priority="0").priority, "0")

    def test_group_is_that_of_the_type(self):
        """S0-TKT-18, S0-TKT-56: the group follows the type, whatever else was given."""
        other = self._group("Sales")
        ticket = self._ticket(type_id=self.usage.id, group_id=other.id)
        self.assertEqual(ticket.group_id, self.support)

    def test_without_type_the_default_group_takes_it(self):
        """C-05, S1-MGT-02, S0-TKT-50: a ticket without type waits in the default group."""
        self.company.caredesk_default_group_id = self.support
        ticket = self.env["caredesk.ticket"].create({"name": "Untyped"})
        self.assertEqual((ticket.group_id, ticket.type_id.id), (self.support, False))

    def test_without_any_group_the_error_names_the_cure(self):
        """S1-MGT-02: no ticket can be made that would stand outside every queue."""
        self.company.caredesk_default_group_id = False
        with self.assertRaisesRegex(UserError, "default support group"):
            self.env["caredesk.ticket"].create({"name": "Untyped"})

    def test_a_type_of_an_archived_group_does_not_lose_the_ticket(self):
        """S1-MGT-02: a ticket never lands in a group that nobody serves any more."""
        self.company.caredesk_default_group_id = self._group("Default")
        self.support.active = False
        for vals in ({"type_id": self.usage.id}, {"group_id": self.support.id}):
            ticket = self._ticket(**vals)
            self.assertEqual(ticket.group_id, self.company.caredesk_default_group_id)
            self.assertFalse(ticket.type_id)

    def test_a_type_whose_group_is_empty_keeps_the_ticket_in_its_queue(self):
        """S0-TKT-32: a group without members queues; nothing is lost, nothing fails."""
        kind = self._type(self._group("Empty"))
        self.assertState(self._ticket(type_id=kind.id), "unassigned")

    def test_intake_channel_is_kept(self):
        """S1-FLW-03, S1-TKT-02, C-23: the channel is the medium; staff choose hotline by hand."""
        ticket = self._ticket(by=self.an, channel="hotline")
        self.assertEqual(ticket.channel, "hotline")
        self.assertEqual(self._ticket(by=self.an).channel, "manual")

    def test_channels_are_those_of_the_seed(self):
        """S1-FLW-03, S1-MGT-01: every channel of arrival can be recorded and grouped by."""
        keys = set(dict(self.env["caredesk.ticket"]._fields["channel"].selection))
        wanted = {"hotline", "email", "portal", "livechat", "zalo", "facebook", "website"}
        self.assertLessEqual(wanted | {"manual", "other"}, keys)
        self._ticket(channel="zalo")
        groups = self.env["caredesk.ticket"]._read_group([], ["channel"], ["__count"])
        self.assertIn("zalo", dict(groups))

    def test_customers_channels_create_without_rights(self):
        """C-30, S1-FLW-02: the right to create concerns staff; channels go through the server."""
        portal = self._user("khach", "portal")
        tickets = self.env["caredesk.ticket"].with_user(portal)
        with self.assertRaises(AccessError):
            tickets.create(self._ticket_vals())
        ticket = tickets._create_from_channel("portal", [self._ticket_vals()]).sudo()
        self.assertEqual((ticket.channel, ticket.user_id), ("portal", self.an))

    def test_nature_is_apart_from_the_type(self):
        """S4-GEN-02: request, question, complaint, feedback, request by default."""
        self.assertEqual(self._ticket().nature, "request")
        self.assertEqual(self._ticket(nature="complaint").nature, "complaint")
        keys = set(dict(self.env["caredesk.ticket"]._fields["nature"].selection))
        self.assertEqual(keys, {"request", "question", "complaint", "feedback"})

    def test_creating_needs_the_right(self):
        """S0-TKT-09: an employee without the creator role gets an access error."""
        with self.assertRaises(AccessError):
            self._ticket(by=self._user("lua", "user"))
        self.assertTrue(self._ticket(by=self._user("mo", "creator")))

    def test_a_salesperson_creates_for_support_and_still_reads_it(self):
        """S0-TKT-12, S0-TKT-10: the creator outside the group sees every state of the ticket."""
        sales = self._user("hoa", "creator")
        ticket = self._ticket(by=sales)
        self.assertState(ticket, "todo", self.an)
        seen, mine = ticket.with_user(sales), ticket.with_user(self.an)
        mine.action_start()
        seen.invalidate_recordset()
        self.assertEqual(seen.state, "in_progress")
        mine.action_complete("Key sent", "Expired")
        seen.invalidate_recordset()
        self.assertEqual(seen.state, "done")
        self.assertEqual((seen.cause, seen.result), ("Expired", "Key sent"))

    def test_the_stage_always_fits_the_state(self):
        """C-01: a stage given on create holds only while the ticket gets into its state."""
        stage = self.env.ref("caredesk_ticket.stage_assign")
        self.assertEqual(self._ticket(stage_id=stage.id).stage_id, stage)
        self.support.auto_assign = False
        for name in ("stage_assign", "stage_solution", "stage_closed"):
            given = self.env.ref(f"caredesk_ticket.{name}")
            ticket = self._ticket(by=self.an, stage_id=given.id)
            self.assertEqual((ticket.state, ticket.stage_id.state), ("unassigned",) * 2)

    def test_hostile_content_is_made_harmless(self):
        """S1-TKT-05: scripts and handlers in the content go; the words stay."""
        evil = '<p onclick="x()">Hello</p><script>alert(1)</script><a href="javascript:x()">y</a>'
        ticket = self._ticket(name="<img src=x onerror=alert(1)>", description=evil)
        self.assertIn("Hello", ticket.description)
        for part in ("onclick", "<script", "javascript:"):
            self.assertNotIn(part, ticket.description)
        self.assertNotIn("<img", ticket.message_ids[-1:].body)

    def test_absurdly_long_texts_are_stored(self):
        """S1-MGT-02: a title or address of thousands of characters loses no ticket."""
        name = "".join(sha256(bytes([number])).hexdigest() for number in range(250))
        vals = {"name": name, "email_from": f"{name}@example.com", "partner_name": name}
        ticket = self.env["caredesk.ticket"]._create_from_channel(
            "email", [self._ticket_vals(**vals)]
        )
        ticket.flush_recordset()
        self.assertEqual(ticket.name, name)

    def test_a_plan_can_be_recorded(self):
        """S0-TKT-01: planned start, planned deadline, activities, the person assigned."""
        ticket = self._ticket(planned_start_at=MONDAY, deadline_at="2028-02-29 16:00:00")
        ticket.activity_schedule("mail.mail_activity_data_call", user_id=self.an.id)
        self.assertEqual(str(ticket.deadline_at), "2028-02-29 16:00:00")
        self.assertEqual((ticket.user_id, len(ticket.activity_ids)), (self.an, 1))

    def test_a_plan_that_cannot_be_kept_is_refused(self):
        """S0-TKT-01: a deadline in the past, or before the start; imports may bring old ones."""
        self._freeze()
        past = {"deadline_at": "2026-03-02 09:00:00"}
        with self.assertRaisesRegex(ValidationError, "in the past"):
            self._ticket(**past)
        ticket = self._ticket()
        with self.assertRaisesRegex(ValidationError, "in the past"):
            ticket.write(past)
        imported = self.env["caredesk.ticket"].with_context(import_file=True)
        self.assertTrue(imported.create(self._ticket_vals(**past)))
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            ticket.write({"planned_start_at": "2026-03-05", "deadline_at": "2026-03-04"})

    def test_the_first_line_says_through_which_channel_it_came(self):
        """S1-FLW-03: the conversation begins with who created it and how."""
        ticket = self._ticket(by=self.an, channel="hotline")
        first = ticket.message_ids.sorted("id")[0]
        self.assertIn("Hotline", first.body)
        self.assertEqual(first.author_id, self.an.partner_id)

    def test_creator_performer_and_customer_follow(self):
        """S0-TKT-10, S0-TKT-07: who is concerned hears of it; an archived customer does not."""
        customer = self.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        sales = self._user("hoa", "creator")
        ticket = self._ticket(by=sales, partner_id=customer.id)
        partners = ticket.message_partner_ids
        self.assertEqual(partners, sales.partner_id | self.an.partner_id | customer)
        customer.active = False
        self.assertNotIn(customer, self._ticket(partner_id=customer.id).message_partner_ids)

    def test_a_copy_starts_from_zero(self):
        """IE-09, IE-12: a copied ticket has its own number, fresh clocks, no past."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "in_progress")
        clock.tick(600)
        ticket.with_user(self.an).action_complete("Fixed", "Paper")
        copy = ticket.copy()
        self.assertNotEqual(copy.number, ticket.number)
        self.assertRecordValues(
            copy,
            [
                {
                    "is_open": True,
                    "started_at": False,
                    "done_at": False,
                    "done_by_id": False,
                    "result": False,
                    "cause": False,
                    "first_response_at": False,
                }
            ],
        )
        self.assertEqual(len(copy.time_ids), 1)
        self.assertClocks(copy)
