from ast import literal_eval
from datetime import time

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools.mail import email_normalize, email_split_and_format

from odoo.addons.base.models.res_partner import _tz_get

from ..domain.report_calendar import DAILY, MONTHLY, WEEKLY, Rhythm, days_of

FREQUENCIES = [(DAILY, "Daily"), (WEEKLY, "Weekly"), (MONTHLY, "Monthly")]
PERIODS = [
    ("yesterday", "Yesterday"),
    ("last_week", "Last week"),
    ("last_month", "Last month"),
    ("open", "All that are open"),
    ("all", "All"),
]
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
#: Changing one of these moves the next time the report is due.
_RHYTHM_FIELDS = frozenset(("frequency", "hour", "tz", "weekday", "day", "active"))
_MINUTES_OF_DAY = 24 * 60


class CaredeskReportSchedule(models.Model):
    """A report of tickets that is mailed by itself: what it tells, to whom and when.

    It is made with the rights of its owner, in its company. Sending lives beside this file.
    """

    _name = "caredesk.report.schedule"
    _description = "Scheduled Report"
    _inherit = ["mail.thread", "mail.activity.mixin", "caredesk.report.scope"]
    _order = "name, id"

    name = fields.Char("Title", required=True, help="Subject of the mail.")
    active = fields.Boolean(default=True, tracking=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
        domain="[('share', '=', False)]",
        help="The report holds what the owner may see, in his or her language.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    # when
    frequency = fields.Selection(FREQUENCIES, default=WEEKLY, required=True, tracking=True)
    hour = fields.Float("At", default=8.0, required=True, help="Time of day in the time zone.")
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "Asia/Ho_Chi_Minh",
    )
    weekday = fields.Selection(WEEKDAYS, default="0", required=True)
    day = fields.Integer(
        "Day of the Month", default=1, help="From the 29th on: the last day in shorter months."
    )
    next_run_at = fields.Datetime("Next Sending", readonly=True, copy=False)

    # to whom
    recipient_user_ids = fields.Many2many(
        "res.users",
        "caredesk_report_schedule_recipient_rel",
        string="Users",
        domain="[('share', '=', False)]",
    )
    recipient_partner_ids = fields.Many2many(
        "res.partner", "caredesk_report_schedule_partner_rel", string="Contacts"
    )
    recipient_emails = fields.Char("More Addresses", help="Separated by commas.")

    # what
    period = fields.Selection(PERIODS, default="last_week", required=True)
    extra_domain = fields.Char("More Conditions", default="[]")
    intro = fields.Html("Introduction", sanitize_attributes=True)
    with_figures = fields.Boolean(
        "Figures", default=True, help="How many tickets in which state, time per ticket."
    )
    with_performers = fields.Boolean("Figures by Performer", default=True)
    with_table = fields.Boolean("List of Tickets in the Mail", default=True)
    attach_xlsx = fields.Boolean("Attach Excel", default=True)
    attach_docx = fields.Boolean("Attach Word")
    attach_pdf = fields.Boolean("Attach PDF")

    run_ids = fields.One2many("caredesk.report.schedule.run", "schedule_id", string="Sent")
    last_state = fields.Selection(
        selection="_selection_of_states",
        string="Last Time",
        compute="_compute_last_state",
    )

    _due_idx = models.Index("(next_run_at) WHERE active IS TRUE")

    # === COMPUTE ===

    @api.model
    def _selection_of_states(self):
        return (
            self.env["caredesk.report.schedule.run"]
            ._fields["state"]
            ._description_selection(self.env)
        )

    @api.depends("run_ids.state")
    def _compute_last_state(self):
        """Tell what became of the last report; a test goes to nobody else and says nothing."""
        runs = self.env["caredesk.report.schedule.run"].search_fetch(
            [
                ("schedule_id", "in", self.ids),
                ("state", "!=", "skipped"),
                ("is_test", "=", False),
            ],
            ["schedule_id", "state"],
            order="id desc",
        )
        newest = {}
        for run in runs:
            newest.setdefault(run.schedule_id.id, run.state)
        for schedule in self:
            schedule.last_state = newest.get(schedule.id, False)

    # === CONSTRAINTS ===

    @api.constrains("hour", "day")
    def _check_time(self):
        for schedule in self:
            if not 0 <= round(schedule.hour * 60) < _MINUTES_OF_DAY:
                raise ValidationError(self.env._("The time of day is from 00:00 to 23:59."))
            if not 1 <= schedule.day <= 31:
                raise ValidationError(self.env._("The day of the month is from 1 to 31."))

    @api.constrains("recipient_user_ids", "recipient_partner_ids", "recipient_emails")
    def _check_recipients(self):
        for schedule in self:
            wrong = [
                text
                for text in (schedule.recipient_emails or "").replace(";", ",").split(",")
                if text.strip() and not email_normalize(text)
            ]
            if wrong:
                raise ValidationError(
                    self.env._("«%(address)s» is no e-mail address.", address=wrong[0].strip())
                )
            if not (
                schedule.recipient_user_ids
                or schedule.recipient_partner_ids
                or schedule.recipient_emails
            ):
                raise ValidationError(self.env._("Choose at least one recipient."))

    @api.constrains("extra_domain", "user_id")
    def _check_domain(self):
        for schedule in self:
            tickets = self.env["caredesk.ticket"].with_user(schedule.user_id)
            try:
                tickets.search(schedule._extra_domain(), limit=1)
            except (AccessError, ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._("These conditions cannot be used: %(error)s", error=error)
                ) from error

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        schedules = super().create([self._without_system_vals(vals) for vals in vals_list])
        schedules._check_owner()
        schedules._plan()
        return schedules

    def write(self, vals):
        result = super().write(self._without_system_vals(vals))
        if "user_id" in vals:
            self._check_owner()
        if vals.keys() & _RHYTHM_FIELDS:
            self._plan()
        return result

    def _check_owner(self):
        """Raise where somebody has a report made with the rights of somebody else.

        No constraint: those are checked as the superuser.
        """
        if self.env.su or self.env.user.has_group("caredesk_ticket.group_admin"):
            return
        if self.user_id - self.env.user:
            raise AccessError(
                self.env._("Only an administrator makes somebody else the owner of a report.")
            )

    def _without_system_vals(self, vals):
        """The next time follows from the rhythm; only the cron moves it on."""
        return {name: value for name, value in vals.items() if name != "next_run_at" or self.env.su}

    # === BUSINESS: WHEN ===

    def _rhythm(self):
        self.ensure_one()
        hour, minute = divmod(round(self.hour * 60), 60)
        return Rhythm(self.frequency, time(hour, minute), self.tz, int(self.weekday), self.day)

    def _plan(self):
        """Set the next time each report is due, from now on."""
        now = fields.Datetime.now()
        for schedule in self:
            due = schedule._rhythm().next_after(now) if schedule.active else False
            # sudo: a date of the system that follows from what the user may set
            schedule.sudo().next_run_at = due

    # === BUSINESS: WHAT ===

    def _as_owner(self):
        """Return the report with rights and language of its owner, in its company."""
        self.ensure_one()
        return self.with_user(self.user_id).with_context(
            lang=self.user_id.lang, tz=self.tz, allowed_company_ids=self.company_id.ids
        )

    def _extra_domain(self):
        """Return the further conditions; only constants, no code.

        :raise ValueError, SyntaxError: this is no domain
        """
        return Domain(literal_eval(self.extra_domain or "[]"))

    def _days(self, due):
        """Return first and last day of the period that the report due at ``due`` is about."""
        if self.period in ("open", "all"):
            return None, None
        local = pytz.utc.localize(due).astimezone(pytz.timezone(self.tz))
        return days_of(self.period, local.date())

    def _ticket_domain(self, due):
        domain = self._scope_domain() & self._extra_domain() & self._days_domain(*self._days(due))
        if self.period == "open":
            domain &= Domain("is_open", "=", True)
        return domain

    def _report_filters(self, due):
        """Return what the report is about in words."""
        lines = self._filter_lines(*self._days(due))
        period = dict(self._fields["period"]._description_selection(self.env))
        return [(self.env._("Period"), period[self.period]), *lines]

    # === BUSINESS: TO WHOM ===

    def _recipients(self):
        """Return the addresses, each once, as ``{normalized: formatted}``."""
        self.ensure_one()
        # sudo: addresses of those a manager chose as recipients
        schedule_sudo = self.sudo()
        partners = schedule_sudo.recipient_user_ids.filtered("active").partner_id
        partners |= schedule_sudo.recipient_partner_ids
        formatted = [partner.email_formatted for partner in partners if partner.email_normalized]
        formatted += email_split_and_format((self.recipient_emails or "").replace(";", ","))
        return {email_normalize(address): address for address in reversed(formatted)}
