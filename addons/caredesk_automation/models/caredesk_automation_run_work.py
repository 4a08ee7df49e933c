import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.caredesk_ticket.models.conflicts import CONFLICTS, unhindered

from ..domain.occasions import cycle_due, cycle_steps, retry_at

_logger = logging.getLogger(__name__)

#: Occurrences dealt with before the worker commits.
_BATCH = 50
#: What is put off by the hourly limit comes again after these minutes.
_PUT_OFF_MINUTES = 10


class CaredeskAutomationRun(models.Model):
    """The worker of the ledger: acts on what is due, a batch at a time."""

    _inherit = "caredesk.automation.run"

    @api.model
    def _cron_run(self):
        """Cron: act on what is due; one occurrence that fails stops nobody."""
        commit = self.env["ir.cron"]._commit_progress
        while count := unhindered(self.env, self._work_batch, pause=0.05):
            if not commit(count, remaining=1):
                return  # time is up: the rest comes with the next run
            self.env.invalidate_all()
        commit(remaining=0)

    @api.model
    def _work_batch(self):
        """Act on one batch; return how many occurrences were found.

        Finding and locking is one query, the first of its transaction: two workers never meet
        on a row, and who stops a rule at this moment goes before the batch or after it.
        """
        found = self.env.execute_query(self._due_sql(fields.Datetime.now()))
        batch = self.browse(row[0] for row in found)
        for company, runs in batch.grouped("company_id").items():
            runs._work_for(company)
        return len(batch)

    @api.model
    def _due_sql(self, now):
        """Return the query for the ids of a batch that is due; it locks what nobody else holds."""
        return SQL(
            "SELECT id FROM caredesk_automation_run WHERE state = 'pending' AND due_at <= %s"
            " ORDER BY due_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED",
            now,
            _BATCH,
        )

    def _work_for(self, company):
        """Act on occurrences of one company as far as its limits allow."""
        now = fields.Datetime.now()
        free = self.env["caredesk.automation.log"]._free_this_hour(company)
        for run in self:
            quiet_until = run.rule_id._after_quiet(now)
            if quiet_until > now:
                run.due_at = quiet_until
            elif free is not None and free <= 0:
                run.due_at = now + timedelta(minutes=_PUT_OFF_MINUTES)
            else:
                sent = run._attempt()
                free = free if free is None else free - sent

    def _attempt(self):
        """Act on one occurrence; return how many messages went out."""
        self.ensure_one()
        lang = self.rule_id.user_id.lang
        run = self.with_context(lang=lang).with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                return run._act()
        except CONFLICTS:
            raise  # nobody's fault: to be done again, not to be given up
        except Exception as error:
            _logger.info("Automation %s failed", self.id, exc_info=True)
            run._failed(str(error))
        return 0

    def _act(self):
        """Do all that the rule says; return how many messages went out."""
        rule = self.rule_id
        if obstacle := self._obstacle():
            self._finish("skipped", obstacle)
            return 0
        record = self.env[self.res_model].browse(self.res_id)
        results = rule._send_messages(self, record)
        steps = rule.step_ids if self._is_whole() else rule.step_ids.browse()
        for step in steps:
            step._perform(record)
        sent = results.count("sent")
        if results and not sent and not steps:
            self._finish("failed", self.env._("None of the messages could be sent."))
        else:
            self._finish("done")
        self._next_in_cycle()
        return sent

    def _is_whole(self):
        """Hook: tell whether all that the rule says is to be done, not just what was left."""
        return True

    def _obstacle(self):
        """Return why nothing is done for this occurrence, if so."""
        rule = self.rule_id
        if rule.state != "running" or not rule.active:
            return self.env._("The rule was stopped.")
        if self.res_model != rule._records()._name:
            return self.env._("The rule is about something else now.")
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            return self.env._("The record was deleted.")
        if "active" in record._fields and not record.active and self.res_model == "res.partner":
            return self.env._("The contact is archived.")
        if self.res_model == "res.partner" and not record.partner_share:
            return self.env._("The contact is a colleague.")
        if rule._is_once():
            return ""
        if not rule._lasts(record):
            return rule._why_over()
        if self.step:
            return ""  # only the first message looks at the conditions
        if not record.filtered_domain(rule._conditions()):
            return self.env._("The conditions are not met.")
        return ""

    def _finish(self, state, reason=False):
        self.write({"state": state, "reason": reason, "done_at": fields.Datetime.now()})

    def _failed(self, reason):
        """Plan the next attempt, or give up after the last one and show it in the log."""
        attempts = self.attempts + 1
        again = retry_at(fields.Datetime.now(), attempts)
        if again:
            self.write({"attempts": attempts, "due_at": again, "reason": reason})
            return
        self.attempts = attempts
        self._finish("failed", reason)
        self.env["caredesk.automation.log"]._note(self, "failed", reason=reason)
        self._next_in_cycle()

    def _next_in_cycle(self):
        """Enter the next repetition, if it is not: one that failed is not the end of the cycle.

        Those missed until now were told by what just went out.
        """
        rule = self.rule_id
        if not rule.cycle_on or not self._is_whole():
            return
        now = fields.Datetime.now()
        steps = cycle_steps(rule.cycle_every_days, rule.cycle_within_days)
        following = range(self.step + 1, steps + 1)
        due = {
            step: cycle_due(self.first_due_at, step, rule.cycle_every_days, rule.tz)
            for step in following
        }
        step = next((step for step in following if due[step] > now), None)
        if step:
            self._enter_step(step, rule._after_quiet(due[step]))

    def _enter_step(self, step, due):
        self.env.cr.execute(
            SQL(
                "INSERT INTO caredesk_automation_run (rule_id, company_id, res_model, res_id,"
                " occurrence, step, state, due_at, first_due_at, attempts, create_uid,"
                " create_date, write_uid, write_date)"
                " SELECT rule_id, company_id, res_model, res_id, occurrence, %(step)s, 'pending',"
                " %(due)s, first_due_at, 0, %(uid)s, %(now)s, %(uid)s, %(now)s"
                " FROM caredesk_automation_run WHERE id = %(run)s ON CONFLICT DO NOTHING",
                step=step,
                due=due,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                run=self.id,
            )
        )
        self.invalidate_model()
