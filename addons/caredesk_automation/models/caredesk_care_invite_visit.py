from datetime import timedelta

import pytz
from babel.dates import get_timezone_gmt

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, format_date, format_time
from odoo.tools.misc import babel_locale_parse, get_lang

from ..domain.care_slots import free_slots, is_free
from .caredesk_care_task import OPEN

#: Slots begin every so many minutes.
STEP = 30


class CaredeskCareInvite(models.Model):
    _inherit = "caredesk.care.invite"

    visit_when = fields.Char("Time of the Visit", compute="_compute_visit_when")

    # === COMPUTE ===

    @api.depends("task_id.date_start")
    @api.depends_context("lang")
    def _compute_visit_when(self):
        """Say when the visit begins, in the company's time zone, which is named."""
        for invite in self:
            moment = invite.task_id.date_start
            invite.visit_when = moment and f"{invite._words(moment)} ({invite._zone_words(moment)})"

    def _local(self, moment):
        zone = self.env["caredesk.care.planner"]._zone(self.company_id)
        return pytz.utc.localize(moment).astimezone(zone)

    def _words(self, moment):
        local = self._local(moment)
        time = format_time(self.env, local.time(), time_format="HH:mm")
        return f"{time}, {format_date(self.env, local.date(), date_format='full')}"

    def _zone_words(self, moment):
        """Return the name of the time zone, such as: Ho Chi Minh, GMT+07:00."""
        locale, local = babel_locale_parse(get_lang(self.env).code), self._local(moment)
        name = local.tzinfo.zone.rpartition("/")[2].replace("_", " ")
        return f"{name}, {get_timezone_gmt(local, width='long', locale=locale)}"

    # === CALLED BY THE ROUTES ===

    @api.model
    def _of_token(self, token):
        """Return the invitation as the system; empty when there is none or its time is over."""
        # sudo: the token is the customer's key, he has no user of ours
        invite_sudo = self.sudo().search([("token", "=", token)], limit=1)
        if not invite_sudo or not consteq(invite_sudo.token, token):
            return invite_sudo.browse()
        if invite_sudo.valid_until < fields.Date.today() and not invite_sudo._visit():
            return invite_sudo.browse()
        company = invite_sudo.company_id
        lang = invite_sudo.partner_id.lang or company.partner_id.lang
        return invite_sudo.with_company(company).with_context(lang=lang)

    def _visit(self):
        """Return the visit that is booked and not over."""
        return self.task_id.filtered(lambda task: task.state in OPEN)

    def _is_over(self):
        """Tell whether the visit took place, or was to: the address books no second one."""
        return self.task_id.state in ("done", "no_show")

    def _performer(self):
        """Return who does the visit: to whom it was given since, else who was to do it."""
        return self._visit().user_id or self.user_id

    def _length(self):
        return timedelta(hours=self.duration)

    def _earliest(self):
        notice = timedelta(hours=self.company_id.caredesk_booking_notice)
        return fields.Datetime.now() + notice

    def _slots(self):
        """Return the free moments offered, naive UTC, in order; none of people who left."""
        agenda, user = self.env["caredesk.care.agenda"], self._performer()
        if not user.active or self._is_over():
            return []
        start = fields.Datetime.now()
        stop = start + timedelta(days=self.company_id.caredesk_booking_days)
        return free_slots(
            agenda._open_hours(user, self.company_id, start.replace(
                minute=0, second=0, microsecond=0) - timedelta(days=1), stop),
            agenda._busy(user, start, stop, self.task_id),
            self._length(),
            timedelta(minutes=STEP),
            self._earliest(),
        )  # fmt: skip

    def _book(self, start):
        """Book the visit at ``start``, or move it there.

        :param start: naive UTC
        :return: the task
        :raise UserError: past, outside the hours, or just taken by somebody else
        """
        self.ensure_one()
        self._check_changeable()
        visit = self._visit()
        for user in (visit.user_ids | self._performer()).sorted("id"):  # for all in one order
            self.env["caredesk.care.agenda"]._hold(user)
        self._check_free(start)
        times = {"date_start": start, "date_deadline": start + self._length()}
        if visit:
            visit.write({**times, "state": "confirmed"})
        else:
            visit = self.env["caredesk.care.task"].create(
                {
                    **times,
                    "name": self.name,
                    "partner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "user_ids": [(6, 0, self.user_id.ids)],
                    "form_id": (self.form_id or self.env["caredesk.care.form"]._usual()).id,
                    "reason_id": self.occasion_id.reason_id.id,
                    "schedule_id": self.schedule_id.id,
                    "is_booking": True,
                    "state": "confirmed",
                    "reminder_days": 1,
                }
            )
            self.task_id = visit
        told = visit._in_their_words()
        told._tell_responsible(told.env._("The customer chose the time of the visit."))
        self._mail("mail_template_booking_confirmed")
        return visit

    def _check_free(self, start):
        last = fields.Datetime.now() + timedelta(days=self.company_id.caredesk_booking_days)
        if start > last:  # before anything is added to it: it may be the last day there is
            raise UserError(self.env._("We are not open at this time; please choose another one."))
        if start < self._earliest():
            raise UserError(self.env._("This time is too soon or over; please choose another one."))
        stop, user = start + self._length(), self._performer()
        agenda = self.env["caredesk.care.agenda"]
        day = timedelta(days=1)
        hours = agenda._open_hours(user, self.company_id, start - day, stop + day)
        if not user.active or not is_free((start, stop), hours, []):
            raise UserError(self.env._("We are not open at this time; please choose another one."))
        if not is_free((start, stop), hours, agenda._busy(user, start, stop, self.task_id)):
            raise UserError(
                self.env._("Somebody has just taken this time; please choose another one.")
            )

    def _check_changeable(self):
        if self._is_over():
            raise UserError(self.env._("This visit is over; please ask us for another one."))
        visit = self._visit()
        if visit and visit.date_start < self._earliest():
            raise UserError(self.env._("It is too late to change the visit here; please call us."))

    def _call_off(self):
        """Cancel the visit for the customer.

        :raise UserError: there is none, or it is too late
        """
        visit = self._visit()
        if not visit:
            raise UserError(self.env._("There is no visit to cancel."))
        self._check_changeable()
        visit.action_cancel()
        told = visit._in_their_words()
        told._tell_responsible(told.env._("The customer cancelled the visit."))
