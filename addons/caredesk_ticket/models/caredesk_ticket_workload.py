from datetime import datetime, time, timedelta

from pytz import UTC

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain.working_time import ClockHours, between_without

#: How far the workload looks ahead beside today.
_AHEAD = timedelta(days=7)


class CaredeskTicket(models.Model):
    """The plan of a ticket and the screen that shows it by performer."""

    _inherit = "caredesk.ticket"

    planned_hours = fields.Float(
        aggregator="sum", help="Working hours this ticket will probably take."
    )
    user_id = fields.Many2one(group_expand="_group_expand_user_id")

    @api.constrains("planned_hours")
    def _check_planned_hours(self):
        if any(ticket.planned_hours < 0 for ticket in self):
            raise ValidationError(self.env._("Planned hours cannot be negative."))

    @api.model
    def _group_expand_user_id(self, users, domain):
        """Show on the workload screen every member of the groups in view, also those idle."""
        if not self.env.context.get("caredesk_workload"):
            return users
        seats = Domain("group_id.company_id", "in", self.env.companies.ids)
        if not self._is_intake():
            seats &= Domain("group_id.member_ids.user_id", "=", self.env.uid)
        for condition in Domain(domain).iter_conditions():
            if condition.field_expr == "group_id" and condition.operator in ("in", "="):
                wanted = condition.value
                seats &= Domain("group_id", "in", [wanted] if isinstance(wanted, int) else wanted)
        return self.env["caredesk.support.member"].search(seats).user_id | users


class CaredeskSupportMember(models.Model):
    """What each person has to do, and how much time there is for it."""

    _inherit = "caredesk.support.member"

    @api.model
    @api.readonly
    def get_workload(self, user_ids):
        """Return the figures of the workload screen, in a fixed number of queries.

        Agents get those of the people they share a group with, intake and managers of all.
        ``load`` is what is left of the planned hours of tickets that may be worked on in the
        period: neither planned to start nor put off until after it. ``available`` is the
        working time left in it, without leave; None where no working hours are set.

        :return: ``{user id: {"open", "todo", "in_progress", "waiting", "capacity",
            "capacities": {group id: int}, "is_away", "on_duty", "planned_hours",
            "used_hours", "today": {"load", "available"}, "week": {"load", "available"}}}``
        :raise AccessError: for people who do not serve tickets
        """
        if not self.env.user.has_group("caredesk_ticket.group_agent"):
            raise AccessError(self.env._("The workload is for support employees."))
        user_ids = self.env["caredesk.ticket"]._as_ids(user_ids)
        seats = self.search([("user_id", "in", user_ids)])
        if not self.env.user.has_group("caredesk_ticket.group_intake"):
            own = self.search([("user_id", "=", self.env.uid)]).group_id
            seats = seats.filtered(lambda seat: seat.group_id in own)
        now = fields.Datetime.now()
        periods = {"today": self._end_of_day(now), "week": now + _AHEAD}
        shifts = seats._shifts(now, max(periods.values()))
        held = self._held_work(seats.user_id.ids, now, periods)
        return {
            user.id: {
                **held[user.id],
                "capacity": max(own.mapped("capacity")),
                "capacities": {seat.group_id.id: seat.capacity for seat in own},
                "is_away": own[0].is_away,
                **self._time_of(*shifts[user.id], now, periods, held[user.id]),
            }
            for user, own in seats.grouped("user_id").items()
        }

    @api.model
    def _end_of_day(self, now):
        """Return when the user's day ends, as naive UTC."""
        tz = self.env.tz
        today = UTC.localize(now).astimezone(tz).date()
        midnight = datetime.combine(today + timedelta(days=1), time())
        return tz.localize(midnight).astimezone(UTC).replace(tzinfo=None)

    @api.model
    def _time_of(self, calendar, leaves, now, periods, held):
        hours = self._hours_of(calendar)
        known = not isinstance(hours, ClockHours)
        on_leave = any(begins <= now < ends for begins, ends in leaves)
        figures = {"on_duty": hours.next_change(now)[0] and not on_leave}
        for name, until in periods.items():
            available = between_without(hours, now, until, leaves) if known else None
            figures[name] = {
                "load": held[name],
                "available": available if available is None else available / 3600,
            }
        return figures

    @api.model
    def _held_work(self, user_ids, now, periods):
        """Return what these people hold, over all groups: counts, and hours planned and used.

        Reads the partial index of held tickets; the cost does not grow with history.
        """
        self.env["caredesk.ticket"].flush_model()
        used = SQL(
            "(COALESCE(work_seconds_closed, 0) + CASE WHEN clock_kind = 'work' THEN"
            " GREATEST(0, extract(epoch FROM %s - clock_started_at)) ELSE 0 END) / 3600.0",
            now,
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id, count(*) FILTER (WHERE state = 'todo'),
                       count(*) FILTER (WHERE state = 'in_progress'),
                       count(*) FILTER (WHERE state = 'waiting'),
                       sum(planned), sum(used),
                       sum(GREATEST(0, planned - used)) FILTER (WHERE begins < %(today)s),
                       sum(GREATEST(0, planned - used)) FILTER (WHERE begins < %(week)s)
                  FROM (SELECT user_id, state, COALESCE(planned_hours, 0)::float AS planned,
                               %(used)s::float AS used,
                               COALESCE(GREATEST(planned_start_at, snooze_until), %(now)s)
                               AS begins
                          FROM caredesk_ticket
                         WHERE user_id = ANY(%(users)s)
                           AND state IN ('todo', 'in_progress', 'waiting')) held
                 GROUP BY user_id
                """,
                today=periods["today"],
                week=periods["week"],
                now=now,
                used=used,
                users=list(user_ids),
            )
        )
        found = {row[0]: row[1:] for row in rows}
        return {user_id: self._as_figures(found.get(user_id)) for user_id in user_ids}

    @api.model
    def _as_figures(self, row):
        todo, in_progress, waiting, planned, used, today, week = row or (0,) * 7
        return {
            "open": todo + in_progress,
            "todo": todo,
            "in_progress": in_progress,
            "waiting": waiting,
            "planned_hours": planned,
            "used_hours": used,
            "today": today or 0,
            "week": week or 0,
        }
