from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SurveyCase


@tagged("post_install", "-at_install")
class TestTasks(SurveyCase):
    """Surveys for employees: who has them, who did them, what they achieved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls._survey({"caredesk_type": "stars"}, kind="employee")

    def _assignment(self, survey=None, assign=True, **vals):
        values = {"survey_id": (survey or self.survey).id, **vals}
        if not vals.keys() & {"user_ids", "support_group_ids"}:
            values["user_ids"] = [Command.set((self.hoa + self.kim).ids)]
        assignment = self.env["caredesk.survey.assignment"].with_user(self.maker).create(values)
        if assign:
            assignment.action_assign()
        return assignment

    def _task(self, assignment, user):
        return assignment.sudo().task_ids.filtered(lambda task: task.user_id == user)

    def _perform(self, task, stars):
        task.with_user(task.user_id).action_perform()
        entry = task.user_input_ids.filtered(lambda one: one.state != "done")
        return self._fill(entry, stars)

    def test_people_and_groups_get_the_survey_once(self):
        """S0-SVY-15: assigned to people and members of groups; a second time adds the new only."""
        group = self._group("Sales", self.an, self.hoa)
        assignment = self._assignment(
            user_ids=[Command.set(self.hoa.ids)], support_group_ids=[Command.set(group.ids)]
        )
        self.assertEqual(assignment.task_ids.user_id, self.an + self.hoa)
        self._member(group, self.kim)
        assignment.action_assign()
        self.assertEqual(assignment.task_count, 3)
        with self.assertRaises(UserError):
            self._assignment(user_ids=[])

    def test_performed_for_oneself_and_seen_by_the_manager(self):
        """S0-SVY-15: the employee answers in the backend; who has done it is visible."""
        assignment = self._assignment()
        task = self._task(assignment, self.hoa)
        action = task.with_user(self.hoa).action_perform()
        entry = task.user_input_ids
        self.assertIn(entry.access_token, action["url"])
        self.assertEqual(
            (entry.partner_id, entry.performer_kind), (self.hoa.partner_id, "employee")
        )
        again = task.with_user(self.hoa).action_perform()
        self.assertIn(entry.access_token, again["url"], "goes on where it was left")
        self._fill(entry, 4)
        self.assertEqual((task.state, task.score, task.attempts), ("done", 80, 1))
        self.assertEqual((assignment.done_count, assignment.task_count), (1, 2))

    def test_nobody_performs_for_others(self):
        """S0-SVY-15: a task of somebody else is neither seen nor performed."""
        task = self._task(self._assignment(), self.hoa)
        with self.assertRaises(AccessError):
            task.with_user(self.kim).action_perform()
        with self.assertRaises(AccessError):
            task.with_user(self.maker).action_perform()
        self.assertEqual(self.env["caredesk.survey.task"].with_user(self.hoa).search([]), task)

    def test_retakes_by_policy(self):
        """IE-21: one attempt; two attempts of which the best or the last counts."""
        task = self._task(self._assignment(), self.hoa)
        self._perform(task, 2)
        self.assertFalse(task.with_user(self.hoa).may_perform)
        with self.assertRaises(UserError):
            task.with_user(self.hoa).action_perform()
        self.survey.attempts_limit = 3
        task.invalidate_recordset()
        self._perform(task, 5)
        self._perform(task, 3)
        self.assertEqual((task.score, task.attempts), (100, 3))
        self.survey.counting_attempt = "last"
        task._follow_attempts()
        self.assertEqual(task.score, 60)

    def test_due_date_and_reminder(self):
        """S0-SVY-15: told at once, reminded once before it is due, late ones are found."""
        clock = self._freeze()
        due = fields.Datetime.now() + timedelta(days=3)
        assignment = self._assignment(due_at=due, note="About the new tea")
        tasks = self.env["caredesk.survey.task"]
        task = self._task(assignment, self.hoa)
        told = self.env["mail.message"].search([], order="id desc", limit=1)
        self._run_cron("ir_cron_task_notice")
        self._run_cron("ir_cron_task_reminder")
        self.assertFalse(task.notice_pending)
        self.assertFalse(task.reminded_at, "not before its time")
        ours = [("id", ">", told.id), ("body", "like", "About the new tea")]
        messages = self.env["mail.message"].search(ours)
        self.assertEqual(messages.partner_ids, (self.hoa + self.kim).partner_id)
        self._perform(self._task(assignment, self.kim), 5)
        clock.tick(timedelta(days=2, hours=1))
        self._run_cron("ir_cron_task_reminder")
        self._run_cron("ir_cron_task_reminder")
        reminders = self.env["mail.message"].search([("id", ">", max(messages.ids))])
        reminders = reminders.filtered(lambda one: "Still to do" in (one.subject or ""))
        self.assertEqual(reminders.partner_ids, self.hoa.partner_id, "who is done is left alone")
        self.assertEqual(len(reminders), 1)
        clock.tick(timedelta(days=1))
        self.assertEqual(tasks.search([("is_late", "=", True)]), task)

    def test_interview_of_a_customer(self):
        """S0-SVY-15, S0-SVY-17: the answers are the customer's, entered by the employee."""
        survey = self._survey({"caredesk_type": "nps"}, kind="nps")
        assignment = self._assignment(survey, wanted=2)
        task = self._task(assignment, self.hoa)
        action = task.with_user(self.hoa).action_perform()
        dialogs = self.env["caredesk.survey.interview"].with_user(self.hoa)
        for number in (1, 2):
            dialog = dialogs.with_context(**action["context"]).create(
                {"partner_id": self.customer.id}
            )
            dialog.action_begin()
            entry = task.user_input_ids.filtered(lambda one: one.state == "new")
            self.assertEqual(
                (entry.partner_id, entry.interviewer_id, entry.performer_kind),
                (self.customer, self.hoa, "customer"),
            )
            self._fill(entry, 10)
            self.assertEqual(task.state, "done" if number == 2 else "in_progress")
        with self.assertRaises(UserError):
            self.env["caredesk.survey.interview"].with_user(self.kim).create(
                {"survey_id": survey.id, "partner_id": self.customer.id, "task_id": task.id}
            ).action_begin()

    def test_interview_is_about_what_was_assigned(self):
        """S0-SVY-15: no other survey ends the task, and no other customer's ticket is noted."""
        survey = self._survey({"caredesk_type": "nps"}, kind="nps")
        task = self._task(self._assignment(survey), self.hoa)
        other = self._survey({"caredesk_type": "stars"}, kind="csat")
        ticket = self._held_ticket(self.an, "done", partner_id=self.kim.partner_id.id)
        ticket.group_id.member_ids.create({"group_id": ticket.group_id.id, "user_id": self.hoa.id})
        self.hoa.group_ids += self.env.ref("caredesk_ticket.group_agent")
        dialogs = self.env["caredesk.survey.interview"].with_user(self.hoa)
        values = {"partner_id": self.customer.id, "survey_id": other.id}
        for wrong in ({"task_id": task.id}, {"ticket_id": ticket.id}):
            with self.assertRaises(UserError):
                dialogs.create({**values, **wrong}).action_begin()
        self.assertFalse(other.user_input_ids)

    def test_no_score_before_there_is_one(self):
        """IE-21: what is not done, or not scored, has no score; averages leave it out."""
        mine = self._task(self._assignment(), self.hoa)
        essay = self._survey(
            {"caredesk_type": "long_text"}, kind="employee", scoring_type="no_scoring"
        )
        unscored = self._task(self._assignment(essay), self.hoa)
        self._fill(unscored.with_user(self.hoa).sudo()._open_attempt(), "Hello")
        self.assertEqual((mine.is_scored, unscored.is_scored), (False, False))
        self._perform(mine, 4)
        self.assertTrue(mine.is_scored)
        tasks = mine + unscored + self._task(mine.assignment_id, self.kim)
        [(average,)] = tasks._read_group([("id", "in", tasks.ids)], [], ["score:avg"])
        self.assertEqual(average, 80)
        entries = (mine + unscored).user_input_ids
        [(average,)] = entries._read_group(
            [("id", "in", entries.ids)], [], ["scoring_percentage:avg"]
        )
        self.assertEqual(average, 80)

    def test_only_our_surveys_are_assigned(self):
        """S0-SVY-15: no templates, none of Odoo's other kinds."""
        for values in ({"is_template": True}, {"survey_type": "live_session"}):
            other = self._survey({"caredesk_type": "stars"}, **{"kind": "employee", **values})
            with self.assertRaises(ValidationError):
                self._assignment(other, assign=False)

    def test_figures_cannot_be_forged(self):
        """S0-SVY-16: neither employees nor managers write a score."""
        task = self._task(self._assignment(), self.hoa)
        for user in (self.hoa, self.maker):
            with self.assertRaises(AccessError):
                task.with_user(user).write({"score": 100})
