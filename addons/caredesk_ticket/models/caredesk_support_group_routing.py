from odoo import api, models
from odoo.tools import SQL

#: Stranded tickets brought in by one run of the cron.
_RESCUED_AT_ONCE = 100


class CaredeskSupportGroup(models.Model):
    """Whether a group hands out tickets at a moment, and who would notice."""

    _inherit = "caredesk.support.group"

    # === BUSINESS ===

    def _is_open_at(self, moment):
        """Tell whether tickets may be assigned at ``moment`` (naive UTC)."""
        self.ensure_one()
        if not self.assign_in_hours_only:
            return True
        return self._hours().works_at(moment)

    def _hours(self):
        """Return the working hours of this group; all hours when it has none."""
        self.ensure_one()
        calendar = self.calendar_id and (self.calendar_id.id, self.company_id.id)
        return self.env["resource.calendar"]._caredesk_hours(calendar)

    def _routable(self, moment):
        """Return the groups of ``self`` that hand out tickets by themselves at ``moment``."""
        return self.filtered(
            lambda group: group.active and group.auto_assign and group._is_open_at(moment)
        )

    @api.model
    def _rescue_stranded(self):
        """Bring in tickets created in a group just while it was archived or lost their type.

        Both transactions saw the other's past; nobody would ever look into that queue.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT ticket.id FROM caredesk_support_group grp"
                " JOIN caredesk_ticket ticket ON ticket.group_id = grp.id"
                " LEFT JOIN caredesk_ticket_type kind ON kind.id = ticket.type_id"
                " WHERE ticket.state = 'unassigned'"
                " AND (grp.active IS NOT TRUE OR kind.group_id <> ticket.group_id) LIMIT %s",
                _RESCUED_AT_ONCE,
            )
        )
        tickets = self.env["caredesk.ticket"].browse(row[0] for row in rows)
        moves = {}
        for ticket in tickets:
            served = ticket.type_id.group_id.filtered("active")
            target = served or self._default_group(ticket.company_id)
            if target and target != ticket.group_id:
                move = (ticket.group_id, target, bool(served))
                moves[move] = moves.get(move, tickets.browse()) | ticket
        for (group, target, keep_type), stranded in moves.items():
            # A cron has no language: the history is kept in the company's.
            ours = group.with_context(lang=group.company_id.partner_id.lang)
            reason = ours.env._("Nobody serves %(group)s", group=ours.name)
            stranded._hand_over(target, reason, keep_type=keep_type)

    @api.model
    def _with_queue(self):
        """Return the groups that have unassigned tickets and serve their queue."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ticket.group_id FROM caredesk_ticket ticket"
                " JOIN caredesk_support_group grp ON grp.id = ticket.group_id"
                " WHERE ticket.state = 'unassigned' AND grp.active"
                " AND grp.dispatch_queue AND grp.auto_assign"
            )
        )
        return self.browse(row[0] for row in rows)
