from odoo import api, fields, models

from ..domain import sla

#: Rows marked before the cron commits.
_MARKED = 1000
#: Notices sent before the cron commits.
_TOLD = 50


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
            while marked := mark():
                commit(marked, remaining=1)
        domain = [("notice", "!=", False)]
        while pending := self.search(domain, limit=_TOLD, order="id").try_lock_for_update():
            tickets = self.env["caredesk.ticket"]
            tickets._tell_each(pending, type(self)._tell)
            tickets._tell_each(pending, type(self)._escalate)
            pending.write({"notice": False})
            if not commit(len(pending), remaining=1):
                return  # time is up: the rest comes with the next run
        commit(remaining=0)

    @api.model
    def _mark_broken(self):
        """Mark the promises whose deadline is over; return how many."""
        domain = [("state", "in", (sla.RUNNING, sla.NEAR)), ("deadline_at", "<", _now())]
        return self._mark(domain, "deadline_at", sla.FAILED)

    @api.model
    def _mark_near(self):
        """Mark the promises of which people have to be warned; return how many."""
        domain = [("state", "=", sla.RUNNING), ("warn_at", "<=", _now())]
        return self._mark(domain, "warn_at", sla.NEAR)

    @api.model
    def _mark(self, domain, order, state):
        rows = self.search(domain, order=order, limit=_MARKED).try_lock_for_update()
        rows.write({"state": state, "notice": state, "is_warned": True})
        tickets = rows.ticket_id
        if state == sla.NEAR:
            tickets = tickets.filtered(lambda ticket: ticket.sla_state != sla.FAILED)
        tickets._own_code().write({"sla_state": state})
        return len(rows)

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
        """Do what the policy asks for when it is broken: once, and only where it still can."""
        self.ensure_one()
        ticket, policy = self.ticket_id, self.policy_id
        if self.notice != sla.FAILED or not ticket.is_open:
            return
        done = []
        if policy.escalate_priority and ticket.priority < "3":
            ticket._own_code().write({"priority": str(int(ticket.priority) + 1)})
            done.append(self.env._("the priority was raised"))
        group = policy.escalate_group_id
        if group.active and group != ticket.group_id:
            ticket._hand_over(group, self.env._("«%(policy)s» was missed", policy=policy.name))
            done.append(self.env._("it was moved to %(group)s", group=group.name))
        if done:
            ticket._message_log(
                body=self.env._(
                    "«%(policy)s» was missed: %(what)s.", policy=policy.name, what=", ".join(done)
                )
            )


def _now():
    return fields.Datetime.now()
