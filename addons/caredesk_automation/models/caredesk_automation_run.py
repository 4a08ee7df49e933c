from datetime import timedelta

from odoo import api, fields, models

STATES = [
    ("pending", "Pending"),
    ("held", "Held Back"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("skipped", "Skipped"),
    ("cancelled", "Cancelled"),
]
#: Days after which a finished row is forgotten. Longer than any occurrence can come back:
#: a birthday's year is over by then.
_KEEP_DAYS = 800


class CaredeskAutomationRun(models.Model):
    """The ledger: one row for each rule, record, occurrence and repetition.

    It is unique in the database. The row is inserted first and acted on after, in the same
    transaction that marks it: a crash, a second worker or a late run neither repeats nor loses it.
    """

    _name = "caredesk.automation.run"
    _description = "Automation Occurrence"
    _inherit = ["caredesk.automation.retry"]
    _order = "due_at desc, id desc"
    _rec_name = "occurrence"
    _worker = "caredesk_automation.ir_cron_run"

    rule_id = fields.Many2one(
        "caredesk.automation.rule", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    res_model = fields.Char("Record Type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    occurrence = fields.Char(required=True, readonly=True)
    step = fields.Integer("Repetition", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="pending")
    due_at = fields.Datetime("Due", required=True, readonly=True)
    first_due_at = fields.Datetime(readonly=True)
    attempts = fields.Integer(readonly=True)
    reason = fields.Char(readonly=True)
    done_at = fields.Datetime("Done on", readonly=True)

    _once_uniq = models.UniqueIndex(
        "(rule_id, res_model, res_id, occurrence, step)",
        "This rule has already acted on this occurrence.",
    )
    _due_idx = models.Index("(due_at, id) WHERE state = 'pending'")
    _rule_idx = models.Index("(rule_id, create_date)")
    _waiting_idx = models.Index("(rule_id, state) WHERE state IN ('pending', 'held')")

    # === CRON ===

    @api.autovacuum
    def _gc_old(self):
        """Forget what was finished years ago."""
        limit = fields.Datetime.now() - timedelta(days=_KEEP_DAYS)
        old = self.search(
            [("due_at", "<", limit), ("state", "not in", ("pending", "held"))], limit=10_000
        )
        old.unlink()
        return len(old), len(old) == 10_000
