from odoo import api, fields, models
from odoo.tools import SQL

from ..domain import sla
from .conflicts import is_waited_for, stand_aside, unhindered

#: Rows marked before the cron commits: who saves one of these tickets waits that long.
_MARKED = 200


class CaredeskSlaStatus(models.Model):
    """Watching the promises: marking those in danger and those broken, telling of them once."""

    _inherit = "caredesk.sla.status"

    # === CRON ===

    @api.model
    def _cron_watch(self):
        """Cron: mark what is due, tell people, escalate.

        Marking comes first and is committed by itself: however slow the telling is, and
        whatever fails in it, lists and queues are right, and nobody is told twice.
        """
        commit = self.env["ir.cron"]._commit_progress
        for mark in (self._mark_broken, self._mark_near):
            while marked := unhindered(self.env, mark):
                commit(marked, remaining=1)
        while told := unhindered(self.env, self._tell_one):
            if is_waited_for(self.env):  # who changes many tickets at once goes first
                stand_aside(self.env)
                break
            if not commit(told, remaining=1):
                return  # time is up: the rest comes with the next run
        commit(remaining=0)

    @api.model
    def _mark_broken(self):
        """Mark the promises whose deadline is over; return how many."""
        due = SQL("status.state IN ('running', 'near') AND status.deadline_at < %s", _now())
        return self._mark(due, SQL("status.deadline_at"), sla.FAILED)

    @api.model
    def _mark_near(self):
        """Mark the promises of which people have to be warned; return how many."""
        due = SQL("status.state = 'running' AND status.warn_at <= %s", _now())
        return self._mark(due, SQL("status.warn_at"), sla.NEAR)

    @api.model
    def _mark(self, due, order, state):
        """Bring what is ``due`` to ``state``; return how many promises.

        Finding and locking is one query, the first of its transaction: who saves one of these
        tickets at this moment goes first, and who does it later finds a short transaction.
        """
        self.flush_model(["state", "deadline_at", "warn_at"])
        found = self.env.execute_query(
            SQL(
                "SELECT status.id FROM caredesk_sla_status status"
                " JOIN caredesk_ticket ticket ON ticket.id = status.ticket_id"
                " WHERE %s ORDER BY %s LIMIT %s FOR NO KEY UPDATE SKIP LOCKED",
                due,
                order,
                _MARKED,
            )
        )
        rows = self.browse(row[0] for row in found)
        rows.write({"state": state, "notice": state, "is_warned": True})
        tickets = rows.ticket_id
        if state == sla.NEAR:
            tickets = tickets.filtered(lambda ticket: ticket.sla_state != sla.FAILED)
        tickets._own_code().write({"sla_state": state})
        return len(rows)

    @api.model
    def _tell_one(self):
        """Tell people of one promise and escalate it; return how many were found."""
        pending = self._lock_pending(False) or self._lock_pending(True)
        tickets = self.env["caredesk.ticket"]
        tickets._tell_each(pending, type(self)._tell)
        tickets._tell_each(pending, type(self)._escalate)
        pending.exists().write({"notice": False})  # a withdrawn one may be gone
        return len(pending)

    @api.model
    def _lock_pending(self, escalates):
        """Return a promise people have to be told of, locked, the ticket too if it is changed.

        Who saves a ticket at this moment is not waited for: he might be waiting for the promise.
        """
        self.flush_model(["notice"])
        self.policy_id.flush_model(["escalate_priority", "escalate_group_id"])
        found = self.env.execute_query(
            SQL(
                "SELECT status.id FROM caredesk_sla_status status"
                " JOIN caredesk_ticket ticket ON ticket.id = status.ticket_id"
                " JOIN caredesk_sla_policy policy ON policy.id = status.policy_id"
                " WHERE status.notice IS NOT NULL AND %s = (status.notice = 'failed' AND"
                " (policy.escalate_priority IS TRUE OR policy.escalate_group_id IS NOT NULL))"
                " ORDER BY status.id LIMIT 1 FOR NO KEY UPDATE OF %s SKIP LOCKED",
                escalates,
                SQL("status, ticket") if escalates else SQL("status"),
            )
        )
        return self.browse(row[0] for row in found)

    # === BUSINESS ===

    def _tell(self):
        """Tell people that this promise is in danger or was broken."""
        self.ensure_one()
        if self.notice == sla.FAILED or not self.reached_at:  # else answered just in time
            self.ticket_id._tell(self._people(), self._prepare_notice)

    def _people(self):
        """Return the users who are told: active ones only, each once."""
        ticket, policy = self.ticket_id, self.policy_id
        people = policy.notify_user_ids
        if policy.notify_performer:
            people |= ticket.user_id
        if policy.notify_managers:
            people |= ticket._told_of_problems()
        return people.filtered("active")

    def _prepare_notice(self, ticket):
        """Return subject and body of the notice, in the language of ``ticket``."""
        status = self.with_env(ticket.env)
        translated = ticket.env._
        words = {
            "policy": status.policy_id.name,
            "title": ticket.display_name,
            "time": ticket._duration_in_words(abs(status.left_seconds), in_days=False),
        }
        if self.notice == sla.NEAR:
            return (
                translated("Ticket %(title)s is nearly due", **words),
                translated("«%(policy)s»: %(time)s left.", **words),
            )
        return (
            translated("Ticket %(title)s missed a deadline", **words),
            translated("The service level «%(policy)s» was not kept.", **words),
        )

    def _escalate(self):
        """Do what the policy asks for when it is broken: once, and only where it still can.

        A cron has no language: what is noted on the ticket is in the company's.
        """
        self.ensure_one()
        if self.notice != sla.FAILED or not self.ticket_id.is_open:
            return
        env = self.with_context(lang=self.company_id.partner_id.lang).env
        ticket, policy = self.ticket_id.with_env(env), self.policy_id.with_env(env)
        done = []
        if policy.escalate_priority and ticket.priority < "3":
            ticket._own_code().write({"priority": str(int(ticket.priority) + 1)})
            done.append(env._("the priority was raised"))
        group = policy.escalate_group_id
        if group.active and group != ticket.group_id:
            ticket._hand_over(group, env._("«%(policy)s» was missed", policy=policy.name))
            done.append(env._("it was moved to %(group)s", group=group.name))
        if done:
            ticket._message_log(
                body=env._(
                    "«%(policy)s» was missed: %(what)s.", policy=policy.name, what=", ".join(done)
                )
            )


def _now():
    return fields.Datetime.now()
