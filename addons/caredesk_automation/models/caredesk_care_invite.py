import secrets
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, consteq

from ..domain.care_slots import free_slots, is_free

#: Slots begin every so many minutes.
STEP = 30
OPEN = ("planned", "confirmed", "in_progress")


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
    def _open_hours(self, user, company, start, stop):
        """Return the working hours of a person as naive UTC intervals, leaves taken out.

        :param start: naive UTC, like ``stop``
        """
        calendar = user.resource_calendar_id or company.resource_calendar_id
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


class CaredeskCareInvite(models.Model):
    """An address for one customer at which one visit can be booked, moved and called off."""

    _name = "caredesk.care.invite"
    _description = "Booking Invitation"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Whose free time is offered.",
    )
    schedule_id = fields.Many2one("caredesk.care.schedule", index="btree_not_null")
    occasion_id = fields.Many2one(
        "caredesk.care.occasion", index="btree_not_null",
        domain="[('schedule_id', '=', schedule_id)]",
    )  # fmt: skip
    form_id = fields.Many2one("caredesk.care.form", index="btree_not_null", ondelete="restrict")
    name = fields.Char("Subject", required=True)
    duration = fields.Float("Duration (hours)", default=1.0, required=True)
    valid_until = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self) + timedelta(days=90)
    )
    token = fields.Char(
        required=True, readonly=True, copy=False, groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(24),
    )  # fmt: skip
    task_id = fields.Many2one(
        "caredesk.care.task", "Visit", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip
    url = fields.Char("Address", compute="_compute_url")

    _token_once = models.UniqueIndex("(token)", "There is an invitation of this address already.")
    _duration_fits = models.Constraint(
        "CHECK (duration > 0 AND duration <= 12)", "A visit lasts up to 12 hours."
    )

    def _compute_url(self):
        base = self.get_base_url()
        for invite in self:
            # sudo: who may read the invitation of the customer may hand out its address
            invite.url = f"{base}/caredesk/booking/{invite.sudo().token}"

    @api.constrains("partner_id", "company_id", "schedule_id", "form_id")
    def _check_companies(self):
        for invite in self:
            companies = invite.partner_id.company_id | invite.schedule_id.company_id
            companies |= invite.form_id.company_id
            if companies - invite.company_id:
                raise ValidationError(
                    self.env._("Customer, schedule and care form have to belong to the company.")
                )

    # === ACTIONS ===

    def action_send(self):
        """Write the customer a mail with the address."""
        self.ensure_one()
        self.check_access("write")
        if not self.partner_id.email:
            raise UserError(self.env._("%s has no mail address.", self.partner_id.name))
        self._mail("mail_template_booking_invite")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The invitation to %s is on its way.", self.partner_id.name),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _mail(self, name):
        # sudo: rights on the invitation were checked; mails are the system's
        template_sudo = self.env.ref(f"caredesk_automation.{name}").sudo()
        mail = self.env["mail.mail"].sudo().browse(template_sudo.send_mail(self.id))
        for file_name, content in self._calendar_attachment():
            attachment = {
                "name": file_name,
                "raw": content,
                "mimetype": "text/calendar",
                "res_model": "mail.message",
                "res_id": mail.mail_message_id.id,
            }
            mail.attachment_ids = [(0, 0, attachment)]

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

    def _length(self):
        return timedelta(hours=self.duration)

    def _earliest(self):
        notice = timedelta(hours=self.company_id.caredesk_booking_notice)
        return fields.Datetime.now() + notice

    def _slots(self):
        """Return the free moments offered, naive UTC, in order."""
        agenda = self.env["caredesk.care.agenda"]
        start = fields.Datetime.now()
        stop = start + timedelta(days=self.company_id.caredesk_booking_days)
        return free_slots(
            agenda._open_hours(self.user_id, self.company_id, start.replace(
                minute=0, second=0, microsecond=0) - timedelta(days=1), stop),
            agenda._busy(self.user_id, start, stop, self.task_id),
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
        self.env["caredesk.care.agenda"]._hold(self.user_id)
        self._check_free(start)
        times = {"date_start": start, "date_deadline": start + self._length()}
        visit = self._visit()
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
        stop = start + self._length()
        agenda = self.env["caredesk.care.agenda"]
        day = timedelta(days=1)
        hours = agenda._open_hours(self.user_id, self.company_id, start - day, stop + day)
        if not is_free((start, stop), hours, []):
            raise UserError(self.env._("We are not open at this time; please choose another one."))
        if not is_free((start, stop), hours, agenda._busy(self.user_id, start, stop, self.task_id)):
            raise UserError(
                self.env._("Somebody has just taken this time; please choose another one.")
            )

    def _check_changeable(self):
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
