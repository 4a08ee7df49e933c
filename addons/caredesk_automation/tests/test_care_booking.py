import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .care_common import SUNDAY, CareCase, CareMixin

#: Monday, 10:00 in Hanoi.
MONDAY_AT_TEN = "2026-03-02 03:00:00"


class BookingMixin(CareMixin):
    """An invitation of ``customer`` to a visit of an hour with ``lan``, who works on weekdays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        calendar = cls.env["resource.calendar"].create(
            {
                "name": "Weekdays",
                "tz": "Asia/Ho_Chi_Minh",
                "attendance_ids": [
                    Command.create(
                        {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 17}
                    )
                    for day in range(5)
                ],
            }
        )
        cls.env.company.write(
            {
                "resource_calendar_id": calendar.id,
                "caredesk_booking_notice": 2,
                "caredesk_booking_days": 14,
            }
        )
        cls.invite = cls._invite()

    @classmethod
    def _invite(cls, **vals):
        values = {
            "partner_id": cls.customer.id,
            "user_id": cls.lan.id,
            "name": "Skin check",
            "form_id": cls.call_form.id,
            "valid_until": "2099-01-01",
            **vals,
        }
        return cls.env["caredesk.care.invite"].create(values)


@tagged("post_install", "-at_install")
class TestCareBooking(BookingMixin, CareCase):
    """Visits, booked by staff and by customers."""

    def _times(self, invite=None):
        return [str(moment) for moment in (invite or self.invite)._slots()]

    def test_free_times(self):
        """S0-CAR-08, C-38: working hours less care and meetings, none on the weekend."""
        self._freeze(SUNDAY)
        self.assertEqual(self._times()[0], "2026-03-02 01:00:00")
        self._task(date_start="2026-03-02 01:00:00", date_deadline="2026-03-02 02:00:00")
        self.assertIn("2026-03-02 01:00:00", self._times(), "merely planned care blocks nothing")
        self._task(
            date_start="2026-03-02 01:00:00",
            date_deadline="2026-03-02 02:00:00",
            is_booking=True,
        )
        self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": "2026-03-02 02:00:00",
                "stop": "2026-03-02 03:00:00",
                "partner_ids": [Command.link(self.lan.partner_id.id)],
            }
        )
        self.assertEqual(self._times()[0], MONDAY_AT_TEN)

    def test_book_move_cancel(self):
        """S0-CAR-08, C-38: booked once, moved, called off; the meeting goes along."""
        self._freeze(SUNDAY)
        start = fields.Datetime.to_datetime(MONDAY_AT_TEN)
        visit = self.invite._book(start)
        self.assertEqual(
            (visit.state, visit.is_booking, visit.user_ids), ("confirmed", True, self.lan)
        )
        self.assertEqual(visit.event_id.start, start)
        self.assertEqual(visit.event_id.partner_ids, self.lan.partner_id)
        told = visit.message_ids.filtered("notified_partner_ids")
        self.assertEqual(told.notified_partner_ids, self.lan.partner_id)
        self.assertEqual(told.author_id, self.customer)
        mail = self.env["mail.mail"].search([("res_id", "=", self.invite.id),
                                             ("model", "=", self.invite._name)])  # fmt: skip
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(b"BEGIN:VEVENT", mail.attachment_ids.raw)
        same = self.invite._book(start + timedelta(hours=2))
        self.assertEqual(same, visit)
        self.assertEqual(visit.event_id.start, start + timedelta(hours=2))
        visit.event_id.start = start + timedelta(hours=3)
        self.assertEqual(visit.date_start, start + timedelta(hours=3), "dragged in the calendar")
        event = visit.event_id
        self.invite._call_off()
        self.assertEqual(visit.state, "cancelled")
        self.assertFalse(event.exists())
        with self.assertRaises(UserError):
            self.invite._call_off()
        self.assertNotEqual(self.invite._book(start), visit, "booked anew")

    def test_no_double_booking(self):
        """S0-CAR-08: what one customer took, another one does not get."""
        self._freeze(SUNDAY)
        start = fields.Datetime.to_datetime(MONDAY_AT_TEN)
        self.invite._book(start)
        other = self._invite(partner_id=self.an.partner_id.id)
        for moment in (start, start + timedelta(minutes=30), start - timedelta(minutes=30)):
            with self.assertRaises(UserError):
                other._book(moment)
        self.assertTrue(other._book(start + timedelta(hours=1)))

    def test_bad_moments(self):
        """S0-CAR-08: the past, too soon, outside the hours, too far ahead: refused."""
        self._freeze("2026-03-02 03:00:00")
        for moment in (
            "2026-03-01 03:00:00",
            "2026-03-02 04:00:00",
            "2026-03-02 22:00:00",
            "2026-03-07 03:00:00",
            "2026-06-01 03:00:00",
        ):
            with self.assertRaises(UserError, msg=moment):
                self.invite._book(fields.Datetime.to_datetime(moment))
        self.invite._book(fields.Datetime.to_datetime("2026-03-02 06:00:00"))
        self._freeze("2026-03-02 05:00:00")
        with self.assertRaises(UserError):
            self.invite._call_off()

    def test_by_staff(self):
        """S0-CAR-08: a single visit, a schedule, a group, or let the customer choose."""
        self._freeze(SUNDAY)
        booking = {
            "partner_id": self.customer.id,
            "user_id": self.lan.id,
            "start": MONDAY_AT_TEN,
            "name": "Skin check",
        }
        dialogs = self.env["caredesk.care.book"].with_user(self.mai)
        before = self.env["caredesk.care.task"].search([("partner_id", "=", self.customer.id)])
        dialogs.create(booking).action_book()
        dialogs.create({**booking, "mode": "schedule", "schedule_id": self.spa.id}).action_book()
        group = self.env["caredesk.care.schedule.group"].create({"name": "All"})
        self.spa.group_id = group
        dialogs.create({**booking, "mode": "group", "group_id": group.id}).action_book()
        tasks = (
            self.env["caredesk.care.task"].search([("partner_id", "=", self.customer.id)]) - before
        )
        self.assertEqual(len(tasks), 7)
        self.assertEqual(set(tasks.mapped("is_booking")), {True})
        series = tasks.filtered("schedule_id").sorted("date_start")
        self.assertEqual(self._days(series[::2]), ["02/03", "08/03", "31/03"])
        opened = dialogs.create({**booking, "mode": "invite"}).action_book()
        self.assertEqual(opened["res_model"], "caredesk.care.invite")
        with self.assertRaises(UserError):
            dialogs.create({**booking, "start": "2026-02-01 03:00:00"}).action_book()
        with self.assertRaises(UserError):
            dialogs.create({**booking, "mode": "group", "group_id": False}).action_book()
        clash = dialogs.create(booking)
        self.assertIn(f"{self.lan.name}: Skin check", clash.conflict)

    def test_staff_are_warned_and_stopped(self):
        """S0-CAR-08: at night only a warning; the past and what nobody can mean are refused."""
        self._freeze(SUNDAY)
        dialogs = self.env["caredesk.care.book"].with_user(self.mai)
        booking = {
            "partner_id": self.customer.id,
            "user_id": self.lan.id,
            "start": MONDAY_AT_TEN,
            "name": "Skin check",
        }
        self.assertFalse(dialogs.create(booking).is_off_hours)
        self.assertEqual(str(dialogs.default_get(["start"])["start"]), "2026-03-02 02:00:00")
        for start in ("2026-03-02 18:00:00", "2026-03-02 09:30:00", "2026-03-07 03:00:00"):
            late = dialogs.create({**booking, "start": start})
            self.assertTrue(late.is_off_hours, start)
        self.assertEqual(str(late._book_one().date_start), "2026-03-07 03:00:00")
        for wrong in (
            {"duration": 1e9},
            {"duration": 12.5},
            {"duration": -1},
            {"duration": 1e9, "mode": "invite"},
            {"start": "9999-12-31 23:00:00"},
            {"start": "2026-02-28 03:00:00"},
        ):
            dialog = dialogs.create({**booking, **wrong})
            self.assertFalse(dialog.conflict)
            with self.assertRaises(UserError, msg=wrong):
                dialog.action_book()


@tagged("post_install", "-at_install")
class TestCareBookingPage(BookingMixin, HttpCase):
    """The public page: one address, one visit."""

    def _url(self, invite=None, path=""):
        return f"/caredesk/booking/{(invite or self.invite).token}{path}"

    def _post(self, path, **data):
        page = self.url_open(self._url()).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        return self.url_open(self._url(path=path), data={"csrf_token": token, **data})

    def test_book_on_the_page(self):
        """S0-CAR-08, C-38: choose, see it, take the calendar file, call off."""
        page = self.url_open(self._url())
        self.assertEqual(page.status_code, 200)
        slot = re.search(r'value="(\d{8}T\d{4})"', page.text)[1]
        booked = self._post("/book", start=slot)
        self.assertEqual(booked.status_code, 200)
        self.assertEqual(self.invite.task_id.state, "confirmed")
        self.assertEqual(self.invite.task_id.date_start.strftime("%Y%m%dT%H%M"), slot)
        file = self.url_open(self._url(path="/visit.ics"))
        self.assertIn("BEGIN:VEVENT", file.text)
        self.assertIn("attachment", file.headers["Content-Disposition"])
        other = self._invite(partner_id=self.an.partner_id.id)
        self.assertNotIn(slot, self.url_open(self._url(other)).text)
        self._post("/cancel")
        self.assertEqual(self.invite.task_id.state, "cancelled")

    def test_taken_meanwhile(self):
        """S0-CAR-08: a moment somebody took while the page was open is said, others are offered."""
        slot = re.search(r'value="(\d{8}T\d{4})"', self.url_open(self._url()).text)[1]
        other = self._invite(partner_id=self.an.partner_id.id)
        other._book(other._slots()[0])
        answer = self._post("/book", start=slot)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("alert-danger", answer.text)
        self.assertFalse(self.invite.task_id)

    def test_strangers(self):
        """S0-CAR-08: a wrong or old address opens nothing; bad moments are no moments."""
        for wrong in ("wrong", "khách"):
            self.assertEqual(self.url_open(f"/caredesk/booking/{wrong}").status_code, 404, wrong)
        self.assertEqual(self._post("/book", start="tomorrow").status_code, 404)
        self.invite.valid_until = "2020-01-01"
        self.assertEqual(self.url_open(self._url()).status_code, 404)
        self.assertEqual(self.url_open(self._url(path="/visit.ics")).status_code, 404)
