from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain.care_dates import next_working_day, occasion_date

#: Hours a visit lasts at most, as long as one that a customer is invited to.
MOST_HOURS = 12
#: Days ahead that are surely meant.
MOST_DAYS = 3650
#: The hour that a visit begins at unless another one is chosen.
USUAL_HOUR = 9


class CaredeskCareBook(models.TransientModel):
    """Dialog: book care for a customer by hand («đặt lịch chăm sóc»)."""

    _name = "caredesk.care.book"
    _description = "Book Care"

    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    mode = fields.Selection(
        [
            ("single", "One visit"),
            ("schedule", "A care schedule"),
            ("group", "A care schedule group"),
            ("invite", "Let the customer choose"),
        ],
        required=True,
        default="single",
    )
    schedule_id = fields.Many2one(
        "caredesk.care.schedule", domain="[('company_id', '=', company_id)]"
    )
    group_id = fields.Many2one(
        "caredesk.care.schedule.group", domain="[('company_id', '=', company_id)]"
    )
    occasion_id = fields.Many2one(
        "caredesk.care.occasion", "Care Occasion", domain="[('company_id', '=', company_id)]"
    )
    form_id = fields.Many2one(
        "caredesk.care.form",
        "Care Form",
        compute="_compute_form_id",
        store=True,
        readonly=False,
    )
    name = fields.Char("Subject", compute="_compute_name", store=True, readonly=False)
    start = fields.Datetime(default=lambda self: self._default_start())
    duration = fields.Float("Duration (hours)", default=1.0)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    conflict = fields.Char(compute="_compute_warnings")
    is_off_hours = fields.Boolean(compute="_compute_warnings")

    @api.model
    def _default_start(self):
        """Return the morning of the next day on which the company works."""
        planner, company = self.env["caredesk.care.planner"], self.env.company
        tomorrow = planner._day(company, fields.Datetime.now()) + timedelta(days=1)
        day = next_working_day(tomorrow, planner._calendar_memo(company))
        return planner._moment(company, day, USUAL_HOUR)

    @api.depends("occasion_id")
    def _compute_form_id(self):
        usual = self.env["caredesk.care.form"]._usual()
        for booking in self:
            booking.form_id = booking.occasion_id.form_id or booking.form_id or usual

    @api.depends("occasion_id", "form_id", "schedule_id")
    def _compute_name(self):
        for booking in self:
            booking.name = (
                booking.occasion_id.name
                or booking.schedule_id.name
                or booking.form_id.name
                or booking.name
            )

    @api.depends("mode", "start", "duration", "user_id", "company_id")
    def _compute_warnings(self):
        # sudo: whether a colleague works at a time may be known to whoever books him
        agenda_sudo = self.env["caredesk.care.agenda"].sudo()
        for booking in self:
            booking.conflict = booking.is_off_hours = False
            if booking.mode == "invite" or not booking.user_id or booking._mistake():
                continue
            task = booking.env["caredesk.care.task"].new(booking._visit_vals())
            booking.conflict = task.conflict
            booking.is_off_hours = agenda_sudo._is_off_hours(
                booking.user_id.sudo(),  # the same
                booking.company_id.sudo(),
                task.date_start,
                task.date_deadline,
            )

    def _mistake(self):
        """Return in words why this can be booked at no time; nothing when it can."""
        if not 0 < self.duration <= MOST_HOURS:
            return self.env._("A visit must last longer than zero and at most 12 hours.")
        now = fields.Datetime.now()
        if self.mode != "invite" and (not self.start or self.start < now):
            return self.env._("Choose a moment that is still to come.")
        if self.mode != "invite" and self.start > now + timedelta(days=MOST_DAYS):
            return self.env._("Choose a moment within the next ten years.")
        return ""

    def _visit_vals(self):
        return {
            "name": self.name,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_ids": [(6, 0, self.user_id.ids)],
            "form_id": self.form_id.id,
            "reason_id": self.occasion_id.reason_id.id,
            "date_start": self.start,
            "date_deadline": self.start + timedelta(hours=self.duration),
            "description": self.occasion_id.description,
            "is_booking": True,
            "reminder_days": 1,
        }

    # === ACTIONS ===

    def action_book(self):
        """Make the visits, or the invitation to choose one.

        :raise UserError: nothing to book, or no sane moment or duration
        """
        self.ensure_one()
        if mistake := self._mistake():
            raise UserError(mistake)
        if self.mode == "invite":
            return self._invite()
        tasks = self._book_series() if self.mode in ("schedule", "group") else self._book_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Booked"),
            "res_model": "caredesk.care.task",
            "views": [(False, "list"), (False, "form")] if len(tasks) > 1 else [(False, "form")],
            "res_id": tasks.id if len(tasks) == 1 else False,
            "domain": [("id", "in", tasks.ids)],
        }

    def _book_one(self):
        if not self.name:
            raise UserError(self.env._("Say what the visit is for."))
        return self.env["caredesk.care.task"].create(self._visit_vals())

    def _book_series(self):
        """Book every occasion, counted from the chosen moment."""
        schedules = self.schedule_id if self.mode == "schedule" else self.group_id.schedule_ids
        if not schedules.line_ids:
            raise UserError(self.env._("There is no care occasion in what you chose."))
        planner = self.env["caredesk.care.planner"]
        day = planner._day(self.company_id, self.start)
        works = planner._calendar_memo(self.company_id)
        first = min(occasion_date(day, line.offset, line.unit) for line in schedules.line_ids)
        vals_list = []
        for line in schedules.line_ids:
            after = occasion_date(day, line.offset, line.unit) - first
            if after and line.schedule_id.move_to_workday:  # the first day was chosen
                after = next_working_day(day + after, works) - day
            start = self.start + after
            vals_list.append(
                {
                    **self._visit_vals(),
                    "name": line.name,
                    "form_id": line.form_id.id,
                    "reason_id": line.reason_id.id,
                    "description": line.description,
                    "date_start": start,
                    "date_deadline": start + timedelta(hours=line.duration),
                    "reminder_days": line.reminder_days,
                    "schedule_id": line.schedule_id.id,
                    "occasion_id": line.id,
                }
            )
        return self.env["caredesk.care.task"].create(vals_list)

    def _invite(self):
        if not self.name:
            raise UserError(self.env._("Say what the visit is for."))
        invite = self.env["caredesk.care.invite"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "user_id": self.user_id.id,
                "schedule_id": self.schedule_id.id,
                "occasion_id": self.occasion_id.id,
                "form_id": self.form_id.id,
                "name": self.name,
                "duration": self.duration,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Booking Invitation"),
            "res_model": "caredesk.care.invite",
            "res_id": invite.id,
            "views": [(False, "form")],
        }
