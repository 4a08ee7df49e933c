from odoo import api, fields, models
from odoo.tools import SQL

#: Rows that are cancelled in one go; more would keep a person waiting.
_CHUNK = 5_000


class CaredeskAutomationWork(models.AbstractModel):
    """Rows of a rule's work that the system keeps: people stop them, or have them tried again.

    For models with ``rule_id, state, attempts, due_at, reason``. There may be millions of them,
    while a worker acts on some: their state is changed past the ORM, around what it has in hand.
    """

    _name = "caredesk.automation.work"
    _description = "Work of a Rule"

    #: XML ID of the scheduled action that works the rows off.
    _worker = None

    # How often the rule had been stopped when this was entered.
    stop_count = fields.Integer(readonly=True, export_string_translation=False)

    # === ACTIONS ===

    def action_retry(self):
        """Try once more what failed; say how many, or why none."""
        rules = self.rule_id
        rules.check_access("write")
        # sudo: the rows are the system's; the right to write the rule was checked
        failed_sudo = self.sudo().filtered(lambda row: row.state == "failed")
        # A stopped rule would only have them cancelled.
        again_sudo = failed_sudo.filtered(lambda row: row.rule_id._is_running())
        again = {"state": "pending", "attempts": 0, "due_at": fields.Datetime.now()}
        for rule, rows_sudo in again_sudo.grouped("rule_id").items():
            rows_sudo.write({**again, "reason": False, "stop_count": rule.stop_count})
        if again_sudo:
            self._wake()
            words = self.env._(
                "%(count)s of %(all)s are tried again.", count=len(again_sudo), all=len(self)
            )
            return rules._notify_user(words)
        if failed_sudo:
            words = self.env._("The rule is stopped: start it first, then try again.")
        else:
            words = self.env._("Choose rows that failed: only these are tried again.")
        return rules._notify_user(words, kind="warning")

    # === BUSINESS ===

    def _wake(self):
        """Have the worker come right after this transaction."""
        self.env.ref(self._worker).sudo()._trigger()  # sudo: a system job

    def _is_stopped(self):
        """Tell whether the rule does not run, or was stopped since this was entered."""
        rule = self.rule_id
        return not rule._is_running() or self.stop_count < rule.stop_count

    @api.model
    def _cancel_stopped(self, rule):
        """Cancel some of what waited when a rule was last stopped; return how many."""
        reason = self.env._("The rule was stopped.")
        return self._change_state(self._stopped(rule), "cancelled", reason, limit=_CHUNK)

    @api.model
    def _is_any_stopped(self, rule):
        """Tell whether something of before the last stop is still marked as waiting."""
        table = SQL.identifier(self._table)
        query = SQL("SELECT 1 FROM %s WHERE %s LIMIT 1", table, self._stopped(rule))
        return bool(self.env.execute_query(query))

    @api.model
    def _stopped(self, rule):
        """Return SQL for the rows that wait since before the rule was last stopped."""
        return SQL(
            "rule_id = %s AND state IN ('pending', 'held') AND COALESCE(stop_count, 0) < %s",
            rule.id,
            rule.stop_count,
        )

    @api.model
    def _change_state(self, rows, state, reason=None, limit=None):
        """Change the state of rows that nobody has in hand; return how many.

        :param rows: SQL for which
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET state = %(state)s, reason = %(reason)s, write_uid = %(uid)s,"
                " write_date = %(now)s WHERE id IN (SELECT id FROM %(table)s WHERE %(rows)s"
                " LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED)",
                table=SQL.identifier(self._table),
                state=state,
                reason=reason,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                rows=rows,
                limit=limit,
            ),
            log_exceptions=False,  # a conflict is no fault of anybody's: who calls decides
        )
        self.invalidate_model(["state", "reason"])
        return self.env.cr.rowcount
