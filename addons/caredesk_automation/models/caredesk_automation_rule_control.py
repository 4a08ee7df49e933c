from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class CaredeskAutomationRule(models.Model):
    """Starting, stopping and releasing rules; what the form says about them."""

    _inherit = "caredesk.automation.rule"

    sent_count = fields.Integer("Sent", compute="_compute_counts")
    failed_count = fields.Integer("Failed", compute="_compute_counts")
    pending_count = fields.Integer("Pending", compute="_compute_waiting")
    held_count = fields.Integer("Held Back", compute="_compute_waiting")

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
        self.filtered(lambda rule: rule.state == "stopped").write({"state": "running"})

    def action_stop(self):
        """Switch rules off; what is waiting, delayed or repeated is not sent any more."""
        self.write({"state": "stopped"})
        self._cancel_waiting()

    def action_archive(self):
        """Stop what is put away."""
        self.action_stop()
        return super().action_archive()

    def action_release(self):
        """Send what was held back: the user has looked at it."""
        self._decide_on_held("pending")

    def action_drop(self):
        """Give up what was held back."""
        self._decide_on_held("cancelled")

    def action_run_now(self):
        """Send today's messages of an event or a time at once; each still goes out only once."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "running":
            raise UserError(self.env._("Start the rule first."))
        if self.trigger_kind == "action":
            raise UserError(
                self.env._("This rule waits for something to happen; there is nothing to run.")
            )
        # sudo: the ledger is the system's; who may change the rule may run it
        count = self.sudo()._enter_today()
        self.env["caredesk.automation.run"]._wake()
        return self._notify_user(self._words_of_run(count))

    def action_open_log(self):
        """Open the log of the rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_automation.caredesk_automation_log_action"
        )
        action["domain"] = [("rule_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_open_runs(self):
        """Open what is waiting."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_automation.caredesk_automation_run_action"
        )
        action["domain"] = [("rule_id", "=", self.id)]
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

    def _words_of_run(self, count):
        """Return what becomes of the messages that were entered just now."""
        self.ensure_one()
        if not count:
            return self.env._("Nobody new fits today.")
        if self.held_count:
            return self.env._(
                "%(count)s messages are held back: send them or drop them above.",
                count=self.held_count,
            )
        now = fields.Datetime.now()
        due = self._due_at(now)
        if due > now:
            return self.env._(
                "%(count)s messages go out at %(when)s, after delay and quiet hours.",
                count=count,
                when=format_datetime(self.env, due, tz=self.tz, dt_format="short"),
            )
        return self.env._("%(count)s messages are on their way.", count=count)

    def _cancel_waiting(self):
        """Cancel all that is waiting; who sends at this moment goes first."""
        # sudo: the ledger is the system's; the right to write the rule was checked
        waiting_sudo = (
            self.env["caredesk.automation.run"]
            .sudo()
            .search([("rule_id", "in", self.ids), ("state", "in", ("pending", "held"))])
        )
        calls_sudo = (
            self.env["caredesk.automation.call"]
            .sudo()
            .search([("rule_id", "in", self.ids), ("state", "=", "pending")])
        )
        reason = self.env._("The rule was stopped.")
        for rows_sudo in (waiting_sudo, calls_sudo):
            rows_sudo.write({"state": "cancelled", "reason": reason})

    def _decide_on_held(self, state):
        self.check_access("write")
        # sudo: the ledger is the system's; the right to write the rule was checked
        held_sudo = (
            self.env["caredesk.automation.run"]
            .sudo()
            .search([("rule_id", "in", self.ids), ("state", "=", "held")])
        )
        held_sudo.write({"state": state})
        self.sudo().released_at = fields.Datetime.now()  # sudo: a date of the system
        self.activity_unlink(["caredesk_automation.mail_activity_type_held"])
        if state == "pending":
            self.env["caredesk.automation.run"]._wake()

    @api.model
    def _notify_user(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
