from odoo import fields, models

from .caredesk_sla_policy import TARGETS

STATUS_STATES = [("running", "Running"), ("reached", "Reached"), ("failed", "Failed")]


class CaredeskSlaStatus(models.Model):
    """How one promise stands on one ticket."""

    _name = "caredesk.sla.status"
    _description = "SLA Status"
    _order = "deadline_at, id"
    _rec_name = "policy_id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade", index=True)
    policy_id = fields.Many2one(
        "caredesk.sla.policy", required=True, ondelete="cascade", index=True
    )
    target = fields.Selection(TARGETS, required=True)
    deadline_at = fields.Datetime("Deadline", required=True)
    reached_at = fields.Datetime()
    state = fields.Selection(STATUS_STATES, default="running", required=True)
    company_id = fields.Many2one(related="ticket_id.company_id")

    _due_idx = models.Index("(deadline_at) WHERE state = 'running'")

    def _reach(self, now):
        """Stop the clock of these promises at ``now``."""
        for status in self:
            status.write(
                {"reached_at": now, "state": "reached" if now <= status.deadline_at else "failed"}
            )
