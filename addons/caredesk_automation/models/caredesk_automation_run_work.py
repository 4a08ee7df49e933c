import logging
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.caredesk_ticket.models.conflicts import CONFLICTS, unhindered

from ..domain.occasions import cycle_due, cycle_steps, retry_at

_logger = logging.getLogger(__name__)

#: Occurrences dealt with before the worker commits.
_BATCH = 50


class CaredeskAutomationRun(models.Model):
    """The worker of the ledger: acts on what is due, a batch of each rule in turn."""

    _inherit = "caredesk.automation.run"

    @api.model
    def _cron_run(self):
        """Cron: act on what is due; one occurrence that fails stops nobody."""
        commit = self.env["ir.cron"]._commit_progress
        for count in self._turns():
            if not commit(count, remaining=1):
                return  # time is up: the rest comes with the next run
            self.env.invalidate_all()
        commit(remaining=0)

    @api.model
    def _turns(self):
        """Work until nothing is left that may be done now; yield how much after each batch.

        A rule that writes to very many keeps no other waiting, not even where the hour's messages
        are used up: whose turn comes first is left to chance.
        """
        while count := unhindered(self.env, self._cancel_batch):
            yield count
        while count := unhindered(self.env, self.env["caredesk.automation.log"]._retry_batch):
            yield count
        is_more = True
        while is_more:
            is_more = False
            for rule_id in self._due_rules():
                count = unhindered(self.env, partial(self._work_batch, rule_id), pause=0.05)
                is_more = is_more or bool(count)
                yield count

    @api.model
    def _cancel_batch(self):
        """Cancel some of what was waiting when rules were stopped; return how many."""
        rules = self.env["caredesk.automation.rule"].with_context(active_test=False)
        count = 0
        stopped = rules.search([("is_cancelling", "=", True)])
        for rule in stopped.try_lock_for_update(allow_referencing=True):
            count += self.with_context(lang=rule.user_id.lang)._cancel_stopped(rule)
            if not self._is_any_stopped(rule):
                rule.is_cancelling = False
        return count

    @api.model
    def _due_rules(self):
        """Return the ids of the rules that have something due, in any order."""
        found = self.env.execute_query(
            SQL(
                "SELECT rule.id FROM caredesk_automation_rule rule WHERE EXISTS ("
                " SELECT FROM caredesk_automation_run run WHERE run.rule_id = rule.id"
                " AND run.state = 'pending' AND run.due_at <= %s) ORDER BY random()",
                fields.Datetime.now(),
            )
        )
        self.env.cr.rollback()  # the first batch begins a transaction of its own
        return [rule_id for (rule_id,) in found]

    @api.model
    def _work_batch(self, rule_id):
        """Act on one batch of a rule as far as its company's limits allow; return on how many.

        Finding and locking is one query, the first of its transaction: two workers never meet
        on a row.
        """
        now = fields.Datetime.now()
        batch = self.browse(row[0] for row in self.env.execute_query(self._due_sql(rule_id, now)))
        rule = batch.rule_id
        if not batch or rule._after_quiet(now) > now:
            return 0
        free = None
        if rule._reaches_out():
            free = self.env["caredesk.automation.log"]._free_this_hour(rule.company_id)
        count = 0
        for run in batch:
            if free is not None and free <= 0:
                break
            sent = run._attempt()
            free = free if free is None else free - sent
            count += 1
        if count:
            self.env["caredesk.automation.message"]._wake_mail_queue()
        return count

    @api.model
    def _due_sql(self, rule_id, now):
        """Return the query for the ids of a batch that is due; it locks what nobody else holds."""
        return SQL(
            "SELECT id FROM caredesk_automation_run WHERE rule_id = %s AND state = 'pending'"
            " AND due_at <= %s ORDER BY due_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED",
            rule_id,
            now,
            _BATCH,
        )

    def _attempt(self):
        """Act on one occurrence; return how many messages went out."""
        self.ensure_one()
        here = {"lang": self.rule_id.user_id.lang, "tz": self.rule_id.tz}
        run = self.with_context(**here).with_company(self.company_id)
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
        if self._is_stopped():
            self._finish("cancelled", self.env._("The rule was stopped."))
            return 0
        if reason := self._why_late():
            self._finish("skipped", reason)
            self.env["caredesk.automation.log"]._note(self, "skipped", reason=reason)
            self._next_in_cycle()
            return 0
        if obstacle := self._obstacle():
            self._finish("skipped", obstacle)
            return 0
        record = self.env[self.res_model].browse(self.res_id)
        if self._is_undone(record):
            self._withdraw()
            return 0
        results = rule._send_messages(self, record)
        steps = rule.step_ids if self._is_whole() else rule.step_ids.browse()
        for step in steps:
            step._perform(record)
        sent = results.count("sent")
        if results and not sent and not steps:
            self._finish("failed", self.env._("None of the messages could be sent."))
        elif not results and not steps:
            self._finish("skipped", self.env._("The rule has nothing to send any more."))
        else:
            self._finish("done")
        self._next_in_cycle()
        return sent

    def _is_whole(self):
        """Hook: tell whether all that the rule says is to be done, not just what was left."""
        return True

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
                " occurrence, step, state, due_at, first_due_at, attempts, stop_count,"
                " create_uid, create_date, write_uid, write_date)"
                " SELECT rule_id, company_id, res_model, res_id, occurrence, %(step)s, 'pending',"
                " %(due)s, first_due_at, 0, stop_count, %(uid)s, %(now)s, %(uid)s, %(now)s"
                " FROM caredesk_automation_run WHERE id = %(run)s ON CONFLICT DO NOTHING",
                step=step,
                due=due,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                run=self.id,
            )
        )
        self.invalidate_model()
