from datetime import datetime

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CareDeskCase
from .export_common import ExportMixin

#: A Sunday, 10:00 in Vietnam.
SUNDAY = "2026-03-01 03:00:00"


@tagged("post_install", "-at_install")
class TestReportSchedule(ExportMixin, CareDeskCase):
    """Reports that are mailed by themselves."""

    def _schedule(self, by=None, **vals):
        values = {
            "name": "Support last week",
            "frequency": "daily",
            "hour": 8.5,
            "tz": "Asia/Ho_Chi_Minh",
            "period": "yesterday",
            "group_ids": [Command.set(self.group_export.ids)],
            "recipient_emails": "director@example.com",
            **vals,
        }
        return self.env["caredesk.report.schedule"].with_user(by or self.manager).create(values)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_report_schedule").method_direct_trigger()
        self.env.invalidate_all()

    def _runs(self, schedule):
        return schedule.sudo().run_ids.sorted("id")

    # === WHEN ===

    def test_sent_at_the_hour_once(self):
        """S1-EML-01: nothing before the hour, one mail at the hour, however often the cron runs."""
        clock = self._freeze(SUNDAY)
        schedule = self._schedule()
        self.assertEqual(schedule.next_run_at, datetime(2026, 3, 2, 1, 30))
        clock.move_to("2026-03-02 01:29:00")
        self._run_cron()
        self.assertFalse(self._runs(schedule))
        clock.move_to("2026-03-02 01:31:00")
        for _time in range(3):
            self._run_cron()
        self.assertEqual(self._runs(schedule).mapped("state"), ["sent"])
        self.assertEqual(len(self._runs(schedule).mail_ids), 1)
        self.assertEqual(schedule.next_run_at, datetime(2026, 3, 3, 1, 30))
        clock.move_to("2026-03-03 01:31:00")
        self._run_cron()
        self.assertEqual(self._runs(schedule).mapped("period_key"), ["2026-03-02", "2026-03-03"])

    def test_weekly_and_monthly(self):
        """S1-EML-01: on the weekday, on the day of the month, the 31st on the last day."""
        self._freeze(SUNDAY)
        weekly = self._schedule(frequency="weekly", weekday="4")
        self.assertEqual(weekly.next_run_at, datetime(2026, 3, 6, 1, 30))
        monthly = self._schedule(frequency="monthly", day=31)
        self.assertEqual(monthly.next_run_at, datetime(2026, 3, 31, 1, 30))
        monthly.day = 15
        self.assertEqual(monthly.next_run_at, datetime(2026, 3, 15, 1, 30))
        monthly.active = False
        self.assertFalse(monthly.next_run_at)

    def test_moving_the_hour_sends_no_second_one(self):
        """S1-EML-01: once per day also when the hour is changed on that day."""
        clock = self._freeze("2026-03-02 01:00:00")
        schedule = self._schedule()
        clock.move_to("2026-03-02 01:31:00")
        self._run_cron()
        schedule.hour = 20
        clock.move_to("2026-03-02 13:05:00")
        self._run_cron()
        self.assertEqual(self._runs(schedule).mapped("state"), ["sent"])
        self.assertEqual(schedule.next_run_at, datetime(2026, 3, 3, 13, 0))

    def test_after_a_standstill_only_the_latest(self):
        """S1-EML-01, IE-24: three days down: one report goes out, the missed ones are logged."""
        clock = self._freeze(SUNDAY)
        schedule = self._schedule()
        clock.move_to("2026-03-05 03:00:00")
        self._run_cron()
        self.assertEqual(
            [(run.period_key, run.state) for run in self._runs(schedule)],
            [
                ("2026-03-02", "skipped"),
                ("2026-03-03", "skipped"),
                ("2026-03-04", "skipped"),
                ("2026-03-05", "sent"),
            ],
        )

    def test_set_by_hand_off_its_rhythm(self):
        """S1-EML-01: a time of the same week that was missed does not take the week's report."""
        clock = self._freeze(SUNDAY)
        schedule = self._schedule(frequency="weekly", weekday="4")
        schedule.sudo().next_run_at = "2026-03-02 01:00:00"
        clock.move_to("2026-03-06 03:00:00")
        self._run_cron()
        self.assertEqual(
            [(run.period_key, run.state) for run in self._runs(schedule)], [("2026-W10", "sent")]
        )

    def test_the_ledger_holds_a_period_once(self):
        """S1-EML-01: of two processes that claim one period the database lets one win."""
        self._freeze(SUNDAY)
        schedule = self._schedule().sudo()
        rhythm = schedule._rhythm()
        due = datetime(2026, 3, 2, 1, 30)
        schedule._enter([(due, "waiting")], rhythm)
        schedule._enter([(due, "waiting")], rhythm)
        self.assertEqual(len(self._runs(schedule)), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._runs(schedule).copy()

    def test_killed_between_claim_and_mail(self):
        """S1-EML-01: a crash leaves a visible row, which goes out later, once."""
        clock = self._freeze("2026-03-02 01:31:00")
        schedule = self._schedule().sudo()
        schedule._enter([(datetime(2026, 3, 2, 1, 30), "waiting")], schedule._rhythm())
        # What the cron had committed when the process died while it made the report.
        self._runs(schedule).write({"attempts": 1, "retry_at": "2026-03-02 01:41:00"})
        self._run_cron()
        self.assertEqual(self._runs(schedule).state, "waiting")
        clock.move_to("2026-03-02 01:42:00")
        self._run_cron()
        self._run_cron()
        self.assertEqual(self._runs(schedule).state, "sent")
        self.assertEqual(len(self._runs(schedule).mail_ids), 1)

    # === WHAT GOES WRONG ===

    def test_failure_is_shown(self):
        """S1-EML-01: tried three times, then failed: a reason and an activity for the owner."""
        clock = self._freeze(SUNDAY)
        schedule = self._schedule(recipient_emails=False, recipient_user_ids=self.an.ids)
        self.an.partner_id.email = False
        good = self._schedule(name="Good")
        for moment in ("02 01:31", "02 01:45", "02 03:00"):
            clock.move_to(f"2026-03-{moment}:00")
            self._run_cron()
        run = self._runs(schedule)
        self.assertEqual((run.state, run.attempts), ("failed", 3))
        self.assertIn("e-mail address", run.error)
        self.assertEqual(schedule.last_state, "failed")
        self.assertEqual(schedule.activity_ids.user_id, self.manager)
        self.assertIn("e-mail address", schedule.activity_ids.note)
        self.assertEqual(self._runs(good).state, "sent", "one that fails stops nobody")

    def test_owner_is_gone(self):
        """S1-EML-01: nothing is sent in the name of an archived owner; an administrator is told."""
        clock = self._freeze(SUNDAY)
        schedule = self._schedule()
        self.manager.active = False
        for moment in ("02 01:31", "02 01:45", "02 03:00"):
            clock.move_to(f"2026-03-{moment}:00")
            self._run_cron()
        self.assertEqual(self._runs(schedule).state, "failed")
        self.assertEqual(schedule.sudo().activity_ids.user_id, self.env.ref("base.user_admin"))

    # === WHAT AND TO WHOM ===

    def test_content_of_the_mail(self):
        """S1-EML-02: introduction, figures, list and files hold the tickets of the period."""
        clock = self._freeze(SUNDAY)
        inside = self._ticket(type_id=self.kind.id, name="Hôm qua <b>", user_id=self.an.id)
        self._set_created(inside, SUNDAY)
        outside = self._ticket(type_id=self.kind.id, name="Hôm nay")
        self._set_created(outside, "2026-03-01 17:00:00")  # already 2 March in Vietnam
        schedule = self._schedule(
            intro="<p>Kính gửi Ban giám đốc</p>", attach_docx=True, attach_pdf=True
        )
        clock.move_to("2026-03-02 01:31:00")
        self._run_cron()
        run = self._runs(schedule)
        self.assertEqual((run.state, run.ticket_count, run.error), ("sent", 1, False))
        body = run.mail_ids.body_html
        self.assertIn("Kính gửi Ban giám đốc", body)
        self.assertIn("Hôm qua &lt;b&gt;", body)
        self.assertIn("By Performer", body)
        self.assertIn("01/03/2026 – 01/03/2026", body)
        self.assertNotIn("Hôm nay", body)
        self.assertEqual(run.mail_ids.subject, "Support last week")
        files = {
            name.rpartition(".")[2]: raw
            for name, raw in run.attachment_ids.mapped(lambda a: (a.name, a.raw))
        }
        self.assertEqual(files.keys(), {"xlsx", "docx", "pdf"})
        numbers = [row[0] for row in self._sheet(files["xlsx"])[1:]]
        self.assertEqual(numbers, inside.mapped("number"))
        self.assertEqual([row[0] for row in self._word_table(files["docx"])[1:]], numbers)
        self.assertIn(inside.number, self._pdf_text(files["pdf"]))
        self.assertNotIn(outside.number, self._pdf_text(files["pdf"]))

    def test_each_recipient_once(self):
        """S1-EML-01: users, contacts, more addresses; nobody twice, nobody sees the others."""
        clock = self._freeze(SUNDAY)
        contact = self.env["res.partner"].create({"name": "Hoa", "email": "Hoa@Example.com"})
        schedule = self._schedule(
            recipient_user_ids=(self.an + self.binh).ids,
            recipient_partner_ids=contact.ids,
            recipient_emails="hoa@example.com; Ban GĐ <director@example.com>",
        )
        clock.move_to("2026-03-02 01:31:00")
        self._run_cron()
        mails = self._runs(schedule).mail_ids
        addresses = sorted(mail.email_to.rpartition("<")[2].strip(">").lower() for mail in mails)
        self.assertEqual(
            addresses,
            ["an@caredesk.test", "binh@caredesk.test", "director@example.com", "hoa@example.com"],
        )

    def test_rights_of_the_owner(self):
        """S1-EML-02: the report holds what its owner may see, in his company."""
        clock = self._freeze(SUNDAY)
        second = self._company("Second")
        group = self._group("Second", company_id=second.id)
        self._ticket(group_id=group.id, name="Of the second company")
        self._ticket(type_id=self.kind.id, name="Of his own")
        schedule = self._schedule(group_ids=False, period="all")
        clock.move_to("2026-03-02 01:31:00")
        self._run_cron()
        titles = [row[1] for row in self._sheet(self._runs(schedule).attachment_ids.raw)]
        self.assertIn("Of his own", titles)
        self.assertNotIn("Of the second company", titles)

    def test_nobody_borrows_rights(self):
        """S1-EML-01: a manager sees and changes his own reports only, and owns them."""
        mine = self._schedule()
        other = self._user("dung", "manager")
        with self.assertRaises(AccessError):
            mine.with_user(other).write({"recipient_emails": "thief@example.com"})
        with self.assertRaises(AccessError):
            self._schedule(user_id=self.env.ref("base.user_admin").id)
        with self.assertRaises(AccessError):
            mine.user_id = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            self._schedule(by=self.an)
        self._schedule(by=self._user("ad", "admin"), user_id=self.manager.id)

    def test_test_goes_to_oneself(self):
        """S1-EML-01: the test is real, goes to the presser only and counts as no sending."""
        clock = self._freeze("2026-03-02 01:00:00")
        schedule = self._schedule()
        schedule.action_send_test()
        run = self._runs(schedule)
        self.assertEqual((run.state, run.is_test), ("sent", True))
        self.assertIn(self.manager.email, run.mail_ids.email_to)
        self.assertFalse(schedule.last_state, "nobody else got anything yet")
        clock.move_to("2026-03-02 01:31:00")
        self._run_cron()
        schedule.invalidate_recordset(["last_state"])
        self.assertEqual(schedule.last_state, "sent")
        self.assertEqual(len(self._runs(schedule)), 2)
        self.manager.email = False
        with self.assertRaises(UserError):
            schedule.action_send_test()

    def test_the_last_state_in_the_readers_language(self):
        """S1-EML-01: what became of the last report is told as its log tells it."""
        self.env["res.lang"]._activate_lang("vi_VN")
        vietnamese = self.env(context={"lang": "vi_VN"})
        domain = [("field_id.model", "=", "caredesk.report.schedule.run"), ("value", "=", "sent")]
        vietnamese["ir.model.fields.selection"].search(domain).name = "Đã gửi"
        told = vietnamese["caredesk.report.schedule"].fields_get(["last_state"])["last_state"]
        self.assertEqual(dict(told["selection"])["sent"], "Đã gửi")

    def test_more_conditions(self):
        """S1-EML-02: any condition on tickets narrows the report; nonsense is refused at once."""
        clock = self._freeze(SUNDAY)
        high = self._ticket(type_id=self.kind.id, priority="3")
        self._ticket(type_id=self.kind.id, priority="0")
        schedule = self._schedule(extra_domain="[('priority', '=', '3')]", period="open")
        clock.move_to("2026-03-02 01:31:00")
        self._run_cron()
        rows = self._sheet(self._runs(schedule).attachment_ids.raw)
        self.assertEqual([row[0] for row in rows[1:]], [high.number])
        for wrong in ("[('nowhere', '=', 1)]", "__import__('os')", "[("):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                schedule.extra_domain = wrong

    def test_nonsense_is_refused(self):
        """S1-EML-01: hours, days and addresses are checked when they are entered."""
        schedule = self._schedule()
        for vals in (
            {"hour": 24},
            {"hour": -1},
            {"day": 0},
            {"day": 32},
            {"recipient_emails": "nobody"},
            {"recipient_emails": False},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                schedule.write(vals)

    def test_too_many_for_word(self):
        """C-35: a report that is too big for Word fails with the reason, and says what to do."""
        clock = self._freeze(SUNDAY)
        self.env["ir.config_parameter"].set_param("caredesk_ticket.export_paper_rows", "1")
        self._tickets(2, type_id=self.kind.id)
        schedule = self._schedule(attach_docx=True, period="all")
        clock.move_to("2026-03-02 01:31:00")
        self._run_cron()
        self.assertIn("Attach Excel", self._runs(schedule).error)

    def test_old_runs_are_forgotten(self):
        """S1-EML-01: files with customers' data do not lie about for ever."""
        clock = self._freeze(SUNDAY)
        schedule = self._schedule()
        clock.move_to("2026-03-02 01:31:00")
        self._run_cron()
        run = self._runs(schedule)
        attachment = run.attachment_ids
        clock.move_to("2026-07-02 01:31:00")
        self.env["caredesk.report.schedule.run"]._gc_old()
        self.assertFalse(run.exists() or attachment.exists())
