from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: What the headline figures are read with: average and number, so that averages can be joined.
_AGGREGATES = (
    "__count",
    "first_response_seconds:avg",
    "first_response_seconds:count",
    "on_time_share:avg",
    "on_time_share:count",
)


TIMELINESS = [("on_time", "On Time"), ("late", "Late")]


class CaredeskTicketSpeed(models.Model):
    """How soon customers got their first answer, and how many requests were solved on time.

    One row per ticket, by the day it came in and the channel it came through. A merged ticket
    is the same request as the one it went into and has no row. A period reads the index on the
    day, so the report does not become slower with the years.
    """

    _name = "caredesk.ticket.speed"
    _description = "Speed and Timeliness"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "ticket_id"

    date = fields.Datetime("Created on", readonly=True)
    ticket_id = fields.Many2one("caredesk.ticket", readonly=True)
    channel = fields.Selection(
        selection=lambda self: self.env["caredesk.ticket"]._fields["channel"].selection,
        string="Intake Channel",
        readonly=True,
    )
    group_id = fields.Many2one("caredesk.support.group", string="Support Group", readonly=True)
    type_id = fields.Many2one("caredesk.ticket.type", string="Ticket Type", readonly=True)
    user_id = fields.Many2one("res.users", string="Performer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    first_response_seconds = fields.Integer(
        "Time to First Response",
        readonly=True,
        aggregator="avg",
        help="From the creation to the first public answer of a colleague, by the clock. "
        "Tickets without an answer are left out of the average.",
    )
    on_time_share = fields.Float(
        "Solved on Time",
        readonly=True,
        aggregator="avg",
        help="Share of the tickets solved within their service level, of those solved or overdue. "
        "Tickets without a target for the resolution are left out.",
    )

    on_time_state = fields.Selection(TIMELINESS, string="Timeliness", readonly=True)
    is_answered = fields.Boolean("Answered", readonly=True)

    # === ACTIONS ===

    def action_open_ticket(self):
        """Open the ticket of this row."""
        self.ensure_one()
        return self.ticket_id.get_formview_action()

    # === TOOLING ===

    @property
    def _table_query(self):
        return SQL(
            "SELECT ticket.id, ticket.id AS ticket_id, ticket.create_date AS date,"
            " ticket.channel, ticket.group_id, ticket.type_id, ticket.user_id,"
            " ticket.company_id, CASE WHEN ticket.first_response_at IS NOT NULL THEN"
            " GREATEST(0, floor(extract(epoch FROM ticket.first_response_at"
            " - ticket.create_date)))::int END AS first_response_seconds,"
            " ticket.first_response_at IS NOT NULL AS is_answered,"
            " promise.on_time AS on_time_share, CASE promise.on_time"
            " WHEN 1 THEN 'on_time' WHEN 0 THEN 'late' END AS on_time_state"
            " FROM caredesk_ticket ticket LEFT JOIN LATERAL (%s) promise ON TRUE"
            " WHERE ticket.merged_into_id IS NULL",
            self._promise_sql(),
        )

    def _promise_sql(self):
        """Return whether a ticket was solved on time: 1, 0, or nothing while that is open."""
        return SQL(
            "SELECT CASE WHEN bool_or(status.state = 'failed') THEN 0.0"
            " WHEN bool_and(status.state = 'reached') THEN 1.0 END AS on_time"
            " FROM caredesk_sla_status status WHERE status.ticket_id = ticket.id"
            " AND status.target = 'resolution' AND status.is_withdrawn IS NOT TRUE"
        )


class CaredeskTicket(models.Model):
    """The headline figures of a period: speed and timeliness over the points of contact."""

    _inherit = "caredesk.ticket"

    # A few bytes for a thousand tickets: they come in by the order of time.
    _create_date_idx = models.Index("USING brin (create_date) WITH (pages_per_range = 32)")

    @api.model
    def _headline_figures(self, domain, date_from, date_to):
        """Return speed and timeliness of the tickets created in a period, in one query.

        :param domain: which tickets, beside those the user may not see
        :param date_from: first moment, naive UTC
        :param date_to: first moment after the period
        :return: ``{"tickets", "answered", "first_response_seconds", "judged",
            "on_time_share", "by_channel": {channel: the same without by_channel}}``: averages
            are None where there is nothing to average
        """
        period = Domain("date", ">=", date_from) & Domain("date", "<", date_to)
        if domain:
            period &= Domain("ticket_id", "any", domain)
        speed = self.env["caredesk.ticket.speed"]
        speed.check_access("read")
        rows = speed._read_group(period, ["channel"], _AGGREGATES)
        by_channel = {channel: self._as_headline([figures]) for channel, *figures in rows}
        total = self._as_headline([figures for _channel, *figures in rows])
        return {**total, "by_channel": by_channel}

    @api.model
    def _as_headline(self, rows):
        """Join the figures of some channels; averages weigh as much as what they stand for."""
        answered, judged = (sum(row[place] for row in rows) for place in (2, 4))
        seconds = sum((row[1] or 0) * row[2] for row in rows)
        on_time = sum((row[3] or 0) * row[4] for row in rows)
        return {
            "tickets": sum(row[0] for row in rows),
            "answered": answered,
            "first_response_seconds": round(seconds / answered) if answered else None,
            "judged": judged,
            "on_time_share": on_time / judged if judged else None,
        }
