from odoo import fields, models

from ..domain import sla


class CaredeskSlaStatus(models.Model):
    """Counting a promise anew from the life of its ticket."""

    _inherit = "caredesk.sla.status"

    # === BUSINESS ===

    def _recount(self, rule, life, silent):
        """Count this promise anew by ``rule``, which may have changed; see `_sla_reapply`."""
        self.ensure_one()
        vals = self._prepare_recount(rule, self.started_at, life, self.state, silent)
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if "calendar_id" in changed and self.calendar_id.id == (changed["calendar_id"] or False):
            del changed["calendar_id"]
        if changed:
            self.write(changed)

    def _prepare_recount(self, rule, begin, life, state, silent):
        """Return the values of a promise made at ``begin`` by its rule and the ticket's life.

        :param state: what the promise was before
        """
        now = fields.Datetime.now()
        hours = self.env["resource.calendar"]._caredesk_hours(rule.calendar)
        clock = sla.SlaClock(rule.seconds)
        clock = sla.replay(clock, rule.target, rule.pause_on, begin, life, hours)
        broken = clock.left_at(now, hours) < 0
        if state == sla.FAILED and not broken:
            state = sla.RUNNING  # the promise has become a longer one
        elif broken and silent:
            state = sla.FAILED
        vals = self._prepare_clock(clock, hours, rule.warn_seconds, state)
        if vals["state"] == sla.NEAR and vals["warn_at"] and vals["warn_at"] > now:
            vals["state"] = sla.RUNNING
        elif vals["state"] == sla.RUNNING and silent and vals["warn_at"] and vals["warn_at"] <= now:
            vals["state"] = sla.NEAR
        return {**vals, "calendar_id": rule.calendar[0] if rule.calendar else False}

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
        broken = self.filtered(lambda row: row.state == sla.FAILED and row.policy_id.active)
        (self - broken).unlink()
        broken.write({"since_at": False, "deadline_at": False, "warn_at": False})
