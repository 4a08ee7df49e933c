import csv
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.sms.tests.common import SMSCommon

from .care_common import SUNDAY, CareCase


@tagged("post_install", "-at_install")
class TestCareTask(CareCase):
    """Tasks: who, when, what came of it."""

    def test_fields_and_defaults(self):
        """S0-CAR-X1, S0-CAR-X2: required fields; the creator is the assignee by default."""
        task = (
            self.env["caredesk.care.task"]
            .with_user(self.lan)
            .create({"name": "Call", "partner_id": self.customer.id})
        )
        self.assertEqual((task.state, task.priority, task.user_ids), ("planned", "1", self.lan))
        self.assertEqual(task.date_deadline - task.date_start, timedelta(minutes=30))
        self.assertEqual(task.form_id.action, "call", "the usual kind where none is chosen")
        for name in (
            "name", "partner_id", "form_id", "date_start", "date_deadline", "state", "priority",
        ):  # fmt: skip
            self.assertTrue(task._fields[name].required, name)
        task.user_ids = [Command.link(self.mai.id)]
        self.assertEqual(task.user_id, self.lan, "the responsible stays")

    def test_sharing(self):
        """S0-CAR-X2: others see a task only when it is theirs or shared with them."""
        task = self._task()
        ba = self._care_user("ba.care", "care_user")
        with self.assertRaises(AccessError):
            task.with_user(ba).read(["name"])
        task.share_user_ids = ba
        self.assertEqual(task.with_user(ba).read(["name"])[0]["name"], task.name)

    def test_steps(self):
        """C-38: planned, confirmed, in progress, done; no-show and cancel; what is over stays."""
        task = self._task()
        mine = task.with_user(self.lan)
        mine.action_confirm()
        mine.action_start()
        mine.action_done("Satisfied", "5")
        self.assertEqual((task.state, task.result, task.evaluation), ("done", "Satisfied", "5"))
        self.assertTrue(task.done_at)
        for step in (mine.action_start, mine.action_cancel, mine.action_no_show):
            with self.assertRaises(UserError):
                step()
        with self.assertRaises(UserError):
            mine.date_start = fields.Datetime.now()
        with self.assertRaises(UserError):
            task.unlink()
        missed = self._task()
        missed.with_user(self.lan).action_no_show()
        missed.with_user(self.lan).action_plan_again()
        self.assertEqual(missed.state, "planned")

    def test_only_the_buttons_change_the_state(self):
        """S0-CAR-X1: not by writing, nor by creating or importing."""
        task = self._task()
        with self.assertRaises(UserError):
            task.with_user(self.mai).state = "done"
        with self.assertRaises(UserError):
            self._task(state="done")

    def test_today_and_overdue(self):
        """S0-CAR-05, S0-CAR-X3: today's and late tasks are found; drag keeps the length."""
        self._freeze(SUNDAY)
        late = self._task(date_start="2026-02-27 02:00:00", date_deadline="2026-02-27 04:00:00")
        today = self._task(date_start="2026-03-01 08:00:00")
        tasks = self.env["caredesk.care.task"].with_user(self.lan)
        tomorrow = self._task(date_start="2026-03-02 08:00:00")
        home = self.env.ref("caredesk_automation.caredesk_care_task_action_today")
        shown = tasks.search(safe_eval(home.domain, {"uid": self.lan.id}))
        self.assertEqual(shown, late | today)
        self.assertNotIn(tomorrow, shown)
        ours = [("id", "in", (late | today).ids)]
        self.assertEqual(tasks.search([*ours, ("is_overdue", "=", True)]), late)
        self.assertEqual(tasks.search([*ours, ("is_overdue", "=", False)]), today)
        late.date_start = "2026-03-02 02:00:00"
        self.assertEqual(str(late.date_deadline), "2026-03-02 04:00:00")
        self.assertFalse(late.is_overdue)

    def test_conflicts_warn(self):
        """IE-30: somebody planned twice is warned of, nothing is refused."""
        first = self._task(date_start="2026-03-02 02:00:00")
        second = self._task(date_start="2026-03-02 02:15:00")
        self.assertIn(first.name, second.conflict)
        second.date_start = "2026-03-02 02:30:00"
        self.assertFalse(second.conflict)
        second.with_user(self.lan).action_cancel()
        self.assertFalse(first.conflict)

    def test_conflicts_name_what_is_readable(self):
        """S0-CAR-X2, IE-47: a warning names no care that its reader may not read."""
        hidden = self._task(
            name="Secret", date_start="2026-03-02 02:00:00", user_ids=[Command.set(self.mai.ids)]
        )
        ours = self._task(
            date_start="2026-03-02 02:15:00", user_ids=[Command.set((self.lan | self.mai).ids)]
        )
        self.assertIn("Secret", ours.conflict)
        self.assertEqual(ours.with_user(self.lan).conflict, f"{self.mai.name}: other care")
        hidden.sudo().company_id = self._company("Other")
        self.env.invalidate_all()
        self.assertNotIn("Secret", ours.conflict)

    def test_bad_input(self):
        """S0-CAR-X1: due before the start, a customer of another company: refused."""
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._task(date_start="2026-03-02 02:00:00", date_deadline="2026-03-01 02:00:00")
        other = self._company("Other")
        stranger = self.env["res.partner"].create({"name": "X", "company_id": other.id})
        with self.assertRaises(ValidationError):
            self._task(partner_id=stranger.id)

    def test_actions_of_a_task(self):
        """S0-CAR-02: call, message, mail, ticket, order and next task start filled in."""
        task = self._task().with_user(self.mai)
        for method, action in (
            ("action_call", "call"),
            ("action_message", "message"),
            ("action_email", "email"),
            ("action_care", "call"),
        ):
            context = getattr(task, method)()["context"]
            self.assertEqual(context["default_action"], action)
            self.assertEqual(context["default_partner_id"], self.customer.id)
        self.assertEqual(task.action_next()["context"]["default_previous_id"], task.id)
        self.assertEqual(task.action_order()["context"]["default_partner_id"], self.customer.id)
        self.mai.group_ids = [Command.link(self.env.ref("caredesk_ticket.group_manager").id)]
        opened = task.action_ticket()
        self.assertEqual(opened, task.action_ticket(), "one ticket, opened again")
        self.assertEqual(task.ticket_id.partner_id, self.customer)

    def test_finish_and_plan_the_next(self):
        """S0-CAR-X1: the dialog keeps result and evaluation and plans what follows."""
        self._freeze(SUNDAY)
        task = self._task(date_start="2026-03-01 02:00:00")
        dialog = self.env["caredesk.care.close"].with_user(self.lan).create(
            {"task_id": task.id, "result": "Fine", "evaluation": "4", "plan_next": True,
             "next_days": 14}
        )  # fmt: skip
        dialog.action_close()
        following = self.env["caredesk.care.task"].search([("previous_id", "=", task.id)])
        self.assertEqual(task.state, "done")
        self.assertEqual((following.state, following.user_ids), ("planned", self.lan))
        self.assertEqual(str(following.date_start), "2026-03-15 03:00:00")

    def test_access_matrix(self):
        """S0-CAR-01: each right of care users and managers, as committed."""
        users = {"care_user": self.lan, "care_manager": self.mai}
        with file_open("caredesk_automation/tests/care_matrix.csv") as lines:
            rows = list(csv.DictReader(lines))
        self.assertGreater(len(rows), 30)
        for row in rows:
            records = self.env[row["model"]].with_user(users[row["role"]])
            for right in ("read", "write", "create", "unlink"):
                with self.subTest(model=row["model"], role=row["role"], right=right):
                    self.assertEqual(records.has_access(right), row[right] == "1")


