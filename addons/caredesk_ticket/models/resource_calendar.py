from datetime import datetime, time

from dateutil.relativedelta import relativedelta
from pytz import UTC

from odoo import api, models, tools
from odoo.tools import SQL

from ..domain.working_time import ClockHours, WorkingHours


class ResourceCalendar(models.Model):
    """Working hours for service levels: Odoo's own intervals, kept in memory month by month."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar", "caredesk.forgetful"]

    # === CRUD ===

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"tz", "flexible_hours", "attendance_ids", "two_weeks_calendar"}:
            self._caredesk_hours_changed()
        return result

    def unlink(self):
        """Count the promises made in these hours anew: in those that come next, or the clock's."""
        recompute = self.env["caredesk.sla.recompute"]
        used_sudo = self.sudo() & recompute._calendars_in_use()  # whoever may delete them
        group_ids = used_sudo._caredesk_promised_groups()
        result = super().unlink()
        for group_sudo in self.env["caredesk.support.group"].sudo().browse(group_ids):
            recompute._ask(group_sudo.company_id, group_sudo)
        return result

    # === BUSINESS ===

    def _caredesk_promised_groups(self):
        """Return the ids of the groups whose tickets have promises that count in these hours."""
        statuses = self.env["caredesk.sla.status"]
        statuses.flush_model(["calendar_id", "reached_at", "ticket_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ticket.group_id FROM caredesk_sla_status status"
                " JOIN caredesk_ticket ticket ON ticket.id = status.ticket_id"
                " WHERE status.calendar_id = ANY(%s) AND status.reached_at IS NULL",
                self.ids,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _caredesk_hours(self, calendar):
        """Return the hours in which a service level counts.

        A calendar without fixed working times counts as none: a deadline that is too early is
        better than a ticket without one.

        :param calendar: (calendar id, company id), None for hours of the clock
        """
        if not calendar or not self.browse(calendar[0])._caredesk_has_hours():
            return ClockHours()
        return WorkingHours(lambda year, month: self._caredesk_month(*calendar, year, month))

    @tools.ormcache("self.id")
    def _caredesk_has_hours(self):
        """Tell whether this calendar has fixed times at which work is done."""
        self.ensure_one()
        calendar_sudo = self.sudo()  # working hours are no secret
        return bool(
            not calendar_sudo.flexible_hours
            and calendar_sudo.attendance_ids.filtered(
                lambda line: not line.display_type and line.day_period != "lunch"
            )
        )

    @api.model
    @tools.ormcache("calendar_id", "company_id", "year", "month")
    def _caredesk_month(self, calendar_id, company_id, year, month):
        """Return the working intervals of a month (UTC) as naive UTC datetimes.

        Holidays of everybody count when they are those of the calendar or, being of no
        calendar, those of the company: in Odoo the latter would count for all companies.
        """
        begin = datetime.combine(datetime(year, month, 1), time(), UTC)
        holidays = [
            ("time_type", "=", "leave"),
            "|",
            ("calendar_id", "=", calendar_id),
            ("company_id", "in", (company_id, False)),
        ]
        calendar_sudo = self.sudo().browse(calendar_id)  # working hours are no secret
        intervals = calendar_sudo._work_intervals_batch(
            begin, begin + relativedelta(months=1), domain=holidays
        )[False]
        return tuple(
            (
                opens.astimezone(UTC).replace(tzinfo=None),
                closes.astimezone(UTC).replace(tzinfo=None),
            )
            for opens, closes, _meta in intervals
        )

    def _caredesk_hours_changed(self):
        """Recompute, in the background, the deadlines that count in these calendars."""
        self.env["caredesk.sla.recompute"]._ask_for_calendars(self)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._caredesk_forget()
        return lines

    def write(self, vals):
        calendars = self.calendar_id
        result = super().write(vals)
        (self | calendars.attendance_ids)._caredesk_forget()
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        self.env.registry.clear_cache()
        calendars._caredesk_hours_changed()
        return result

    # === BUSINESS ===

    def _caredesk_forget(self):
        self.env.registry.clear_cache()
        self.calendar_id._caredesk_hours_changed()


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._caredesk_forget()
        return leaves

    def write(self, vals):
        self._caredesk_forget()
        result = super().write(vals)
        self._caredesk_forget()
        return result

    def unlink(self):
        holidays = self.filtered(lambda leave: not leave.resource_id)
        calendars, for_all = holidays.calendar_id, any(not leave.calendar_id for leave in holidays)
        result = super().unlink()
        if holidays:
            self._caredesk_holidays_changed(calendars, for_all)
        return result

    # === BUSINESS ===

    def _caredesk_forget(self):
        """Forget the kept hours when a holiday of everybody changes, not one's own leave."""
        holidays = self.filtered(lambda leave: not leave.resource_id)
        if holidays:
            for_all = any(not leave.calendar_id for leave in holidays)
            self._caredesk_holidays_changed(holidays.calendar_id, for_all)

    @api.model
    def _caredesk_holidays_changed(self, calendars, for_all):
        self.env.registry.clear_cache()
        if for_all:
            # sudo: a holiday of everybody moves deadlines of all calendars in use
            calendars = self.env["caredesk.sla.recompute"]._calendars_in_use()
        calendars._caredesk_hours_changed()
