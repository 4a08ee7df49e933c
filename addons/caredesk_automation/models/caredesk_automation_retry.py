from odoo import fields, models


class CaredeskAutomationRetry(models.AbstractModel):
    """Rows of a rule's work that the system keeps, and that people may have tried once more.

    For models with ``rule_id, state, attempts, due_at, reason``.
    """

    _name = "caredesk.automation.retry"
    _description = "Work That Is Tried Again"

    #: XML ID of the scheduled action that works the rows off.
    _worker = None

    # === ACTIONS ===

    def action_retry(self):
        """Try once more what failed."""
        self.rule_id.check_access("write")
        # sudo: the rows are the system's; the right to write the rule was checked
        failed_sudo = self.sudo().filtered(lambda row: row.state == "failed")
        failed_sudo.write(
            {"state": "pending", "attempts": 0, "due_at": fields.Datetime.now(), "reason": False}
        )
        self._wake()

    # === BUSINESS ===

    def _wake(self):
        """Have the worker come right after this transaction."""
        self.env.ref(self._worker).sudo()._trigger()  # sudo: a system job
