from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.caredesk_ticket.models.batches import work_off


class CaredeskSurveyTask(models.Model):
    """What one employee has to do of an assignment, and what came of it."""

    _name = "caredesk.survey.task"
    _description = "Assigned Survey"
    _order = "done_flag, due_at, id desc"
    _rec_name = "survey_id"

    assignment_id = fields.Many2one(
        "caredesk.survey.assignment", required=True, readonly=True, ondelete="cascade", index=True
    )
    survey_id = fields.Many2one(related="assignment_id.survey_id", store=True, index=True)
    mode = fields.Selection(related="assignment_id.mode")
    note = fields.Text(related="assignment_id.note")
    user_id = fields.Many2one(
        "res.users", string="Employee", required=True, readonly=True, ondelete="cascade", index=True
    )
    due_at = fields.Datetime("Due", related="assignment_id.due_at", store=True)
    wanted = fields.Integer(related="assignment_id.wanted")
    user_input_ids = fields.One2many("survey.user_input", "task_id", string="Attempts")
    state = fields.Selection(
        [("todo", "Not Started"), ("in_progress", "In Progress"), ("done", "Done")],
        default="todo",
        required=True,
        readonly=True,
        group_expand=True,
    )
    attempts = fields.Integer("Completed Attempts", readonly=True)
    score = fields.Float("Score (%)", readonly=True, aggregator="avg")
    is_scored = fields.Boolean("Scored", compute="_compute_is_scored", store=True)
    done_at = fields.Datetime("Done on", readonly=True)
    done_flag = fields.Integer("Times Done", readonly=True, export_string_translation=False)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    may_perform = fields.Boolean(compute="_compute_may_perform")
    notice_pending = fields.Boolean(
        default=True, readonly=True, export_string_translation=False, copy=False
    )
    remind_at = fields.Datetime(
        "Reminder Planned", compute="_compute_remind_at", store=True, readonly=True
    )
    reminded_at = fields.Datetime("Reminded on", readonly=True)
    company_id = fields.Many2one(related="assignment_id.company_id", store=True, index=True)

    _once = models.Constraint(
        "UNIQUE (assignment_id, user_id)", "This employee has this survey already."
    )
    _notice_idx = models.Index("(id) WHERE notice_pending IS TRUE")
    _remind_idx = models.Index("(remind_at) WHERE remind_at IS NOT NULL")

    # === COMPUTE ===

    @api.depends("due_at", "done_at", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for task in self:
            task.is_late = bool(task.due_at) and (task.done_at or now) > task.due_at

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        late = fields.Domain("state", "!=", "done") & fields.Domain("due_at", "<", now)
        return fields.Domain.OR([late if flag else ~late for flag in value])

    @api.depends("state", "attempts", "user_id")
    @api.depends_context("uid")
    def _compute_may_perform(self):
        for task in self:
            task.may_perform = task.user_id == self.env.user and task._has_attempts_left()

    @api.depends("assignment_id.due_at", "assignment_id.remind_days", "state", "reminded_at")
    def _compute_remind_at(self):
        for task in self:
            due, days = task.assignment_id.due_at, task.assignment_id.remind_days
            waits = due and task.state != "done" and not task.reminded_at
            task.remind_at = due - timedelta(days=days) if waits else False

    @api.depends("user_input_ids.state", "user_input_ids.is_scored")
    def _compute_is_scored(self):
        """Note whether there is a score yet: what nobody did has none, nor what is not scored."""
        for task in self:
            task.is_scored = any(
                entry.state == "done" and entry.is_scored for entry in task.user_input_ids
            )

    def _read_group_select(self, aggregate_spec, query):
        """Average the scores there are."""
        selected = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "score:avg":
            return selected
        is_scored = self._field_to_sql(self._table, "is_scored", query)
        return SQL("%s FILTER (WHERE %s)", selected, is_scored)

    # === ACTIONS ===

    def action_perform(self):
        """Open the survey for oneself, or choose the customer to interview."""
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(
                self.env._("Only %(name)s can perform this survey.", name=self.user_id.name)
            )
        if self.mode == "interview":
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "caredesk_survey.caredesk_survey_interview_action"
            )
            action["context"] = {
                "default_survey_id": self.survey_id.id,
                "default_task_id": self.id,
            }
            return action
        entry_sudo = self._open_attempt()
        return entry_sudo.survey_id.action_start_survey(answer=entry_sudo)

    def action_attempts(self):
        """Open what was completed for this task."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_survey.survey_user_input_action_history"
        )
        action["domain"] = [("task_id", "=", self.id), ("state", "=", "done")]
        return action

    # === BUSINESS ===

    def _has_attempts_left(self):
        self.ensure_one()
        survey_sudo = self.survey_id.sudo()  # a setting of the survey
        if self.mode == "interview" or not survey_sudo.is_attempts_limited:
            return True
        return self.attempts < survey_sudo.attempts_limit

    def _open_attempt(self):
        """Return the attempt that is under way, or begin one, as superuser.

        :raise UserError: no attempt is left
        """
        self.ensure_one()
        self_sudo = self.sudo()  # the caller is the employee the task is for
        entry_sudo = self_sudo.user_input_ids.filtered(lambda entry: entry.state != "done")[:1]
        if entry_sudo:
            return entry_sudo
        if not self._has_attempts_left():
            raise UserError(self.env._("You have completed this survey; it cannot be repeated."))
        return self_sudo.survey_id._create_answer(
            user=self_sudo.user_id,
            invite_token=f"task-{self.id}",
            task_id=self.id,
            company_id=self_sudo.company_id.id,
        )

    def _follow_attempts(self):
        """Bring state and score up to date with the attempts."""
        for task in self:
            done = task.user_input_ids.filtered(lambda entry: entry.state == "done")
            enough = len(done) >= (task.wanted if task.mode == "interview" else 1)
            latest = done.sorted(lambda entry: (entry.end_datetime, entry.id))
            scores = latest.filtered("is_scored").mapped("scoring_percentage")
            if task.mode == "interview":
                score = sum(scores) / len(scores) if scores else 0.0
            elif task.survey_id.counting_attempt == "best":
                score = max(scores, default=0.0)
            else:
                score = scores[-1] if scores else 0.0
            state = "done" if enough else "in_progress" if task.user_input_ids else "todo"
            task.write(
                {
                    "state": state,
                    "done_flag": int(enough),
                    "attempts": len(done),
                    "score": score,
                    "done_at": task.done_at or (fields.Datetime.now() if enough else False),
                }
            )

    # === CRON ===

    @api.model
    def _cron_tell(self):
        """Cron: tell employees of surveys they were given."""
        tasks = type(self)
        done, left = work_off(
            self,
            [("notice_pending", "=", True)],
            tasks._tell_of_assignment,
            lambda batch: batch.write({"notice_pending": False}),
        )
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    @api.model
    def _cron_remind(self):
        """Cron: remind employees, once, of surveys that are due soon."""
        tasks, now = type(self), fields.Datetime.now()
        done, left = work_off(
            self,
            [("remind_at", "<=", now)],
            tasks._remind,
            lambda batch: batch.write({"reminded_at": now}),
            order="remind_at",
        )
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    def _tell_of_assignment(self):
        self.ensure_one()
        here = self.with_context(lang=self.user_id.lang)
        subject = here.env._("Survey for you: %(survey)s", survey=here.survey_id.title)
        self._notify_employee(here, subject)

    def _remind(self):
        self.ensure_one()
        here = self.with_context(lang=self.user_id.lang)
        subject = here.env._("Still to do: %(survey)s", survey=here.survey_id.title)
        self._notify_employee(here, subject)

    def _notify_employee(self, here, subject):
        """Notify the employee as he or she likes to be notified, with a link to the task."""
        lines = []
        if self.due_at:
            due = fields.Datetime.context_timestamp(self.with_user(self.user_id), self.due_at)
            lines.append(here.env._("Due: %(due)s", due=due.strftime("%d/%m/%Y %H:%M")))
        if self.note:
            lines.append(self.note)
        link = Markup('<p><a href="/odoo/action-%s">%s</a></p>') % (
            "caredesk_survey.caredesk_survey_task_action_my",
            here.env._("Open my surveys"),
        )
        body = Markup("").join(Markup("<p>%s</p>") % line for line in lines) + link
        self.env["mail.thread"].message_notify(
            partner_ids=self.user_id.partner_id.ids, subject=subject, body=body
        )
