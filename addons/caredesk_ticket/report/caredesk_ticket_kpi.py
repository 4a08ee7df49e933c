from odoo import fields, models
from odoo.tools import SQL

from .caredesk_ticket_report import FIRST_RESPONSE_SQL, ON_TIME_SQL, RATING_SQL, RESOLUTION_SQL

#: how good the tickets were that somebody completed: field -> its value for the ticket
_QUALITY = {
    "first_response_seconds": FIRST_RESPONSE_SQL,
    "resolution_seconds": RESOLUTION_SQL,
    "on_time_rate": ON_TIME_SQL,
    "rating": RATING_SQL,
}
#: average -> the figure that is averaged over the tickets that have any of it
_AVERAGES = {
    "average_work_seconds": "work_seconds",
    "average_waiting_seconds": "waiting_seconds",
}


class CaredeskTicketKpi(models.Model):
    """What each employee received, completed and spent time on.

    One row per event: a ticket received, a ticket completed, a stretch of work or waiting.
    Pivots and charts sum them up by period, employee, group and type.
    """

    _name = "caredesk.ticket.kpi"
    _inherit = ["caredesk.report.row"]
    _description = "Employee KPI"
    _auto = False
    _order = "date desc, id desc"

    date = fields.Datetime(readonly=True)
    user_id = fields.Many2one("res.users", string="Employee", readonly=True)
    received = fields.Integer(
        "Tickets Received", readonly=True, help="Assigned or transferred to the employee, or taken."
    )
    completed = fields.Integer("Tickets Completed", readonly=True)
    work_seconds = fields.Integer("Work Time", readonly=True)
    waiting_seconds = fields.Integer("Waiting Time", readonly=True)
    completion_rate = fields.Float(
        readonly=True, aggregator="avg", help="Tickets completed of those received in the period."
    )
    average_work_seconds = fields.Float(
        "Average Work Time", readonly=True, aggregator="avg", help="Per ticket worked on."
    )
    average_waiting_seconds = fields.Float(
        "Average Waiting Time",
        readonly=True,
        aggregator="avg",
        help="Per ticket that waited.",
    )
    first_response_seconds = fields.Integer(
        "First Response Time",
        readonly=True,
        aggregator="avg",
        help="Of the tickets completed, in the working hours of their group.",
    )
    resolution_seconds = fields.Integer(
        "Resolution Time",
        readonly=True,
        aggregator="avg",
        help="Of the tickets completed, in the working hours of their group.",
    )
    on_time_rate = fields.Float(
        "On Time",
        readonly=True,
        aggregator="avg",
        help="Of the completed tickets that had a service level, those without a missed one.",
    )
    rating = fields.Float(
        "Satisfaction", readonly=True, aggregator="avg", help="Average rating, from 1 to 5."
    )

    # === TOOLING ===

    @property
    def _table_query(self):
        return SQL(
            "%s UNION ALL %s UNION ALL %s",
            self._received_sql(),
            self._completed_sql(),
            self._time_sql(),
        )

    def _received_sql(self):
        # A reopened ticket stays with its performer: it is not received again. A merged one is
        # the same matter as the ticket it went into: it counts there, once.
        return self._rows_sql(
            SQL("line.id * 3"),
            SQL("line.date"),
            SQL("line.to_user_id"),
            received=SQL("1"),
            source=SQL(
                "caredesk_ticket_assignment line JOIN caredesk_ticket ticket"
                " ON ticket.id = line.ticket_id"
            ),
            where=SQL(
                "line.to_user_id IS NOT NULL"
                " AND line.method IN ('auto', 'take', 'assign', 'transfer')"
                " AND ticket.merged_into_id IS NULL"
            ),
        )

    def _completed_sql(self):
        return self._rows_sql(
            SQL("ticket.id * 3 + 1"),
            SQL("ticket.done_at"),
            SQL("ticket.done_by_id"),
            completed=SQL("1"),
            quality=_QUALITY,
            source=SQL("caredesk_ticket ticket"),
            where=SQL("ticket.state = 'done' AND ticket.done_by_id IS NOT NULL"),
        )

    def _time_sql(self):
        """Return the time lines; the one that still runs counts up to now."""
        seconds = SQL(
            "CASE WHEN line.stop_at IS NULL THEN GREATEST(0, floor(extract("
            "epoch FROM (%s::timestamp - line.start_at))))::int ELSE line.seconds END",
            fields.Datetime.now(),
        )
        return self._rows_sql(
            SQL("line.id * 3 + 2"),
            SQL("line.start_at"),
            SQL("line.user_id"),
            work=SQL("CASE WHEN line.kind = 'work' THEN %s ELSE 0 END", seconds),
            waiting=SQL("CASE WHEN line.kind = 'wait' THEN %s ELSE 0 END", seconds),
            source=SQL(
                "caredesk_ticket_time line JOIN caredesk_ticket ticket"
                " ON ticket.id = line.ticket_id"
            ),
            where=SQL("line.user_id IS NOT NULL AND line.kind IN ('work', 'wait')"),
        )

    def _rows_sql(self, key, date, user, source, where, quality=None, **figures):
        """Return one part of the union; figures that are not given are zero, or not there."""
        zero, nothing = SQL("0"), SQL("NULL::float")
        quality = [
            SQL("%s AS %s", (quality or {}).get(name, nothing), SQL.identifier(name))
            for name in _QUALITY
        ]
        return SQL(
            "SELECT %(key)s AS id, %(date)s AS date, %(user)s AS user_id,"
            " ticket.id AS ticket_id, ticket.group_id, ticket.type_id, ticket.company_id,"
            " %(received)s AS received, %(completed)s AS completed,"
            " %(work)s AS work_seconds, %(waiting)s AS waiting_seconds,"
            " NULL::float AS completion_rate, NULL::float AS average_work_seconds,"
            " NULL::float AS average_waiting_seconds, %(quality)s"
            " FROM %(source)s WHERE %(where)s",
            key=key,
            date=date,
            user=user,
            received=figures.get("received", zero),
            completed=figures.get("completed", zero),
            work=figures.get("work", zero),
            waiting=figures.get("waiting", zero),
            source=source,
            where=where,
            quality=SQL(", ").join(quality),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Compute rate and averages from the sums of the group, not as a mean of rows."""
        field_name, _separator, function = aggregate_spec.partition(":")
        if function != "avg" or field_name not in ("completion_rate", *_AVERAGES):
            return super()._read_group_select(aggregate_spec, query)
        if field_name == "completion_rate":
            dividend = self._field_to_sql(self._table, "completed", query)
            divisor = SQL("SUM(%s)", self._field_to_sql(self._table, "received", query))
        else:
            dividend = self._field_to_sql(self._table, _AVERAGES[field_name], query)
            divisor = SQL(
                "COUNT(DISTINCT CASE WHEN %s > 0 THEN %s END)",
                dividend,
                self._field_to_sql(self._table, "ticket_id", query),
            )
        return SQL("COALESCE(SUM(%s)::float / NULLIF(%s, 0), 0)", dividend, divisor)
