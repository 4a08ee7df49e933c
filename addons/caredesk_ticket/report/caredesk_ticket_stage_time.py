from odoo import api, fields, models
from odoo.tools import SQL


class CaredeskTicketStageTime(models.Model):
    """How long tickets stay in each stage, beside the target of the stage.

    One row per stay of a ticket in a stage. A period reads the index on the day of entry, so
    the report does not become slower with the years.
    """

    _name = "caredesk.ticket.stage.time"
    _inherit = ["caredesk.report.row"]
    _description = "Time per Stage"
    _auto = False
    _order = "date desc, id desc"

    date = fields.Datetime("Entered on", readonly=True)
    stage_id = fields.Many2one("caredesk.ticket.stage", readonly=True)
    stays = fields.Integer(readonly=True, help="How often a ticket was in the stage.")
    seconds = fields.Integer(
        "Time in Stage", readonly=True, aggregator="avg", help="Waiting not counted."
    )
    waiting_seconds = fields.Integer("Waiting Time", readonly=True, aggregator="avg")
    target_hours = fields.Float("Stage Target", readonly=True, aggregator="avg")
    over_target = fields.Boolean(readonly=True)
    over_share = fields.Float(
        "Share over Target",
        readonly=True,
        aggregator="avg",
        help="Of the stays in stages that have a target.",
    )

    # === TOOLING ===

    @property
    def _table_query(self):
        return SQL(
            "SELECT stay.id, stay.date, stay.ticket_id, stay.stage_id, 1 AS stays, stay.seconds,"
            " stay.waiting_seconds, ticket.group_id, ticket.type_id, ticket.user_id,"
            " ticket.company_id, stage.target_hours,"
            " stage.target_hours > 0 AND stay.seconds > stage.target_hours * 3600 AS over_target,"
            " CASE WHEN stage.target_hours > 0 THEN"
            " (stay.seconds > stage.target_hours * 3600)::int::float END AS over_share"
            " FROM (%s UNION ALL %s UNION ALL %s) stay"
            " JOIN caredesk_ticket ticket ON ticket.id = stay.ticket_id"
            " JOIN caredesk_ticket_stage stage ON stage.id = stay.stage_id",
            self._open_sql(),
            self._ended_sql(),
            self._present_sql(),
        )

    def _open_sql(self):
        """Return the stays of open tickets: their time lines, the running one up to now."""
        seconds = SQL(
            "CASE WHEN line.stop_at IS NULL THEN %s ELSE line.seconds END",
            self._since_sql(SQL("line.start_at")),
        )
        return SQL(
            "SELECT MIN(line.id) * 3 AS id, line.ticket_id, line.stage_id,"
            " line.stage_entered_at AS date,"
            " SUM(CASE WHEN line.kind = 'wait' THEN 0 ELSE %(seconds)s END)::int AS seconds,"
            " SUM(CASE WHEN line.kind = 'wait' THEN %(seconds)s ELSE 0 END)::int"
            " AS waiting_seconds"
            " FROM caredesk_ticket_time line WHERE line.stage_id IS NOT NULL"
            " GROUP BY line.ticket_id, line.stage_id, line.stage_entered_at",
            seconds=seconds,
        )

    def _ended_sql(self):
        """Return the stays after completion that have ended."""
        return SQL(
            "SELECT visit.id * 3 + 1, visit.ticket_id, visit.stage_id, visit.start_at,"
            " visit.seconds, 0 FROM caredesk_ticket_stage_visit visit"
        )

    def _present_sql(self):
        """Return the stays of tickets that are done and wait to be checked or closed."""
        return SQL(
            "SELECT done.id * 3 + 2, done.id, done.stage_id, done.stage_entered_at, %s, 0"
            " FROM caredesk_ticket done WHERE done.state = 'done'"
            " AND done.is_closed IS NOT TRUE AND done.stage_entered_at IS NOT NULL",
            self._since_sql(SQL("done.stage_entered_at")),
        )

    def _since_sql(self, moment):
        """Return the whole seconds from ``moment`` (SQL) to now."""
        return SQL(
            "GREATEST(0, floor(extract(epoch FROM (%s::timestamp - %s))))::int",
            fields.Datetime.now(),
            moment,
        )


class CaredeskTicketStage(models.Model):
    _inherit = "caredesk.ticket.stage"

    average_seconds = fields.Integer(
        "Average (30 Days)",
        compute="_compute_actual",
        help="Time tickets spent in this stage in the last 30 days, waiting not counted.",
    )
    over_share = fields.Float("Over Target", compute="_compute_actual")

    @api.depends_context("caredesk_group_id", "uid", "allowed_company_ids")
    def _compute_actual(self):
        """Compare the targets with reality, for the group named in the context or for all."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        domain = [("stage_id", "in", self.ids), ("date", ">=", since)]
        if group_id := self.env.context.get("caredesk_group_id"):
            domain.append(("group_id", "=", group_id))
        rows = {}
        if self.env["caredesk.ticket.stage.time"].has_access("read"):
            rows = {
                stage.id: figures
                for stage, *figures in self.env["caredesk.ticket.stage.time"]._read_group(
                    domain, ["stage_id"], ["seconds:avg", "over_share:avg"]
                )
            }
        for stage in self:
            average, share = rows.get(stage._origin.id, (0, 0))
            stage.average_seconds = average or 0
            stage.over_share = share or 0
