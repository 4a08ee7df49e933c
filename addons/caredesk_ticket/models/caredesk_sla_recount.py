from odoo import fields, models

from ..domain import sla


class CaredeskSlaStatus(models.Model):
    """Counting a promise anew from the life of its ticket."""

    _inherit = "caredesk.sla.status"

    # === BUSINESS ===

    def _recount(self, rule, life, silent):
        """Count this promise anew by ``rule``, which may have changed; see `_sla_reapply`."""
        self.ensure_one()
        vals = self._prepare_recount(rule, self.started_at, life, self._running_state(), silent)
        self._keep_missed_deadline(vals)
        changed = {
            name: value
            for name, value in vals.items()
            if (self[name].id if name == "calendar_id" else self[name]) != value
        }
        if changed:
            self.write(changed)

    def _keep_missed_deadline(self, vals):
        """Keep the deadline of a promise broken in an earlier stretch of the ticket's life.

        The clock knows only when the present stretch began, which is later.
        """
        same = (vals["allowed_seconds"], vals["calendar_id"]) == (
            self.allowed_seconds,
            self.calendar_id.id,
        )
        broken_before = vals["used_seconds"] >= vals["allowed_seconds"]
        if same and broken_before and self.deadline_at and vals["deadline_at"]:
            vals["deadline_at"] = min(self.deadline_at, vals["deadline_at"])

    def _prepare_recount(self, rule, begin, life, state, silent):
        """Return the values of a promise made at ``begin`` by its rule and the ticket's life.

        :param state: what the promise was before: running, near or failed
        """
        now = fields.Datetime.now()
        hours = self.env["resource.calendar"]._caredesk_hours(rule.calendar)
        clock = sla.SlaClock(rule.seconds)
        clock = sla.replay(clock, rule.target, rule.pause_on, begin, life, hours)
        used = clock.used_at(now, hours)
        warned = rule.warn_seconds is not None and used >= rule.warn_seconds
        deadline = clock.deadline(hours)
        if used < rule.seconds and state == sla.FAILED:
            state = sla.RUNNING  # the promise has become a longer one
        elif silent and (used > rule.seconds or (deadline and deadline < now)):
            state = sla.FAILED  # by the deadline too: it may lie at the end of a working day
        if state != sla.FAILED:
            near = warned and (silent or state == sla.NEAR)
            state = sla.NEAR if near else sla.RUNNING
        return {
            **self._prepare_clock(clock, hours, rule.warn_seconds, state),
            "is_warned": warned and (silent or state != sla.RUNNING),
            "calendar_id": rule.calendar[0] if rule.calendar else False,
            "exceeded_seconds": 0,
            "is_withdrawn": False,
        }

    def _prepare_end(self, rule, begin, life, moment):
        """Return the values of a promise that was kept or broken at ``moment``."""
        hours = self.env["resource.calendar"]._caredesk_hours(rule.calendar)
        clock = sla.SlaClock(rule.seconds)
        past = sla.until(life, moment)
        clock = sla.replay(clock, rule.target, rule.pause_on, begin, past, hours)
        return {
            "used_seconds": clock.used,
            "since_at": False,
            "deadline_at": False,
            "warn_at": False,
            "reached_at": moment,
            "exceeded_seconds": max(0, clock.used - clock.allowed),
            "state": sla.REACHED if clock.used <= clock.allowed else sla.FAILED,
        }

    def _withdraw(self):
        """Take back promises that no longer hold; that one was broken stays on record."""
        now = fields.Datetime.now()
        self._fail_overdue(now)
        broken = self.filtered(lambda row: row.state == sla.FAILED and row.policy_id.active)
        (self - broken).unlink()
        for row in broken.filtered(lambda row: not row.is_withdrawn):
            clock = row._clock().stop(now, row._hours())
            row.write(
                {
                    "is_withdrawn": True,
                    "used_seconds": clock.used,
                    "exceeded_seconds": max(0, clock.used - clock.allowed),
                    "since_at": False,
                    "deadline_at": False,
                    "warn_at": False,
                }
            )
