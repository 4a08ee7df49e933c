from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime


class CaredeskAutomationRule(models.Model):
    """Starting, stopping and releasing rules; what the form says about them."""

    _inherit = "caredesk.automation.rule"

    sent_count = fields.Integer("Sent", compute="_compute_counts")
    failed_count = fields.Integer("Failed", compute="_compute_counts")
    pending_count = fields.Integer("Pending", compute="_compute_waiting")
    held_count = fields.Integer("Held Back", compute="_compute_waiting")
    looks_by_calendar = fields.Boolean(
        compute="_compute_looks_by_calendar", export_string_translation=False
    )
    stop_count = fields.Integer(readonly=True, copy=False, export_string_translation=False)
    # More was waiting when the rule was stopped than could be cancelled at once.
    is_cancelling = fields.Boolean(readonly=True, copy=False, export_string_translation=False)

    # === COMPUTE ===

    @api.depends("state")
    def _compute_counts(self):
        counts = self._counted("caredesk.automation.log", ("sent", "failed"))
        for rule in self:
            rule.sent_count = counts.get((rule.id, "sent"), 0)
            rule.failed_count = counts.get((rule.id, "failed"), 0)

    @api.depends("state")
    def _compute_waiting(self):
        counts = self._counted("caredesk.automation.run", ("pending", "held"))
        for rule in self:
            rule.pending_count = counts.get((rule.id, "pending"), 0)
            rule.held_count = counts.get((rule.id, "held"), 0)

    @api.depends("trigger", "time_kind", "event_kind")
    def _compute_looks_by_calendar(self):
        for rule in self:
            # As saved: what is being typed may be no time at all.
            rule.looks_by_calendar = bool(rule._origin and rule._origin._timetable())

    def _counted(self, model, states):
        groups = self.env[model]._read_group(
            [("rule_id", "in", self.ids), ("state", "in", states)],
            ["rule_id", "state"],
            ["__count"],
        )
        return {(rule.id, state): count for rule, state, count in groups}

    # === ACTIONS ===

    def action_start(self):
        """Switch rules on, from now on: nothing of the past is made up."""
        stopped = self.filtered(lambda rule: rule.state == "stopped")
        # What came with CareDesk belongs to nobody in truth: its first starter answers for it.
        stopped.filtered(lambda rule: rule._is_as_delivered()).user_id = self.env.user
        stopped.write({"state": "running"})

    def action_stop(self):
        """Switch rules off; what is waiting, delayed or repeated is not sent any more."""
        self.write({"state": "stopped"})

    def action_release(self):
        """Send what was held back: the user has looked at it."""
        count = self._decide_on_held("pending")
        return self._notify_user(self.env._("Released: %s", count))

    def action_drop(self):
        """Give up what was held back."""
        count = self._decide_on_held("cancelled")
        return self._notify_user(self.env._("Dropped: %s", count))

    def action_run_now(self):
        """Send today's messages of an event or a time at once; each still goes out only once."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "running":
            raise UserError(self.env._("Start the rule first."))
        if not self._timetable():
            raise UserError(
                self.env._("This rule waits for something to happen; there is nothing to run.")
            )
        # sudo: the ledger is the system's; who may change the rule may run it
        count = self.sudo().with_company(self.company_id)._enter_today()
        self.env["caredesk.automation.run"]._wake()
        return self._notify_user(self._words_of_run(count))

    def action_open_log(self):
        """Open the log of the rule."""
        return self._open_filtered("caredesk_automation_log_action")

    def action_open_runs(self):
        """Open what is waiting."""
        return self._open_filtered("caredesk_automation_run_action")

    def _open_filtered(self, name):
        """Return an action on rows of the rule, by the filter that the pressed button names."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"caredesk_automation.{name}")
        action["domain"] = [("rule_id", "=", self.id)]
        action["context"] = {
            key: value
            for key, value in self.env.context.items()
            if key.startswith("search_default_")
        }
        return action

    def action_preview(self):
        """Open the preview on a real record."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": "caredesk.automation.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rule_id": self.id},
        }

    # === BUSINESS ===

    def _is_as_delivered(self):
        """Tell whether a rule came with an addon, and nobody has taken it over or run it yet."""
        self.ensure_one()
        admin = self.env.ref("base.user_admin", raise_if_not_found=False)
        touched = self.stop_count or self.user_id != admin or self.create_uid.id != SUPERUSER_ID
        return not touched and self.env.uid != SUPERUSER_ID

    def _words_of_run(self, count):
        """Return what becomes of the occurrences that were entered just now."""
        self.ensure_one()
        if not count:
            return self.env._("Nobody new fits today.")
        if self.held_count:
            words = self._words_by_content(
                self.env._("%(count)s messages are held back: send them or drop them above."),
                self.env._("%(count)s occurrences are held back: decide on them above."),
            )
            return words % {"count": self.held_count}
        now = fields.Datetime.now()
        due = self._due_at(now)
        if due > now:
            words = self._words_by_content(
                self.env._("%(count)s messages go out at %(when)s, after delay and quiet hours."),
                self.env._(
                    "%(count)s occurrences are due at %(when)s, after delay and quiet hours."
                ),
            )
            when = format_datetime(self.env, due, tz=self.tz, dt_format="short")
            return words % {"count": count, "when": when}
        words = self._words_by_content(
            self.env._("%(count)s messages are on their way."),
            self.env._("%(count)s occurrences are being worked off."),
        )
        return words % {"count": count}

    def _words_by_content(self, of_messages, of_steps):
        """Return the words for a rule that sends something, or for one that only does."""
        return of_messages if self.content_ids else of_steps

    def _cancel_waiting(self):
        """Cancel what is waiting; what a worker has in hand goes out first.

        Counting the stops settles it for good: what is older is not done any more, whether it is
        marked now or, where there is too much of it, by the worker.
        """
        # sudo: the ledger is the system's; the right to write the rule was checked
        runs_sudo = self.env["caredesk.automation.run"].sudo()
        calls_sudo = self.env["caredesk.automation.call"].sudo()
        for rule_sudo in self.sudo():
            rule_sudo.stop_count += 1
            runs_sudo._cancel_stopped(rule_sudo)
            calls_sudo._cancel_stopped(rule_sudo)
            if runs_sudo._is_any_stopped(rule_sudo):
                rule_sudo.is_cancelling = True
                runs_sudo._wake()

    def _decide_on_held(self, state):
        """Release or give up what was held back; return how many."""
        self.check_access("write")
        # sudo: the ledger is the system's; the right to write the rule was checked
        runs_sudo = self.env["caredesk.automation.run"].sudo()
        count = 0
        for rule in self:
            here = rule.with_context(lang=rule.user_id.lang)
            dropped = here.env._("%s dropped it.", self.env.user.name)
            count += runs_sudo._change_state(
                SQL("rule_id = %s AND state = 'held'", rule.id),
                state,
                reason=dropped if state == "cancelled" else None,
            )
        self.sudo().released_at = fields.Datetime.now()  # sudo: a date of the system
        self.activity_unlink(["caredesk_automation.mail_activity_type_held"])
        if state == "pending":
            self.env["caredesk.automation.run"]._wake()
        return count

    def _is_running(self):
        return self.state == "running" and self.active

    @api.model
    def _notify_user(self, message, kind="success"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
