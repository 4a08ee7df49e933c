from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CareDeskCase

VERSION = {"name": "aaaa1111bbbb2222", "string": "Version", "type": "char"}
SYSTEM = {
    "name": "cccc3333dddd4444",
    "string": "System",
    "type": "selection",
    "selection": [["linux", "Linux"], ["windows", "Windows"]],
}


@tagged("post_install", "-at_install")
class TestTypeExtras(CareDeskCase):
    """What a type gives its tickets: a checklist, fields of its own, an activity plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.install = cls._type(
            cls.support,
            name="Installation",
            check_ids=[Command.create({"name": name}) for name in ("Back up", "Install")],
        )

    # --- checklist ---

    def test_tickets_begin_with_the_checklist_of_their_type(self):
        """S4-STG-01: each ticket gets its own copy, whoever creates it; others get none."""
        hoa = self._user("hoa", "creator")
        tickets = (
            self.env["caredesk.ticket"]
            .with_user(hoa)
            .create(
                [self._ticket_vals(type_id=self.install.id) for _n in range(2)]
                + [self._ticket_vals()]
            )
        )
        self.assertEqual(
            [ticket.check_ids.mapped("name") for ticket in tickets],
            [["Back up", "Install"], ["Back up", "Install"], []],
        )
        self.assertEqual(tickets.mapped("check_progress"), ["0/2", "0/2", False])

    def test_ticking_off_is_stamped_by_the_server(self):
        """S4-STG-01: who and when come from the server, whatever is sent; unticking clears."""
        clock = self._freeze()
        check = self._ticket(type_id=self.install.id).check_ids[0].with_user(self.an)
        check.write({"is_done": True, "checked_by_id": self.binh.id, "checked_at": "2020-01-01"})
        self.assertEqual((check.checked_by_id, check.checked_at), (self.an, clock()))
        check.with_user(self.env.uid).write({"is_done": True, "name": "Back up twice"})
        self.assertEqual((check.checked_by_id, check.name), (self.an, "Back up twice"))
        self.assertEqual(check.ticket_id.check_progress, "1/2")
        check.write({"is_done": False})
        self.assertFalse(check.checked_by_id or check.checked_at)

    def test_a_type_may_ask_for_the_whole_checklist(self):
        """S4-STG-01, IE-03: Complete is refused and says what is left."""
        self.install.checks_required = True
        ticket = self._held_ticket(self.an, "in_progress", type_id=self.install.id)
        mine = ticket.with_user(self.an)
        mine.check_ids[0].is_done = True
        with self.assertRaisesRegex(UserError, "not done: Install"):
            mine.action_complete("Fixed")
        mine.check_ids[1].is_done = True
        mine.action_complete("Fixed")
        self.assertState(ticket, "done", self.an)

    def test_another_type_brings_its_own_checklist(self):
        """IE-06: what is done or was added by hand stays, the rest of the old list goes."""
        ticket = self._ticket(type_id=self.install.id)
        ticket.check_ids[0].is_done = True
        ticket.check_ids = [Command.create({"name": "By hand"})]
        other = self._type(self.support, name="Other", check_ids=[Command.create({"name": "New"})])
        ticket.type_id = other
        self.assertEqual(sorted(ticket.check_ids.mapped("name")), ["Back up", "By hand", "New"])

    def test_a_closed_ticket_keeps_its_checklist(self):
        """S1-FLW-08: a closed ticket is read only, its checklist too."""
        ticket = self._held_ticket(self.an, "done", type_id=self.install.id)
        ticket.action_close()
        for write in (
            lambda: ticket.check_ids[0].write({"is_done": True}),
            lambda: ticket.check_ids[0].unlink(),
            lambda: self.env["caredesk.ticket.checkpoint"].create(
                {"ticket_id": ticket.id, "name": "Late"}
            ),
        ):
            with self.assertRaisesRegex(UserError, "is closed"):
                write()

    def test_checklists_of_other_groups_are_out_of_reach(self):
        """S0-TKT-58: who cannot see the ticket cannot see or change its checklist."""
        chi = self._user("chi")
        self._group("Other", chi)
        check = self._ticket(type_id=self.install.id).check_ids[0].with_user(chi)
        for operation in ("read", "write", "unlink"):
            self.assertFalse(check.has_access(operation))
        with self.assertRaises(AccessError):
            check.write({"is_done": True})

    # --- properties ---

    def _bug(self):
        return self._type(self.support, name="Bug", properties_definition=[VERSION, SYSTEM])

    def test_a_type_has_fields_of_its_own(self):
        """S0-TKT-14: managers add fields to a type; agents fill them in and search by them."""
        ticket = self._ticket(type_id=self._bug().id)
        ticket.with_user(self.an).properties = {VERSION["name"]: "2.1", SYSTEM["name"]: "linux"}
        found = (
            self.env["caredesk.ticket"]
            .with_user(self.an)
            .search([(f"properties.{VERSION['name']}", "=", "2.1")])
        )
        self.assertEqual(found, ticket)
        with self.assertRaises(AccessError):
            ticket.type_id.with_user(self.an).properties_definition = []

    def test_a_change_of_type_keeps_what_the_fields_said(self):
        """IE-06, IE-48: the values of the former type are written into the conversation."""
        ticket = self._ticket(type_id=self._bug().id)
        ticket.properties = {VERSION["name"]: "<b>2.1</b>", SYSTEM["name"]: "linux"}
        self.env.flush_all()
        ticket.with_user(self._user("nhan", "intake")).type_id = self.usage
        self.assertFalse(any(dict(ticket.properties).values()))
        body = ticket.message_ids.filtered(lambda message: "said" in (message.body or "")).body
        self.assertIn("Version: &lt;b&gt;2.1&lt;/b&gt;", body)
        self.assertIn("System: Linux", body)

    # --- activity plan ---

    def _plan(self, **vals):
        return self.env["mail.activity.plan"].create(
            {
                "name": "Onboarding",
                "res_model": "caredesk.ticket",
                "template_ids": [
                    Command.create(
                        {
                            "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                            "summary": "Call the customer",
                            **vals,
                        }
                    )
                ],
            }
        )

    def test_the_plan_is_scheduled_with_the_first_performer(self):
        """S4-STG-01, S0-TKT-01: once, for whoever gets the ticket first."""
        self.usage.activity_plan_id = self._plan()
        ticket = self._ticket()
        self.assertEqual(ticket.activity_ids.mapped("summary"), ["Call the customer"])
        self.assertEqual(ticket.activity_ids.user_id, self.an)
        ticket.with_user(self.an).action_transfer(self.binh)
        self.assertEqual(len(ticket.activity_ids), 1)

    def test_a_queued_ticket_gets_its_plan_when_it_is_taken(self):
        """S4-STG-01: nothing is scheduled while nobody is there to do it."""
        self.usage.activity_plan_id = self._plan()
        self.support.auto_assign = False
        ticket = self._ticket()
        self.assertFalse(ticket.activity_ids)
        ticket.with_user(self.binh).action_take()
        self.assertEqual(ticket.activity_ids.user_id, self.binh)

    def test_a_plan_that_cannot_be_followed_costs_no_ticket(self):
        """S4-STG-01: a plan for somebody who may not see tickets is noted; routing goes on."""
        outsider = self._user("khach", "user")
        self.usage.activity_plan_id = self._plan(
            responsible_type="other", responsible_id=outsider.id
        )
        ticket = self._ticket()
        self.assertState(ticket, "todo", self.an)
        outsider.active = False
        second = self._ticket(by=self.binh)
        self.assertState(second, "todo", self.binh)
        self.usage.activity_plan_id.template_ids.unlink()
        self._held_ticket(self.an)

    def test_a_plan_that_fails_costs_no_ticket(self):
        """S4-STG-01: whatever goes wrong in a plan is written on the ticket, no more."""
        self.usage.activity_plan_id = self._plan()

        def refuse(_dialog):
            raise ValueError("out of order")

        self.patch(self.registry["mail.activity.schedule"], "action_schedule_plan", refuse)
        with mute_logger("odoo.addons.caredesk_ticket.models.caredesk_ticket_type_plan"):
            ticket = self._ticket()
        self.assertState(ticket, "todo", self.an)
        self.assertIn("could not be scheduled", ticket.message_ids[0].body)
