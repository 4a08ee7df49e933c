from datetime import datetime

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_date, format_time

#: How the moment of a slot is written in the form, in UTC.
_MOMENT = "%Y%m%dT%H%M"


class CareBookingController(http.Controller):
    """The pages on which a customer with an address of his own books one visit."""

    @http.route(
        "/caredesk/booking/<string:token>", type="http", auth="public", methods=["GET"],
        website=True, sitemap=False, readonly=True,
    )  # fmt: skip
    def show(self, token, move=None, **_params):
        """Show the visit, or the free moments."""
        return self._page(self._invite(token), choosing=bool(move))

    @http.route(
        "/caredesk/booking/<string:token>/book", type="http", auth="public", methods=["POST"],
        website=True, sitemap=False,
    )  # fmt: skip
    def book(self, token, start="", **_params):
        """Book or move the visit, then show it; what was just taken is said and offered anew."""
        invite = self._invite(token)
        try:
            moment = datetime.strptime(start, _MOMENT)
        except ValueError:
            raise NotFound() from None
        try:
            with request.env.cr.savepoint():
                invite._book(moment)
        except UserError as error:
            return self._page(invite, choosing=True, error=error.args[0])
        return request.redirect(f"/caredesk/booking/{token}", 303)

    @http.route(
        "/caredesk/booking/<string:token>/cancel", type="http", auth="public", methods=["POST"],
        website=True, sitemap=False,
    )  # fmt: skip
    def cancel(self, token, **_params):
        """Call the visit off."""
        invite = self._invite(token)
        try:
            with request.env.cr.savepoint():
                invite._call_off()
        except UserError as error:
            return self._page(invite, error=error.args[0])
        return request.redirect(f"/caredesk/booking/{token}", 303)

    @http.route(
        "/caredesk/booking/<string:token>/visit.ics", type="http", auth="public",
        methods=["GET"], sitemap=False, readonly=True,
    )  # fmt: skip
    def calendar_file(self, token, **_params):
        """Give the visit as a calendar file."""
        visit = self._invite(token)._visit()
        if not visit:
            raise NotFound()
        headers = [
            ("Content-Type", "text/calendar; charset=utf-8"),
            ("Content-Disposition", "attachment; filename=visit.ics"),
        ]
        return request.make_response(visit._calendar_file(), headers)

    # === WHAT THE PAGES NEED ===

    def _invite(self, token):
        invite = request.env["caredesk.care.invite"]._of_token(token)
        if not invite:
            raise NotFound()
        return invite

    def _page(self, invite, choosing=False, error=""):
        visit, is_over = invite._visit(), invite._is_over()
        choosing = not is_over and (choosing or not visit)
        values = {
            "invite": invite,
            "visit": visit,
            "is_over": is_over,
            "choosing": choosing,
            "error": error,
            "days": self._days(invite) if choosing else [],
            "zone": invite._zone_words(fields.Datetime.now()),
            "changeable": visit and visit.date_start >= invite._earliest(),
        }
        response = request.render(
            "caredesk_automation.booking_page", values, status=409 if error else 200
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _days(self, invite):
        """Return [(day in words, [(value, time in words)])] of the free moments."""
        days = {}
        for moment in invite._slots():
            local = invite._local(moment)
            slot = (
                moment.strftime(_MOMENT),
                format_time(invite.env, local.time(), time_format="HH:mm"),
            )
            days.setdefault(local.date(), []).append(slot)
        return [
            (format_date(invite.env, day, date_format="EEEE d MMMM"), slots)
            for day, slots in days.items()
        ]
