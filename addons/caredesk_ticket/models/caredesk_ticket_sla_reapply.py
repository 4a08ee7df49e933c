from odoo import models

from ..domain import sla


class CaredeskTicket(models.Model):
    """Applying the policies anew: after the ticket, a policy or working hours have changed."""

    _inherit = "caredesk.ticket"

    def _sla_reapply(self, silent=False):
        """Bring the promises of these tickets in line with the policies.

        Every clock is counted anew from the time lines, so that what was promised later stands
        as if it had been promised at once. What was kept or broken stays so, unless the promise
        itself has changed.

        :param silent: promises broken by this very change are marked and nobody is told
        """
        rows_of, life_of = self._sla_rows([]), self._sla_life()
        added = []
        for ticket in self:
            rows = rows_of.get(ticket.id, self.env["caredesk.sla.status"])
            facts = ticket._sla_facts()
            rules = self.env["caredesk.sla.policy"]._rules_of(ticket.group_id.id)
            wanted = {rule.policy_id: rule for rule in rules if rule.matches(facts)}
            life = life_of.get(ticket.id, [])
            for row in rows.filtered(lambda row: not row.reached_at):
                rule = wanted.get(row.policy_id.id)
                if rule and rule.target != row.target:
                    row.unlink()  # the policy promises something else now
                elif rule:
                    row._recount(rule, life, silent)
                else:
                    row._withdraw()
            known = set(rows.exists().policy_id.ids)
            added.append(
                [
                    ticket._prepare_sla_row_since(rule, life, silent)
                    for rule in wanted.values()
                    if rule.policy_id not in known and ticket._sla_may_promise(rule, life)
                ]
            )
        self._sla_apply(added)
        self._sla_refresh()

    def _sla_life(self):
        """Return ``{ticket id: stretches of its open life, in order}``."""
        life_of = {}
        lines = self.env["caredesk.ticket.time"].search(
            [("ticket_id", "in", self.ids)], order="start_at, id"
        )
        for line in lines:
            stretch = sla.Stretch(
                line.start_at, line.stop_at or None, line.state, line.reason or None
            )
            life_of.setdefault(line.ticket_id.id, []).append(stretch)
        return life_of

    def _sla_may_promise(self, rule, life):
        """Tell whether a promise not made so far has a beginning and is still to be kept."""
        self.ensure_one()
        if not life or rule.target == sla.NEXT_RESPONSE:
            return False  # the next response is promised when the customer writes
        if rule.target == sla.STAGE:
            stage = self.env["caredesk.ticket.stage"].browse(rule.stage_id)
            return self.is_open and self.stage_id.sequence < stage.sequence
        return self.state != "cancelled"

    def _prepare_sla_row_since(self, rule, life, silent):
        """Return the values of a service level counted from the beginning of the ticket."""
        self.ensure_one()
        begin = life[0].start
        happened_at = {
            sla.FIRST_RESPONSE: self.first_response_at,
            sla.RESOLUTION: self.state == "done" and self.done_at,
        }.get(rule.target)
        row = {**self._prepare_sla_row(rule, begin), "ticket_id": self.id}
        statuses = self.env["caredesk.sla.status"]
        if happened_at:
            return {**row, **statuses._prepare_end(rule, begin, life, happened_at)}
        return {**row, **statuses._prepare_recount(rule, begin, life, sla.RUNNING, silent)}
