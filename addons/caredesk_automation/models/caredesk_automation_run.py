import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

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
#: The key of an occurrence: its trigger, and what distinguishes it from others of the same.
_KEY = re.compile(r"(?P<trigger>\w+)(?: (?P<more>[\w.-]+))?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d$")


class CaredeskAutomationRun(models.Model):
    """The ledger: one row for each rule, record, occurrence and repetition.

    It is unique in the database. The row is inserted first and acted on after, in the same
    transaction that marks it: a crash, a second worker or a late run neither repeats nor loses it.
    """

    _name = "caredesk.automation.run"
    _description = "Automation Occurrence"
    _inherit = ["caredesk.automation.work"]
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
    occurrence_name = fields.Char("Set Off By", compute="_compute_occurrence_name")
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
    _rule_idx = models.Index("(rule_id, create_date)")
    _old_idx = models.Index("(due_at) WHERE state NOT IN ('pending', 'held')")
    _waiting_idx = models.Index("(rule_id, state, due_at, id) WHERE state IN ('pending', 'held')")

    # === COMPUTE ===

    @api.depends("occurrence")
    @api.depends_context("lang")
    def _compute_occurrence_name(self):
        labels = self.env["caredesk.automation.rule"]._trigger_labels()
        for run in self:
            run.occurrence_name = self._words_of(run.occurrence or "", labels)

    def _words_of(self, occurrence, labels):
        """Return what people read for the key of an occurrence: trigger, then day or share."""
        found = _KEY.match(occurrence)
        if not found or found["trigger"] not in labels:
            return occurrence
        label, more = labels[found["trigger"]], found["more"]
        if not more:
            return label
        if found["trigger"] == "paid_share":
            return f"{label} {more}%"
        return f"{label} {format_date(self.env, more) if _DAY.match(more) else more}"

    # === CRON ===

    @api.autovacuum
    def _gc_old(self):
        """Forget what was finished years ago."""
        old = self.search(self._domain_of_old(), limit=10_000)
        old.unlink()
        return len(old), len(old) == 10_000

    @api.model
    def _domain_of_old(self):
        limit = fields.Datetime.now() - timedelta(days=_KEEP_DAYS)
        return [("due_at", "<", limit), ("state", "not in", ("pending", "held"))]
