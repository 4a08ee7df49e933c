from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.care_slots import is_free
from .caredesk_care_task import OPEN


class CaredeskCareAgenda(models.Model):
    """One row per person whose visits are booked: whoever books changes it, so of two at once
    the second one begins anew and sees what the first one took."""

    _name = "caredesk.care.agenda"
    _description = "Agenda of a Person"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    booking_count = fields.Integer(readonly=True)

    _once = models.UniqueIndex("(user_id)", "This person has an agenda already.")

    # === BUSINESS ===

    @api.model
    def _hold(self, user):
        """Keep others from booking the same person until the transaction ends.

        :raise psycopg2.OperationalError: somebody else was faster; Odoo begins the request anew
        """
        self.env.cr.execute(
            SQL(
                "INSERT INTO caredesk_care_agenda (user_id, booking_count) VALUES (%s, 1)"
                " ON CONFLICT (user_id) DO UPDATE SET booking_count ="
                " caredesk_care_agenda.booking_count + 1",
                user.id,
            ),
            log_exceptions=False,  # a conflict is what the lock is for
        )

    @api.model
    def _calendar(self, user, company):
        return user.resource_calendar_id or company.resource_calendar_id

    @api.model
    def _is_off_hours(self, user, company, start, stop):
        """Tell whether a person does not work all the time between two naive UTC moments."""
        if not self._calendar(user, company):
            return False  # nobody has said when
        day = timedelta(days=1)
        hours = self._open_hours(user, company, start - day, stop + day)
        return not is_free((start, stop), hours, [])

    @api.model
    def _open_hours(self, user, company, start, stop):
        """Return the working hours of a person as naive UTC intervals, leaves taken out.

        :param start: naive UTC, like ``stop``
        """
        calendar = self._calendar(user, company)
        if not calendar:
            return []
        resource = user.resource_ids[:1]
        intervals = calendar._work_intervals_batch(
            pytz.utc.localize(start), pytz.utc.localize(stop), resource
        )[resource.id]
        return [
            (opens.astimezone(pytz.utc).replace(tzinfo=None),
             closes.astimezone(pytz.utc).replace(tzinfo=None))
            for opens, closes, _what in intervals
        ]  # fmt: skip

    @api.model
    def _busy(self, user, start, stop, apart_from=None):
        """Return when a person is taken, by care or by a meeting, as naive UTC intervals.

        Planned care that nobody has agreed to a time for yet does not block a booking.
        """
        tasks = self.env["caredesk.care.task"].search(
            [
                ("user_ids", "in", user.ids),
                "|", ("is_booking", "=", True), ("state", "in", ("confirmed", "in_progress")),
                ("state", "in", OPEN),
                ("date_start", "<", stop),
                ("date_deadline", ">", start),
                ("id", "not in", apart_from.ids if apart_from else []),
            ]
        )  # fmt: skip
        meetings = self.env["calendar.event"].search(
            [
                ("partner_ids", "in", user.partner_id.ids),
                ("show_as", "=", "busy"),
                ("start", "<", stop + timedelta(days=1)),  # whole days know no time zone
                ("stop", ">", start - timedelta(days=1)),
                ("id", "not in", (tasks | (apart_from or tasks)).event_id.ids),
            ]
        )
        taken = [(task.date_start, task.date_deadline) for task in tasks]
        return taken + [self._span(event) for event in meetings]

    @api.model
    def _span(self, event):
        """Return when a meeting takes place; a whole day is one of the company's time zone."""
        if not event.allday:
            return event.start, event.stop
        planner, company = self.env["caredesk.care.planner"], self.env.company
        after = event.stop_date + timedelta(days=1)
        return planner._moment(company, event.start_date, 0), planner._moment(company, after, 0)
