import json
import uuid
from datetime import timedelta

from odoo import api, fields, models

STATES = [
    ("pending", "Pending"),
    ("calling", "Being Called"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
#: States in which the other system has still to be called.
OPEN = ("pending", "calling")


class CaredeskAutomationCall(models.Model):
    """A webhook that a step of a rule has called: what is sent, and what became of it.

    The row is written in the transaction of the step, so there is none where that is rolled back.
    The worker calls the other system afterwards. Where nobody knows whether a call arrived it is
    repeated, with the same key in its head, by which the other system tells a repetition.
    """

    _name = "caredesk.automation.call"
    _description = "Webhook Call"
    _inherit = ["caredesk.automation.work"]
    _order = "id desc"
    _rec_name = "key"
    _worker = "caredesk_automation.ir_cron_call"

    rule_id = fields.Many2one(
        "caredesk.automation.rule", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    action_id = fields.Many2one(
        "ir.actions.server",
        "Webhook",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        groups="base.group_system",
    )
    res_model = fields.Char("Record Type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    # What an administrator chose to send may be more than who reads the log may see.
    payload = fields.Text("Content", required=True, readonly=True, groups="base.group_system")
    key = fields.Char(
        "Idempotency Key",
        required=True,
        readonly=True,
        default=lambda self: str(uuid.uuid4()),
        help="Stands in the header «Idempotency-Key», the same each time this call is repeated.",
    )

    # state
    state = fields.Selection(STATES, required=True, readonly=True, default="pending")
    attempts = fields.Integer(readonly=True)
    due_at = fields.Datetime("Due", required=True, readonly=True, default=fields.Datetime.now)
    called_at = fields.Datetime("Called on", readonly=True)
    status = fields.Integer("Answer", readonly=True, help="Status of the answer, e.g. 200.")
    reason = fields.Char(readonly=True)

    _due_idx = models.Index("(due_at, id) WHERE state IN ('pending', 'calling')")
    _rule_idx = models.Index("(rule_id, state)")

    # === BUSINESS ===

    @api.model
    def _enter(self, step, record):
        """Enter the call of a step about a record; it is made after this transaction."""
        action_sudo = step.sudo().action_id  # an administrator chose it for this rule
        # sudo: the outbox is the system's
        call_sudo = self.sudo().create(
            {
                "rule_id": step.rule_id.id,
                "stop_count": step.rule_id.stop_count,
                "company_id": step.rule_id.company_id.id,
                "action_id": action_sudo.id,
                "res_model": record._name,
                "res_id": record.id,
                "payload": self._payload_of(action_sudo, record),
            }
        )
        self._wake()
        return call_sudo

    @api.model
    def _payload_of(self, action, record):
        """Return the JSON that Odoo's own webhook action would send about a record."""
        values = {
            "_model": record._name,
            "_id": record.id,
            "_action": f"{action.name}(#{action.id})",
        }
        if names := action.webhook_field_ids.mapped("name"):
            values |= record.sudo().read(names, load=None)[0]  # an administrator chose the fields
        return json.dumps(values, sort_keys=True, default=str)

    @api.autovacuum
    def _gc_old(self):
        """Forget old calls, after the days the company keeps the log."""
        done, is_more = 0, False
        for company in self.env["res.company"].search([("automation_keep_days", ">", 0)]):
            limit = fields.Datetime.now() - timedelta(days=company.automation_keep_days)
            domain = [("create_date", "<", limit), ("company_id", "=", company.id)]
            old = self.search([*domain, ("state", "not in", OPEN)], order="id", limit=5_000)
            done, is_more = done + len(old), is_more or len(old) == 5_000
            old.unlink()
        return done, is_more
