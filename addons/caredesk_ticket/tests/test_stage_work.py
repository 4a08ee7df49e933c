from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .stage_common import StageCase

_WORK_LOGGER = "odoo.addons.caredesk_ticket.models.caredesk_ticket_stage_work"


@tagged("post_install", "-at_install")
class TestStageWork(StageCase):
    """What a stage asks for when a ticket enters it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        cls.todo_type = cls.env.ref("mail.mail_activity_data_todo")

    def _template(self, body="<p>Fixed: <t t-out='object.number'/></p>"):
        return self.env["mail.template"].create(
            {
                "name": "Ready",
                "model_id": self.env["ir.model"]._get_id("caredesk.ticket"),
                "subject": "{{ object.number }} is ready",
                "body_html": body,
            }
        )

    def _mails(self, ticket):
        return self.env["mail.mail"].search(
            [("model", "=", "caredesk.ticket"), ("res_id", "=", ticket.id)]
        )

    def test_entering_schedules_the_activity_once(self):
        """S4-STG-01: an activity for the performer, due after so many days, once per entry."""
        self._freeze()
        stage = self.env.ref("caredesk_ticket.stage_investigate")
        stage.write(
            {
                "activity_type_id": self.todo_type.id,
                "activity_summary": "Call the customer",
                "activity_days": 2,
            }
        )
        ticket = self._held_ticket(self.an, "in_progress")
        activity = ticket.activity_ids
        self.assertEqual(
            (activity.user_id, activity.summary, str(activity.date_deadline)),
            (self.an, "Call the customer", "2026-03-04"),
        )
        mine = ticket.with_user(self.an)
        mine.action_wait("customer")  # keeps the stage
        mine.action_continue()
        self.assertEqual(len(ticket.activity_ids), 1)

    def test_an_activity_may_be_for_the_managers(self):
        """S4-STG-01: those who are told of problems get it, the performer else."""
        self.support.manager_ids = self.boss
        self.env.ref("caredesk_ticket.stage_investigate").write(
            {"activity_type_id": self.todo_type.id, "activity_for": "managers"}
        )
        self.assertEqual(self._held_ticket(self.an, "in_progress").activity_ids.user_id, self.boss)

    def test_entering_launches_the_plan(self):
        """S4-STG-01: Odoo's own activity plans; «ask at launch» means the performer."""
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "Repair",
                "res_model": "caredesk.ticket",
                "template_ids": [
                    Command.create(
                        {"activity_type_id": self.todo_type.id, "summary": "Order the part"}
                    ),
                    Command.create(
                        {
                            "activity_type_id": self.todo_type.id,
                            "summary": "Approve the cost",
                            "responsible_type": "other",
                            "responsible_id": self.boss.id,
                        }
                    ),
                ],
            }
        )
        self.env.ref("caredesk_ticket.stage_investigate").activity_plan_id = plan
        activities = self._held_ticket(self.an, "in_progress").activity_ids
        self.assertEqual(
            {activity.summary: activity.user_id for activity in activities},
            {"Order the part": self.an, "Approve the cost": self.boss},
        )

    def test_a_plan_speaks_the_language_of_the_person(self):
        """S4-STG-01: what the plan took over from the kind of activity; own words stay."""
        self.env["res.lang"]._activate_lang("vi_VN")
        kinds = self.env["mail.activity.type"].with_context(lang="en_US")
        kind = kinds.create(
            {"name": "Part", "summary": "Order the part", "default_note": "<p>Soon</p>"}
        )
        kind.update_field_translations("summary", {"vi_VN": "Đặt linh kiện"})
        kind.update_field_translations("default_note", {"vi_VN": {"Soon": "Sớm"}})
        lines = [{"activity_type_id": kind.id}, {"activity_type_id": kind.id, "summary": "My own"}]
        plan = (
            self.env["mail.activity.plan"]
            .with_context(lang="en_US")
            .create(
                {
                    "name": "Repair",
                    "res_model": "caredesk.ticket",
                    "template_ids": [Command.create(line) for line in lines],
                }
            )
        )
        self.assertEqual(plan.template_ids.mapped("summary"), ["Order the part", "My own"])
        self.env.flush_all()
        self.env.ref("caredesk_ticket.stage_investigate").activity_plan_id = plan
        self.an.lang = "vi_VN"
        activities = self._held_ticket(self.an, "in_progress").activity_ids
        self.assertEqual(set(activities.mapped("summary")), {"Đặt linh kiện", "My own"})
        self.assertEqual(set(activities.mapped("note")), {"<p>Sớm</p>"})

    def test_the_first_stage_asks_too(self):
        """S4-STG-01: a ticket enters its first stage by being created."""
        self.support.auto_assign = False
        self.support.manager_ids = self.boss
        self.env.ref("caredesk_ticket.stage_collect").activity_type_id = self.todo_type
        tickets = self._tickets(2)
        self.assertEqual(tickets.mapped("activity_ids.user_id"), self.boss)
        self.assertEqual(tickets.mapped(lambda ticket: len(ticket.activity_ids)), [1, 1])

    def test_entering_mails_the_customer_once(self):
        """S4-STG-01: queued, not sent, to the customer alone; stops no service level."""
        self.company.email = "care@example.com"
        stage = self.env.ref("caredesk_ticket.stage_solution")
        stage.mail_template_id = self._template()
        ticket = self._held_ticket(self.an, "in_progress", partner_id=self.customer.id)
        ticket.with_user(self.an).stage_id = stage
        mail = self._mails(ticket)
        self.assertEqual((len(mail), mail.state), (1, "outgoing"))
        self.assertEqual(mail.email_to, self.customer.email)
        self.assertFalse(mail.recipient_ids)
        self.assertEqual(mail.subject, f"{ticket.number} is ready")
        self.assertIn("care@example.com", mail.reply_to)
        self.assertIn("Auto-Submitted", mail.headers)
        self.assertFalse(ticket.first_response_at)
        ticket.with_user(self.an).stage_id = stage
        ticket.with_user(self.an).action_wait("customer")
        self.assertEqual(len(self._mails(ticket)), 1, "not again for the same entry")
        ticket.with_user(self.an).action_transfer(self.binh)
        ticket.with_user(self.binh).action_start()
        ticket.with_user(self.binh).stage_id = stage
        self.assertEqual(len(self._mails(ticket)), 2, "it entered a second time")

    def test_who_is_not_mailed(self):
        """S4-STG-01: unverified senders and customers without an address."""
        stage = self.env.ref("caredesk_ticket.stage_investigate")
        stage.mail_template_id = self._template()
        stranger = self._held_ticket(self.an, email_from="ceo@example.com")
        stranger._own_code().write({"mail_unverified": True})
        nameless = self._held_ticket(self.binh)
        typed_in = self._ticket(email_from="hoa@example.com")
        typed_in.action_assign(self.an)
        self.support.allow_parallel_work = True
        for ticket in (stranger, nameless, typed_in):
            ticket.with_user(ticket.user_id).action_start()
        self.assertFalse(self._mails(stranger) | self._mails(nameless))
        self.assertEqual(self._mails(typed_in).email_to, "hoa@example.com")

    def test_a_broken_mail_does_not_keep_the_ticket(self):
        """S4-STG-01: the step is taken, and the ticket says what did not work."""
        stage = self.env.ref("caredesk_ticket.stage_investigate")
        stage.mail_template_id = self._template("<p t-out='object.no_such_field'/>")
        ticket = self._held_ticket(self.an, partner_id=self.customer.id)
        with mute_logger(_WORK_LOGGER, "odoo.addons.mail.models.mail_render_mixin"):
            ticket.with_user(self.an).action_start()
        self.assertState(ticket, "in_progress", self.an)
        self.assertFalse(self._mails(ticket))
        self.assertIn("could not be made", ticket.message_ids[0].body)

    def test_stages_without_work_cost_nothing(self):
        """S4-STG-01: entering a stage that asks for nothing takes no query of its own."""
        self.env["caredesk.ticket.stage"]._ids_with_entry_work()
        ticket = self._held_ticket(self.an)
        with self.assertQueryCount(0):
            ticket._enter_stage()
