from odoo import api, models

from ..domain import routing


class CaredeskTicket(models.Model):
    """Routing of new tickets: decided before the rows are written, so it costs no update."""

    _inherit = "caredesk.ticket"

    @api.model
    def _route_new(self, vals_list, now):
        """Fill in performer and state of new tickets whose group finds somebody for them.

        The whole batch is put in queue order first and each ticket meets the availability
        left by the one before. Tickets that find nobody stay unassigned.

        :param vals_list: prepared values, changed in place
        :param now: naive UTC datetime
        :return: ids of the groups with tickets left in the queue
        """
        waiting_for_seat = [
            index for index, vals in enumerate(vals_list) if vals["state"] == "unassigned"
        ]
        group_ids = {vals_list[index]["group_id"] for index in waiting_for_seat}
        # sudo: routing looks at groups and members the creator need not see
        groups_sudo = self.env["caredesk.support.group"].sudo().browse(group_ids)
        groups_sudo = groups_sudo._routable(now)
        if not groups_sudo:
            return group_ids
        dispatcher_sudo = self.env["caredesk.dispatcher"].sudo()
        seats, loads = dispatcher_sudo._seats(groups_sudo)
        queue = [self._queued_vals(index, vals_list[index]) for index in waiting_for_seat]
        waiting_too = frozenset(groups_sudo.filtered("assign_to_waiting").ids)
        chosen = routing.plan(queue, seats, loads, waiting_too)
        if chosen:
            user_ids = {seat.user_id for seat in chosen.values()}
            reserved = self.env["caredesk.support.agent"]._reserve(user_ids, now)
            if len(reserved) < len(user_ids):
                # Who is left serves the most important tickets, not those planned for him.
                seats, loads = dispatcher_sudo._seats(groups_sudo, reserved)
                chosen = routing.plan(queue, seats, loads, waiting_too)
            for index, seat in chosen.items():
                vals_list[index].update(user_id=seat.user_id, state="todo", assigned_at=now)
        return {
            vals_list[index]["group_id"]
            for index in waiting_for_seat
            if vals_list[index]["state"] == "unassigned"
        }

    def _queued(self):
        """Return the ticket as routing sees it."""
        self.ensure_one()
        return routing.QueuedTicket(
            key=self.id,
            group_id=self.group_id.id,
            priority=self.priority,
            severity=self.severity,
            deadline=self.sla_deadline or None,
            arrival=self.id,
            skills=routing.skills_of(self.skill_key),
        )

    @api.model
    def _queued_vals(self, index, vals):
        return routing.QueuedTicket(
            key=index,
            group_id=vals["group_id"],
            priority=vals["priority"],
            severity=vals["severity"],
            deadline=vals.get("sla_deadline") or None,
            arrival=index,
            skills=routing.skills_of(vals.get("skill_key")),
        )