@tagged("post_install", "-at_install")
class TestCareReminder(CareCase, SMSCommon):
    """Reminders come once, in time, on the channels wished."""

    def _remind(self):
        return self.env["caredesk.care.task"]._remind_due()

    def test_reminded_once_before_the_start(self):
        """S0-CAR-05, S0-CAR-X3: N days before, as an activity of each assignee, only once."""
        clock = self._freeze(SUNDAY)
        task = self._task(
            date_start="2026-03-05 02:00:00",
            reminder_days=2,
            user_ids=[Command.set((self.lan | self.mai).ids)],
        )
        self._remind()
        self.assertFalse(task.activity_ids)
        clock.move_to("2026-03-03 02:00:00")
        for _time in range(2):
            self._remind()
        self.assertEqual(task.activity_ids.user_id, self.lan | self.mai)
        self.assertEqual(len(task.activity_ids), 2)
        task.with_user(self.lan).action_done("Done")
        self.assertFalse(task.activity_ids)

    def test_mail_and_sms_when_wished(self):
        """S0-CAR-X4: the assignee is told by mail and SMS where the task says so."""
        self._freeze(SUNDAY)
        self.lan.partner_id.phone = "+84 900 000 555"
        plain = self._task(date_start="2026-03-01 02:00:00")
        loud = self._task(date_start="2026-03-01 02:00:00", notify_email=True, notify_sms=True)
        with self.mock_mail_gateway(), self.mockSMSGateway():
            self._remind()
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", loud._name), ("res_id", "in", (plain | loud).ids)])
        )
        self.assertEqual(mails.mapped("res_id"), [loud.id])
        self.assertEqual(mails.recipient_ids, self.lan.partner_id)
        texts = self.env["sms.sms"].search([("partner_id", "=", self.lan.partner_id.id)])
        self.assertEqual(len(texts), 1)
        self.assertTrue(plain.activity_ids)

    def test_told_when_given(self):
        """S0-CAR-X4: people are told at once of a task given to them, not of their own."""
        self._freeze(SUNDAY)
        self.mai.partner_id.phone = self.lan.partner_id.phone = "+84 900 000 555"
        with self.mock_mail_gateway(), self.mockSMSGateway():
            task = self._task(
                date_start="2026-03-05 02:00:00",
                notify_email=True,
                notify_sms=True,
                user_ids=[Command.set((self.lan | self.mai).ids)],
            )
            ba = self._care_user("ba.care", "care_user")
            tu = self._care_user("tu.care", "care_user")
            task.with_user(self.mai).user_ids = [Command.link(ba.id)]
            task.with_user(self.mai).priority = "2"
            task.with_user(self.mai).write(
                {"date_start": "2026-03-06 02:00:00", "user_ids": [Command.link(tu.id)]}
            )
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", task._name), ("res_id", "=", task.id)])
        )
        self.assertEqual(mails.recipient_ids, (self.lan | ba | tu).partner_id)
        self.assertEqual(len(mails), 3, "moved and given at once is told once")
        texts = self.env["sms.sms"].search(
            [("partner_id", "in", (self.lan | self.mai).partner_id.ids)]
        )
        self.assertEqual(texts.partner_id, self.lan.partner_id)

    def test_one_bad_task_stops_nobody(self):
        """S0-CAR-05: a reminder that fails is logged, the others go out."""
        self._freeze(SUNDAY)
        template = self.env.ref("caredesk_automation.mail_template_care_reminder")
        template.subject = "{{ 1 // (3 - int(object.priority)) }}"
        bad = self._task(date_start="2026-03-01 02:00:00", notify_email=True, priority="3")
        good = self._task(date_start="2026-03-01 02:10:00")
        with mute_logger(
            "odoo.addons.caredesk_ticket.models.caredesk_ticket_notice",
            "odoo.addons.mail.models.mail_render_mixin",
            "odoo.addons.base.models.ir_qweb",
        ):
            self._remind()
        self.assertTrue(good.activity_ids)
        self.assertFalse(bad.activity_ids)
        self.assertEqual(self._remind()[0], 0, "it is not tried for ever")
