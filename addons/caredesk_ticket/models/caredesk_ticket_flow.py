from odoo import fields, models
from odoo.exceptions import UserError

from ..domain.states import LOAD_STATES, WAITING, next_state, states_allowing


class CaredeskTicket(models.Model):
    """The buttons: start, wait, continue, complete, cancel, reopen, close.

    Each is callable by RPC and checks for itself who asks and in which state the ticket is.
    """

    _inherit = "caredesk.ticket"

    # === ACTIONS ===

    def action_start(self, pause_others=False):
        """Start to work on the ticket.

        :param pause_others: put what the performer has in progress to waiting first
        :raise UserError: when the performer already works on another ticket
        """
        for ticket in self:
            ticket._check_step("start", ticket._is_performer(), self.env._("its performer"))
            paused = ticket._check_parallel_work(pause_others)
            ticket._transition("start")
            paused._dispatch_freed()
        return True

    def action_wait(self, reason, until=None):
        """Put the ticket to waiting.

        :param reason: 'customer' (waits for the customer's reply) or 'not_now'
        :param until: when it comes back to its performer by itself, in the future (datetime
            in UTC, or text as the server writes it); only with the reason 'not_now'
        """
        vals = self._prepare_wait(reason, until)
        for ticket in self:
            ticket._check_step("wait", ticket._is_performer(), self.env._("its performer"))
            ticket._transition("wait", vals)
            ticket._dispatch_freed()
        return True

    def action_continue(self, pause_others=False):
        """Go on working on a waiting ticket; see :meth:`action_start`."""
        for ticket in self:
            ticket._check_step("continue", ticket._is_performer(), self.env._("its performer"))
            paused = ticket._check_parallel_work(pause_others)
            ticket._transition("continue", {"waiting_reason": False})
            paused._dispatch_freed()
        return True

    def action_complete(self, result=None, cause=None, outcome=None):
        """Finish the ticket.

        :param result: what was done for the customer; may be given on the ticket before
        :param cause: why it happened; required when the ticket type asks for it
        :param outcome: 'solved' (also when neither is said) or 'not_solved'
        """
        for ticket in self:
            ticket._check_step("complete", ticket._is_performer(), self.env._("its performer"))
            vals = ticket._prepare_completion(result, cause)
            vals["outcome"] = ticket._checked_outcome(outcome)
            ticket._transition("complete", vals)
            ticket._after_completion()
            ticket._dispatch_freed()
        return True

    def action_cancel(self, reason):
        """Cancel the ticket: its creator or intake before work began, a manager at any time.

        :param reason: text, required
        """
        reason = self._as_text(reason)
        if not reason:
            raise UserError(self.env._("Say why the ticket is cancelled."))
        for ticket in self:
            early = ticket.state in ("unassigned", "todo") and (
                ticket._is_intake() or ticket.create_uid == self.env.user
            )
            ticket._check_step(
                "cancel",
                ticket._is_manager() or early,
                self.env._("a manager, or its creator or intake before work began"),
            )
            ticket._transition("cancel", {"cancel_reason": reason, "waiting_reason": False})
            ticket._dispatch_freed()
        return True

    def action_reopen(self):
        """Reopen a done ticket; a cancelled one only by a manager."""
        for ticket in self:
            if ticket.state == "cancelled":
                allowed, who = ticket._is_manager(), self.env._("a manager")
            else:
                allowed = (
                    ticket._is_intake()
                    or ticket._is_performer()
                    or ticket.create_uid == self.env.user
                )
                who = self.env._("its performer, its creator, intake or a manager")
            ticket._check_step("reopen", allowed, who)
            ticket._reopen()
        return True

    def action_close(self):
        """Close a done ticket for good: the response team, or a manager."""
        for ticket in self:
            ticket._check_step(
                "close", ticket._is_intake(), self.env._("the response team or a manager")
            )
            if ticket.is_closed:
                raise UserError(
                    self.env._("Ticket %(number)s is closed already.", number=ticket.number)
                )
            ticket._check_quality_passed()
            ticket._set_closed()
        return True

    # === BUSINESS ===

    def _check_state(self, step):
        """Raise when the state of the ticket does not allow ``step``."""
        self.ensure_one()
        if next_state(step, self.state):
            return
        labels = dict(self._fields["state"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "Ticket %(number)s is «%(state)s»; this is possible only when it is %(states)s.",
                number=self.number,
                state=labels[self.state],
                states=", ".join(f"«{labels[state]}»" for state in states_allowing(step)),
            )
        )

    def _check_parallel_work(self, pause_others):
        """Keep a person to one ticket in progress, unless the group allows several.

        :return: the tickets that were put to waiting instead. The caller serves the queue once
            this ticket is in progress: before, its performer looks freer than he or she is.
        """
        self.ensure_one()
        if self.group_id.sudo().allow_parallel_work:  # a setting, not a secret
            return self.browse()
        self._raise_load_of(self.user_id)  # two starts at once: the second one must see the first
        others = self._in_progress_of_performer()
        if others and not pause_others:
            raise UserError(
                self.env._(
                    "You are already working on %(number)s. Put it to waiting or complete it "
                    "first.",
                    number=others[0].number,
                )
            )
        for other in others:
            other._transition("wait", {"waiting_reason": "not_now"})
        return others

    def _in_progress_of_performer(self):
        """Return the other tickets the performer has in progress, whatever their group."""
        self.ensure_one()
        # sudo: one's own work counts in whichever group or company it is
        return self.sudo().search(
            [
                ("user_id", "=", self.user_id.id),
                ("state", "=", "in_progress"),
                ("id", "!=", self.id),
            ]
        )

    def _prepare_wait(self, reason, until):
        """Return the values of waiting tickets; see :meth:`action_wait`."""
        reason = self._as_text(reason)
        if reason not in dict(self._fields["waiting_reason"].selection):
            raise UserError(
                self.env._("Say what the ticket waits for: the customer's reply, or your time.")
            )
        return {
            "waiting_reason": reason,
            "customer_replied": False,
            "snooze_until": self._snoozed_until(reason, until),
        }

    def _prepare_completion(self, result, cause):
        self.ensure_one()
        result = self._as_text(result) or (self.result or "").strip()
        cause = self._as_text(cause) or (self.cause or "").strip()
        if not result:
            raise UserError(
                self.env._("Say what was done for the customer before completing the ticket.")
            )
        if self.type_id.sudo().require_cause and not cause:  # a setting, not a secret
            raise UserError(
                self.env._("Tickets of type %(type)s need a cause.", type=self.type_id.name)
            )
        return {
            "result": result,
            "cause": cause,
            "waiting_reason": False,
            "done_by_id": self.env.uid,
            "customer_replied": False,  # who completes a ticket has read it
        }

    def _transition(self, step, vals=None):
        """Take ``step`` on one ticket: state, stage, clock and time line together.

        Who may do it was checked by the caller; from here on it is the system's work.

        :param vals: further values written with the state
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        self._check_state(step)
        now = fields.Datetime.now()
        state = next_state(step, ticket_sudo.state)
        if ticket_sudo.state == WAITING and state in LOAD_STATES:
            # A waiting ticket leaves its performer free for others; from here on it does not.
            self._raise_load_of(ticket_sudo.user_id)
        ticket_sudo._own_code().write(
            {
                "state": state,
                **ticket_sudo._stage_vals(ticket_sudo._stage_for(state), now),
                **ticket_sudo._clock_vals(now, state),
                **ticket_sudo._stamp_vals(step, now),
                **(vals or {}),
            }
        )
        ticket_sudo._switch_time_line(now, state, (vals or {}).get("waiting_reason"))
        ticket_sudo._sla_on_state(now)

    def _stamp_vals(self, step, now):
        """Return the date that ``step`` sets, the very moment at which the clocks change."""
        self.ensure_one()
        if step in ("start", "continue") and not self.started_at:
            return {"started_at": now}
        stamps = {"complete": "done_at", "cancel": "cancelled_at"}
        return {stamps[step]: now} if step in stamps else {}

    def _dispatch_freed(self):
        """Serve the queues of the performer, who may have become free."""
        if self.user_id:
            self.env["caredesk.dispatcher"]._dispatch_for(self.user_id)
