from odoo import fields, models
from odoo.tools import SQL

from ..models.caredesk_sla_policy import TARGETS
from ..models.caredesk_sla_status import STATUS_STATES
from ..models.caredesk_ticket import CHANNELS, PRIORITIES


class CaredeskSlaReport(models.Model):
    """Service levels for analysis: how many were kept and missed, by what and by whom.

    One row per promise. Its share is 1 or 0 once it has ended, and nothing before, so that the
    average of any grouping is the share of its promises.
    """

    _name = "caredesk.sla.report"
    _inherit = ["caredesk.report.row"]
    _description = "SLA Analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "policy_id"
    _depends = {
        "caredesk.sla.status": [
            "deadline_at",
            "exceeded_seconds",
            "is_withdrawn",
            "policy_id",
            "reached_at",
            "started_at",
            "state",
            "target",
            "ticket_id",
            "used_seconds",
        ],
        "caredesk.ticket": [
            "active",
            "channel",
            "company_id",
            "group_id",
            "merged_into_id",
            "partner_id",
            "priority",
            "type_id",
            "user_id",
        ],
    }

    date = fields.Datetime("Promised", readonly=True)
    reached_at = fields.Datetime("Done", readonly=True)
    policy_id = fields.Many2one("caredesk.sla.policy", readonly=True)
    target = fields.Selection(TARGETS, readonly=True)
    state = fields.Selection(STATUS_STATES, readonly=True)
    channel = fields.Selection(CHANNELS, string="Intake Channel", readonly=True)
    priority = fields.Selection(PRIORITIES, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)

    promises = fields.Integer("Service Levels", readonly=True)
    reached = fields.Integer(readonly=True)
    failed = fields.Integer(readonly=True)
    reached_rate = fields.Float(
        "Share Reached",
        readonly=True,
        aggregator="avg",
        help="Of the service levels that were reached or failed.",
    )
    used_seconds = fields.Integer(
        "Time Used",
        readonly=True,
        aggregator="avg",
        help="Of the hours the promise counts in, for those that have ended.",
    )
    exceeded_seconds = fields.Integer(
        "Too Late by",
        readonly=True,
        aggregator="avg",
        help="Of the hours the promise counts in, for those that were done late.",
    )

    # === TOOLING ===

    @property
    def _table_query(self):
        return SQL(
            "SELECT status.id, status.started_at AS date, status.reached_at, status.policy_id,"
            " status.target, status.state, status.ticket_id, ticket.group_id, ticket.type_id,"
            " ticket.user_id, ticket.channel, ticket.priority, ticket.partner_id,"
            " ticket.company_id, 1 AS promises,"
            " (status.state = 'reached')::int AS reached,"
            " (status.state = 'failed')::int AS failed,"
            " CASE status.state WHEN 'reached' THEN 1.0 WHEN 'failed' THEN 0.0 END"
            " AS reached_rate,"
            " CASE WHEN status.reached_at IS NOT NULL THEN status.used_seconds END"
            " AS used_seconds,"
            " NULLIF(status.exceeded_seconds, 0) AS exceeded_seconds"
            " FROM caredesk_sla_status status"
            " JOIN caredesk_ticket ticket ON ticket.id = status.ticket_id"
            " WHERE status.is_withdrawn IS NOT TRUE AND ticket.active IS TRUE"
            " AND ticket.merged_into_id IS NULL"
        )


class CaredeskSlaStatus(models.Model):
    _inherit = "caredesk.sla.status"

    # A few bytes for a hundred pages: rows come in the order of time, and a promise made costs
    # next to nothing more, which an ordinary index on each of millions would.
    _started_idx = models.Index("USING brin (started_at)")
