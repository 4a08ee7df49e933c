from odoo import api, fields, models
from odoo.tools import SQL

from ..models.caredesk_ticket import CHANNELS, NATURES, PRIORITIES, SEVERITIES
from ..models.caredesk_ticket_stage import STATES

#: What customers said about the ticket called «ticket» in the query around it.
RATING_SQL = SQL(
    "(SELECT AVG(rating.rating) FROM rating_rating rating"
    " WHERE rating.res_model = 'caredesk.ticket' AND rating.res_id = ticket.id"
    " AND rating.consumed IS TRUE AND rating.rating >= 1)"
)
#: 1 for a ticket completed in time, 0 for one that was late, nothing without a promise.
ON_TIME_SQL = SQL(
    "CASE WHEN ticket.state = 'done' AND ticket.sla_state = 'reached' THEN 1.0"
    " WHEN ticket.state = 'done' AND ticket.sla_state = 'failed' THEN 0.0 END"
)
#: 0 from the moment a promise is broken, also of a ticket that is still open.
_KEPT_SQL = SQL(
    "CASE WHEN ticket.sla_state = 'failed' THEN 0.0"
    " WHEN ticket.state = 'done' AND ticket.sla_state = 'reached' THEN 1.0 END"
)
_TIMELINESS_SQL = SQL(
    "CASE WHEN ticket.sla_state = 'failed' THEN 'late'"
    " WHEN ticket.state = 'done' AND ticket.sla_state = 'reached' THEN 'on_time' END"
)
TIMELINESS = [("on_time", "On Time"), ("late", "Late")]
#: How long the customer waited; nothing where it has not come to that yet.
FIRST_RESPONSE_SQL = SQL(
    "CASE WHEN ticket.first_response_at IS NOT NULL THEN ticket.first_response_seconds END"
)
RESOLUTION_SQL = SQL("CASE WHEN ticket.state = 'done' THEN ticket.resolution_seconds END")


class CaredeskTicketReport(models.Model):
    """Tickets for analysis: how many, how fast, on time or late, how satisfied.

    One row per ticket, and shares as 0 or 1 on each: an average over any grouping is that of
    its tickets, never one of averages. A ticket merged into another is counted there.
    """

    _name = "caredesk.ticket.report"
    _inherit = ["caredesk.report.row"]
    _description = "Ticket Analysis"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "caredesk.ticket": [
            "active",
            "channel",
            "clock_kind",
            "clock_started_at",
            "company_id",
            "done_at",
            "done_by_id",
            "first_response_at",
            "first_response_seconds",
            "group_id",
            "merged_into_id",
            "nature",
            "partner_id",
            "priority",
            "queue_seconds_closed",
            "resolution_seconds",
            "severity",
            "sla_state",
            "stage_id",
            "state",
            "type_id",
            "user_id",
            "waiting_seconds_closed",
            "work_seconds_closed",
        ],
        "rating.rating": ["consumed", "rating", "res_id", "res_model"],
    }

    date = fields.Datetime("Received on", readonly=True)
    done_at = fields.Datetime("Completed on", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    stage_id = fields.Many2one("caredesk.ticket.stage", readonly=True)
    priority = fields.Selection(PRIORITIES, readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    channel = fields.Selection(CHANNELS, string="Intake Channel", readonly=True)
    nature = fields.Selection(NATURES, readonly=True)
    done_by_id = fields.Many2one("res.users", string="Completed by", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)

    received = fields.Integer("Tickets Received", readonly=True)
    completed = fields.Integer("Tickets Completed", readonly=True)
    completion_rate = fields.Float(
        readonly=True, aggregator="avg", help="Tickets completed of those received."
    )
    queue_seconds = fields.Integer("Queue Time", readonly=True, aggregator="avg")
    work_seconds = fields.Integer("Work Time", readonly=True, aggregator="avg")
    waiting_seconds = fields.Integer("Waiting Time", readonly=True, aggregator="avg")
    first_response_seconds = fields.Integer(
        "First Response Time",
        readonly=True,
        aggregator="avg",
        help="From creation to the first answer of a person, in the working hours of the group.",
    )
    resolution_seconds = fields.Integer(
        "Resolution Time",
        readonly=True,
        aggregator="avg",
        help="From creation to completion, waiting included, in the working hours of the group.",
    )
    on_time_rate = fields.Float(
        "On Time",
        readonly=True,
        aggregator="avg",
        help="Of the tickets completed or overdue that had a service level, those that missed "
        "none. A ticket counts as late at once, also while it is open.",
    )
    on_time_state = fields.Selection(TIMELINESS, string="Timeliness", readonly=True)
    is_answered = fields.Boolean("Answered", readonly=True)
    rating = fields.Float(
        "Satisfaction", readonly=True, aggregator="avg", help="Average rating, from 1 to 5."
    )

    # === TOOLING ===

    @property
    def _table_query(self):
        return SQL(
            "SELECT ticket.id, ticket.id AS ticket_id, ticket.create_date AS date,"
            " ticket.done_at, ticket.state, ticket.stage_id, ticket.priority, ticket.severity,"
            " ticket.channel, ticket.nature, ticket.group_id, ticket.type_id, ticket.user_id,"
            " ticket.done_by_id, ticket.partner_id, ticket.company_id, 1 AS received,"
            " (ticket.state = 'done')::int AS completed,"
            " (ticket.state = 'done')::int::float AS completion_rate,"
            " %(clocks)s, %(first_response)s AS first_response_seconds,"
            " %(resolution)s AS resolution_seconds, %(on_time)s AS on_time_rate,"
            " %(timeliness)s AS on_time_state,"
            " ticket.first_response_at IS NOT NULL AS is_answered, %(rating)s AS rating"
            " FROM caredesk_ticket ticket"
            " WHERE ticket.active IS TRUE AND ticket.merged_into_id IS NULL",
            clocks=self._clocks_sql(),
            first_response=FIRST_RESPONSE_SQL,
            resolution=RESOLUTION_SQL,
            on_time=_KEPT_SQL,
            timeliness=_TIMELINESS_SQL,
            rating=RATING_SQL,
        )

    @api.model
    def _clocks_sql(self):
        """Return the three clocks as they stand now, those that run included."""
        tickets = self.env["caredesk.ticket"]
        return SQL(", ").join(
            SQL("%s AS %s", tickets._field_to_sql("ticket", name), SQL.identifier(name))
            for name in ("queue_seconds", "work_seconds", "waiting_seconds")
        )
