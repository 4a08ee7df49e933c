from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

#: Follow-ups the cron reminds of before it commits.
_BATCH = 100
_ACTIVITY = "caredesk_ticket.mail_activity_type_follow_up"


class CaredeskTicket(models.Model):
    """Follow-up: some days after the solution somebody asks the customer whether it holds."""

    _inherit = "caredesk.ticket"

    follow_up_at = fields.Datetime(
        "Follow-up Planned",
        copy=False,
        tracking=True,
        help="When to ask the customer whether the solution holds. Empty: no follow-up is due.",
    )
    follow_up_reminded_at = fields.Datetime("Follow-up Reminder", readonly=True, copy=False)
    followed_up_at = fields.Datetime("Followed up on", readonly=True, copy=False)
    customer_feedback = fields.Text(
        readonly=True, copy=False, help="What the customer said when asked after the solution."
    )
    can_follow_up = fields.Boolean(compute="_compute_can_follow_up")

    _follow_up_idx = models.Index(
        "(follow_up_at) WHERE follow_up_at IS NOT NULL AND follow_up_reminded_at IS NULL"
    )

    # === COMPUTE ===

    @api.depends("state", "is_closed", "follow_up_at", "user_id")
    @api.depends_context("uid")
    def _compute_can_follow_up(self):
        for ticket in self:
            ticket.can_follow_up = (
                ticket.state == "done"
                and not ticket.is_closed
                and bool(ticket.follow_up_at)
                and ticket._may_follow_up()
            )

    # === CRUD ===

    def write(self, vals):
        if "follow_up_at" in vals and "follow_up_reminded_at" not in vals:
            moved = self.filtered("follow_up_reminded_at")
            if moved:
                # A new date is reminded of again.
                moved._own_code().write({"follow_up_reminded_at": False})
        return super().write(vals)

    # === ACTIONS ===

    def action_follow_up_done(self, note=None):
        """Record that the customer was asked.

        :param note: what he or she said, kept in the conversation
        """
        note = self._as_text(note)
        for ticket in self:
            ticket._check_step(
                "close",
                ticket._may_follow_up(),
                self.env._("its performer, a colleague in its group or the response team"),
            )
            if not ticket.follow_up_at:
                raise UserError(
                    self.env._("Ticket %(number)s has no follow-up to do.", number=ticket.number)
                )
            reminders = ticket.sudo()._follow_up_activities()
            if reminders:
                # Marking the reminder as done records the rest, as if it was done there.
                reminders.action_feedback(feedback=note or False)
            else:
                ticket.sudo()._end_follow_up(note)
        return True

    def action_open_follow_up(self):
        """Ask what the customer said."""
        return self._dialog("caredesk.ticket.follow.up", self.env._("Follow-up Done"))

    # === BUSINESS ===

    def _may_follow_up(self):
        self.ensure_one()
        return (
            self._is_performer()
            or self._is_intake()
            or bool(self._seat_of(self.env.user, self.group_id))
        )

    def _plan_follow_up(self):
        """Set the date of the follow-up, unless somebody chose one."""
        self.ensure_one()
        days = self.group_id.sudo().follow_up_days  # a setting, not a secret
        if days and not self.follow_up_at:
            due_at = fields.Datetime.now() + timedelta(days=days)
            self.sudo()._own_code().write({"follow_up_at": due_at, "follow_up_reminded_at": False})

    def _follow_up_activities(self):
        kind = self.env.ref(_ACTIVITY, raise_if_not_found=False)
        return self.activity_ids.filtered(lambda activity: activity.activity_type_id == kind)

    def _drop_follow_up(self):
        """Return the values without a follow-up; a reminder is taken back."""
        self.filtered("follow_up_reminded_at")._follow_up_activities().unlink()
        return {"follow_up_at": False, "follow_up_reminded_at": False}

    def _end_follow_up(self, note="", logged=False):
        """Note that the customer was asked; close the ticket where the group wants that.

        :param note: what the customer said
        :param logged: whether it stands in the conversation already
        """
        vals = {
            "follow_up_at": False,
            "follow_up_reminded_at": False,
            "followed_up_at": fields.Datetime.now(),
        }
        if note:
            vals["customer_feedback"] = html2plaintext(note)
        for ticket in self.filtered("follow_up_at"):
            ticket._own_code().write(vals)
            if note and not logged:
                ticket._message_log(
                    body=Markup("<p>%s</p>") % self.env._("Follow-up: %(note)s", note=note)
                )
            ticket._close_if_finished()

    # === CRON ===

    @api.model
    def _cron_follow_up(self):
        """Cron: remind somebody of each follow-up that is due, once."""
        now = fields.Datetime.now()
        domain = self._domain_to_remind(now)
        tickets = self.search(domain, limit=_BATCH, order="follow_up_at").try_lock_for_update()
        tickets._own_code().write({"follow_up_reminded_at": now})
        self._tell_each(tickets, type(tickets)._remind_of_follow_up)
        left = self.search_count(domain, limit=_BATCH)
        self.env["ir.cron"]._commit_progress(len(tickets), remaining=left)

    @api.model
    def _domain_to_remind(self, now):
        return [
            ("follow_up_at", "<=", now),
            ("follow_up_reminded_at", "=", False),
            ("state", "=", "done"),
            ("is_closed", "=", False),
        ]

    def _remind_of_follow_up(self):
        self.ensure_one()
        person = self._person_in_charge()
        moment = fields.Datetime.context_timestamp(
            self.with_context(tz=person.tz or "UTC"), self.follow_up_at
        )
        # A cron speaks no language: the summary is in that of who reads it.
        self.with_context(lang=person.lang).activity_schedule(
            _ACTIVITY,
            date_deadline=moment.date(),
            user_id=person.id,
        )


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def unlink(self):
        """Cancelling the reminder of a follow-up gives the follow-up up.

        Else the ticket would wait for it for ever: nobody is reminded twice.
        """
        ticket_ids = self.filtered("active")._caredesk_followed_ids()
        result = super().unlink()
        if ticket_ids:
            # sudo: whoever may cancel the reminder may give the follow-up up
            tickets_sudo = self.env["caredesk.ticket"].sudo().browse(ticket_ids).exists()
            waiting = tickets_sudo.filtered("follow_up_reminded_at")
            left = waiting.filtered(lambda ticket: not ticket._follow_up_activities())
            left._own_code().write({"follow_up_at": False, "follow_up_reminded_at": False})
        return result

    def _caredesk_followed_ids(self):
        """Return the ids of the tickets whose follow-up these activities remind of."""
        kind = self.env.ref(_ACTIVITY, raise_if_not_found=False)
        return [
            activity.res_id
            for activity in self
            if activity.activity_type_id == kind and activity.res_model == "caredesk.ticket"
        ]

    def _action_done(self, feedback=False, attachment_ids=None):
        """Marking the reminder of a follow-up as done ends the follow-up."""
        ticket_ids = self._caredesk_followed_ids()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if ticket_ids:
            # sudo: whoever may mark the reminder as done has done the follow-up
            tickets_sudo = self.env["caredesk.ticket"].sudo().browse(ticket_ids).exists()
            tickets_sudo._end_follow_up(feedback, logged=True)
        return result
