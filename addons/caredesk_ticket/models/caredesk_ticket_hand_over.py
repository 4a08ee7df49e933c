from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class CaredeskTicket(models.Model):
    """Moving tickets between groups: by their type, by hand, or because a group ended."""

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    def _write_classification(self, vals):
        """Prepare a change of type or group: the group follows the type, others hand over.

        :param vals: values being written; type and group are taken out where they are dealt
            with here
        """
        kinds = self.env["caredesk.ticket.type"]
        kind = kinds.browse(vals.get("type_id") or ())
        if kind:
            group = kind.sudo().group_id  # whoever may use the type may hand over to its group
        elif vals.get("group_id"):
            group = self.env["caredesk.support.group"].browse(vals["group_id"])
        else:
            return
        vals.pop("group_id", None)
        moving = self.filtered(lambda ticket: ticket.group_id != group)
        if not moving:
            return
        if not (self._is_own_code() or moving._is_intake()):
            raise AccessError(
                self.env._("Only intake agents and managers hand tickets over to another group.")
            )
        ended = moving.filtered(lambda ticket: not ticket.is_open)
        if ended:
            raise UserError(
                self.env._(
                    "Ticket %(number)s has ended. Reopen it before handing it to another group.",
                    number=ended[0].number,
                )
            )
        if kind:
            moving.sudo()._own_code().write({"type_id": kind.id})
        moving.sudo()._hand_over(group, None, keep_type=bool(kind))

    def _hand_over(self, group, reason, keep_type=False):
        """Move open tickets to another group and route them there.

        :param keep_type: whether the present type belongs to the new group; else it is
            cleared and the ticket waits there to be classified
        :raise UserError: when nobody serves that group any more
        """
        if not group.active:
            raise UserError(
                self.env._(
                    "%(group)s is archived and takes no tickets over.", group=group.sudo().name
                )
            )
        now = fields.Datetime.now()
        log = []
        users = self.user_id
        by_state = defaultdict(self.browse)
        for ticket in self:
            log.append(ticket._prepare_assignment(now, "handover", False, group, reason))
            by_state[ticket.state] |= ticket
        vals = {
            "group_id": group.id,
            "company_id": group.company_id.id,
            "unassigned_alert_at": False,  # this group was not alerted yet
        }
        if not keep_type:
            vals["type_id"] = False
        self._own_code().write(vals)
        for state, tickets in by_state.items():
            for ticket in tickets:
                if state == "unassigned":
                    stage_id = ticket._stage_for(state)
                    ticket._own_code().write(ticket._stage_vals(stage_id, now))
                else:
                    ticket._transition("release", {"user_id": False, "waiting_reason": False})
        self.env["caredesk.ticket.assignment"].sudo().create(log)
        self._sla_reapply()
        self.env["caredesk.dispatcher"]._route(self)
        self.env["caredesk.dispatcher"]._dispatch_for(users)
