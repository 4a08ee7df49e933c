from odoo import api, fields, models

from ..domain import routing
from ..domain.states import next_state


class CaredeskTicket(models.Model):
    """Which buttons the user sees on a ticket.

    The same rules as the checks of the steps themselves, so that a button that would only
    end in an error is not shown. The steps stay the ones that decide.
    """

    _inherit = "caredesk.ticket"

    can_take = fields.Boolean(compute="_compute_buttons")
    can_assign = fields.Boolean(compute="_compute_buttons")
    can_start = fields.Boolean(compute="_compute_buttons")
    can_wait = fields.Boolean(compute="_compute_buttons")
    can_continue = fields.Boolean(compute="_compute_buttons")
    can_complete = fields.Boolean(compute="_compute_buttons")
    can_transfer = fields.Boolean(compute="_compute_buttons")
    can_release = fields.Boolean(compute="_compute_buttons")
    can_cancel = fields.Boolean(compute="_compute_buttons")
    can_reopen = fields.Boolean(compute="_compute_buttons")
    can_close = fields.Boolean(compute="_compute_buttons")

    group_member_count = fields.Integer(related="group_id.member_count")

    # === COMPUTE ===

    @api.depends("state", "user_id", "group_id", "is_closed")
    @api.depends_context("uid")
    def _compute_buttons(self):
        open_groups = self._groups_to_take_from()
        for ticket in self:
            for step, allowed in ticket._allowed_steps(open_groups).items():
                possible = bool(ticket._origin) and bool(next_state(step, ticket.state))
                ticket[f"can_{step}"] = allowed and possible

    def _allowed_steps(self, open_groups):
        """Return for each step whether the user may take it, whatever the state.

        :param open_groups: groups the user may take a ticket of at this moment
        """
        self.ensure_one()
        intake, manager = self._is_intake(), self._is_manager()
        performer = self.user_id == self.env.user
        creator = self.create_uid == self.env.user
        not_begun = self.state in ("unassigned", "todo")
        cancelled = self.state == "cancelled"
        return {
            "take": self.group_id in open_groups,
            "assign": intake,
            "start": performer,
            "wait": performer,
            "continue": performer,
            "complete": performer,
            "transfer": performer or manager,
            "release": manager,
            "cancel": manager or (creator and not_begun),
            "reopen": manager or (not cancelled and (intake or performer or creator)),
            "close": intake and not self.is_closed,
        }

    def _groups_to_take_from(self):
        """Return the groups of unassigned tickets of ``self`` the user may take from now."""
        groups = self.filtered(lambda ticket: ticket.state == "unassigned").group_id
        if not groups:
            return groups
        # sudo: one's own seats, whatever company is chosen
        seats_sudo = (
            self.env["caredesk.support.member"]
            .sudo()
            .search([("user_id", "=", self.env.uid), ("group_id", "in", groups.ids)])
        )
        able = (routing.FREE, routing.SEAT_WAITING)
        return groups & seats_sudo.filtered(lambda seat: seat.availability in able).group_id

    # === CONSTRAINTS & ONCHANGE ===

    @api.onchange("type_id")
    def _onchange_type_id(self):
        """Show at once which group the type leads to."""
        if self.type_id:
            # sudo: whoever may use the type may see which group serves it
            self.group_id = self.type_id.sudo().group_id.id

    @api.onchange("group_id")
    def _onchange_group_id(self):
        """Clear a type that another group serves: the new group classifies anew."""
        if self.type_id and self.type_id.sudo().group_id != self.group_id._origin:
            self.type_id = False
