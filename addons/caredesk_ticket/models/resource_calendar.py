from datetime import datetime, time, timedelta

from pytz import UTC

from odoo import api, models, tools

from ..domain.working_time import add_working_time

#: Days of which the working intervals are kept. What reaches farther is computed by Odoo.
_HORIZON_DAYS = 45


class ResourceCalendar(models.Model):
    """Deadlines in working hours: Odoo's own intervals, kept for a day and counted through."""

    _inherit = "resource.calendar"

    def _caredesk_deadline(self, hours, start_at):
        """Return when ``hours`` of work after ``start_at`` are over (naive UTC), False if never.

        The same as ``plan_hours`` with leaves, without its queries on every call.
        """
        self.ensure_one()
        intervals = self._caredesk_intervals(self.id, start_at.date())
        planned = add_working_time(intervals, start_at, hours * 3600)
        if planned:
            return planned
        planned = self.plan_hours(hours, start_at, compute_leaves=True)
        return planned and planned.replace(microsecond=0)

    @api.model
    @tools.ormcache("calendar_id", "day")
    def _caredesk_intervals(self, calendar_id, day):
        """Return the working intervals from the beginning of ``day`` on, naive UTC.

        Flexible hours have none of their own: they depend on when one begins.
        """
        begin = datetime.combine(day, time(), UTC)
        end = begin + timedelta(days=_HORIZON_DAYS)
        # sudo: working hours are no secret
        calendar_sudo = self.sudo().browse(calendar_id)
        if calendar_sudo.flexible_hours:
            return ()
        return tuple(
            (
                opens.astimezone(UTC).replace(tzinfo=None),
                closes.astimezone(UTC).replace(tzinfo=None),
            )
            for opens, closes, _meta in calendar_sudo._work_intervals_batch(begin, end)[False]
        )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

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
        self._caredesk_forget()
        return super().unlink()

    def _caredesk_forget(self):
        """Forget the kept intervals when a holiday of everybody changes, not one's own leave."""
        if any(not leave.resource_id for leave in self):
            self.env.registry.clear_cache()
