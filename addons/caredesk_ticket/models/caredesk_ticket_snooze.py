from odoo import api, fields, models
from odoo.exceptions import UserError

#: Tickets brought back before the cron commits.
_BATCH = 50


class CaredeskTicket(models.Model):
    """Putting a ticket off until a day, and bringing it back when that day has come."""

    _inherit = "caredesk.ticket"

    snooze_until = fields.Datetime(
        "Put Off Until",
        readonly=True,
        copy=False,
        help="The ticket waits, and comes back to its performer at this time.",
    )
    snooze_over = fields.Boolean(
        "Due Again",
        readonly=True,
        copy=False,
        help="The time this ticket was put off to has come.",
    )

    _snooze_idx = models.Index(
        "(snooze_until) WHERE state = 'waiting' AND snooze_until IS NOT NULL"
    )

    # === BUSINESS ===

    @api.model
    def _snoozed_until(self, reason, until):
        """Return when a ticket put to waiting comes back, False for not by itself."""
        until = self._as_future(until)
        if until and reason != "not_now":
            raise UserError(
                self.env._("Only a ticket that cannot be done yet can be put off until a day.")
            )
        return until or False

    @api.model
    def _as_future(self, value):
        """Return what a caller gave as a moment; None when nothing was given.

        :raise UserError: it is no moment, or not in the future
        """
        if not value:
            return None
        try:
            until = fields.Datetime.to_datetime(value)
        except (TypeError, ValueError, AttributeError):
            until = None
        if until is None or until.tzinfo or until <= fields.Datetime.now():
            raise UserError(self.env._("Put the ticket off until a moment in the future."))
        return until

    def _transition(self, step, vals=None):
        """End the putting off with the step that ends the waiting, whichever it is."""
        ended = {"snooze_until": False, "snooze_over": False}
        return super()._transition(step, {**ended, **(vals or {})})

    @api.model
    def _give(self, user_of, method, now, reason=None):
        """A new performer decides anew when he or she does it."""
        for ticket in user_of:
            if ticket.snooze_until or ticket.snooze_over:
                ticket._own_code().write({"snooze_until": False, "snooze_over": False})
        return super()._give(user_of, method, now, reason)

    # === CRON ===

    @api.model
    def _cron_wake(self):
        """Cron: bring back the tickets whose time has come, each once however late it runs."""
        domain = [("state", "=", "waiting"), ("snooze_until", "<=", fields.Datetime.now())]
        while due := self.search(domain, order="snooze_until", limit=_BATCH).try_lock_for_update():
            self._tell_each(due, type(self)._wake)
            # Also those that failed: one that cannot come back must not hold up the others.
            due._own_code().write({"snooze_until": False, "snooze_over": True})
            if not self.env["ir.cron"]._commit_progress(len(due), remaining=1):
                return  # time is up: the rest comes with the next run
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _wake(self):
        """Give a ticket back to its performer, if there is room for it, and tell him or her.

        Without room it goes on waiting, marked as due again: nobody is given more than the
        capacity by the clock.
        """
        self.ensure_one()
        if self._performer_has_room():
            self._transition("assign", {"waiting_reason": False})
        if self.user_id.active:
            self._tell(self.user_id, self._prepare_wake_notice)

    def _performer_has_room(self):
        """Tell whether the performer can hold one more, and keep others from filling the place."""
        self.ensure_one()
        seat = self._seat_of(self.user_id, self.group_id)
        if not seat or seat.is_away:
            return False
        user_ids = self.user_id.ids
        if not self.env["caredesk.support.agent"]._reserve(user_ids, fields.Datetime.now()):
            return False  # somebody is giving him or her a ticket at this very moment
        load = seat._loads(user_ids).get(self.user_id.id)
        return (load.open if load else 0) < seat.capacity

    @api.model
    def _prepare_wake_notice(self, ticket):
        subject = ticket.env._("Ticket %(title)s is due again", title=ticket.display_name)
        body = ticket.env._("The time you put this ticket off to has come.")
        return subject, body
