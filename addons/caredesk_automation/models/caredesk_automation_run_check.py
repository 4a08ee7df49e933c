from datetime import timedelta

from odoo import fields, models

from .automation_triggers import TIME
from .caredesk_automation_rule_schedule import DAILY_EVENTS

#: Beyond the days that are made up, for the limits of the hour.
_GRACE = timedelta(days=1)


class CaredeskAutomationRun(models.Model):
    """Why nothing is done for an occurrence any more, when its turn has come."""

    _inherit = "caredesk.automation.run"

    def _obstacle(self):
        """Return why nothing is done for this occurrence, if so."""
        rule = self.rule_id
        if reason := self._why_changed():
            return reason
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            return self.env._("The record was deleted.")
        if "active" in record._fields and not record.active:
            return self.env._("The record was archived.")
        if self.res_model == "res.partner" and not record.caredesk_is_external:
            return self.env._("The contact is a colleague or our own company.")
        if rule._is_once():
            return ""
        if not rule._lasts(record):
            return rule._why_over()
        if rule._is_moved(record, self.occurrence):
            return self.env._("The date was moved in the meantime.")
        if self.step:
            return ""  # only the first message looks at the conditions
        if not record.filtered_domain(rule._conditions()):
            return self.env._("The conditions are not met.")
        return ""

    def _why_changed(self):
        """Return why the rule is not about this occurrence any more, if it was changed so far."""
        rule = self.rule_id
        trigger = self.occurrence.split(" ")[0]
        if trigger != rule.trigger or self.res_model != rule._records()._name:
            return self.env._("The rule is about something else now.")
        if self.company_id != rule.company_id:
            return self.env._("The rule belongs to another company now.")
        return ""

    def _why_late(self):
        """Return why this comes too late, if it waited in the ledger while nothing was sent.

        Limits of the hour may take a day longer than the days that are made up. What somebody
        releases or has tried again begins anew.
        """
        rule, now = self.rule_id, fields.Datetime.now()
        since = max(self.due_at, rule.released_at or self.due_at)
        if rule.trigger in DAILY_EVENTS and since < now - rule._catch_up_window() - _GRACE:
            return self.env._("Too late: nothing could be sent for days.")
        if rule.trigger_kind == TIME and not self.step and self._has_later(since, now):
            return self.env._("Missed: the next one is due already.")
        return ""

    def _has_later(self, since, now):
        """Tell whether the rule has another occurrence for this record that is due by now."""
        same = [(name, "=", self[name]) for name in ("res_model", "res_id", "step")]
        later = [("due_at", ">", since), ("due_at", "<=", now), ("id", "!=", self.id)]
        return bool(self.search_count([("rule_id", "=", self.rule_id.id), *same, *later], limit=1))

    def _is_undone(self, record):
        """Tell whether what set the rule off was taken back; a cycle that began goes on."""
        undone = self.rule_id._spec().undone
        is_first = not self.step and self._is_whole()
        return bool(undone and is_first and record.filtered_domain(undone))

    def _withdraw(self):
        """Take this out of the ledger: nothing went out, and it may happen again."""
        reason = self.env._("It was undone in the meantime.")
        self.env["caredesk.automation.log"]._note(self, "skipped", reason=reason)
        self.unlink()
