from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: Tickets reminded of before the cron commits.
_BATCH = 50
_DAYS_KEY = "caredesk_ticket.waiting_too_long_days"
_DEFAULT_DAYS = 3


class CaredeskTicket(models.Model):
    """Tickets that somebody holds and nobody touches: not started, or waiting, for too long."""

    _inherit = "caredesk.ticket"

    forgotten_reminded_at = fields.Datetime(
        readonly=True, copy=False, help="When the performer was reminded of this stay."
    )

    # === BUSINESS ===

    @api.model
    def _waiting_too_long_days(self):
        """Return after how many days a ticket waits too long."""
        # sudo: a setting, not a secret
        value = self.env["ir.config_parameter"].sudo().get_param(_DAYS_KEY, _DEFAULT_DAYS)
        return int(value) if str(value).isdecimal() and int(value) else _DEFAULT_DAYS

    @api.model
    def _waiting_too_long_domain(self, now, states=("waiting",)):
        """Return which tickets stand in ``states`` for too long, those put off until a day not."""
        since = now - timedelta(days=self._waiting_too_long_days())
        return (
            Domain("state", "in", states)
            & Domain("clock_started_at", "<", fields.Datetime.to_string(since))
            & Domain("snooze_until", "=", False)
        )

    def _transition(self, step, vals=None):
        """With each step the ticket was not forgotten."""
        return super()._transition(step, {"forgotten_reminded_at": False, **(vals or {})})

    @api.model
    def _give(self, user_of, method, now, reason=None):
        """A new performer is reminded anew."""
        for ticket in user_of:
            if ticket.forgotten_reminded_at:
                ticket._own_code().write({"forgotten_reminded_at": False})
        return super()._give(user_of, method, now, reason)

    # === CRON ===

    @api.model
    def _cron_remind_of_forgotten(self):
        """Cron: remind performers of what they forgot, once for each stay in a state.

        Reads open tickets that somebody holds, so it does not become slower with the years.
        """
        now = fields.Datetime.now()
        domain = self._waiting_too_long_domain(now, ("todo", "waiting"))
        domain &= Domain("forgotten_reminded_at", "=", False) & Domain("user_id", "!=", False)
        tickets = self.search(domain, limit=_BATCH, order="clock_started_at")
        tickets = tickets.try_lock_for_update()
        self._tell_each(tickets, type(tickets)._remind_of_forgotten)
        tickets._own_code().write({"forgotten_reminded_at": now})
        left = self.search_count(domain, limit=_BATCH)
        self.env["ir.cron"]._commit_progress(len(tickets), remaining=left)

    def _remind_of_forgotten(self):
        self.ensure_one()
        people = self.user_id if self.user_id.active else self._told_of_problems()
        self._tell(people, self._prepare_forgotten_notice)

    @api.model
    def _prepare_forgotten_notice(self, ticket):
        subject = ticket.env._("Ticket %(title)s has been forgotten", title=ticket.display_name)
        labels = dict(ticket._fields["state"]._description_selection(ticket.env))
        stay = (fields.Datetime.now() - ticket.clock_started_at).total_seconds()
        body = ticket.env._(
            "It has been «%(state)s» for %(time)s. Go on with it, put it off until a day, or give "
            "it to a colleague.",
            state=labels[ticket.state],
            time=ticket._duration_in_words(int(stay)),
        )
        return subject, body
