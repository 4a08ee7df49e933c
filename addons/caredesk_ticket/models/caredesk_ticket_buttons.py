from odoo import api, fields, models

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
    take_obstacle = fields.Char(
        compute="_compute_buttons",
        export_string_translation=False,
        help="Why a member of the group may not take this unassigned ticket now.",
    )

    group_member_count = fields.Integer(related="group_id.member_count")

    # === COMPUTE ===

    @api.depends("state", "user_id", "group_id", "is_closed", "is_check_pending")
    @api.depends_context("uid")
    def _compute_buttons(self):
        obstacles = self._obstacles_to_take()
        open_groups = {group for group, obstacle in obstacles.items() if not obstacle}
        for ticket in self:
            unassigned = ticket.state == "unassigned" and bool(ticket._origin)
            ticket.take_obstacle = unassigned and obstacles.get(ticket.group_id)
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
            "cancel": manager or (not_begun and (creator or intake)),
            "reopen": manager or (not cancelled and (intake or performer or creator)),
            "close": intake and not self.is_closed and not self.is_check_pending,
        }

    def _obstacles_to_take(self):
        """Return why the user may not take unassigned tickets of ``self`` now, by group.

        :return: ``{group: words, empty if nothing is against it}``; groups the user is no
            member of are absent
        """
        groups = self.filtered(lambda ticket: ticket.state == "unassigned").group_id
        if not groups:
            return {}
        # sudo: one's own seats, whatever company is chosen
        seats_sudo = (
            self.env["caredesk.support.member"]
            .sudo()
            .search([("user_id", "=", self.env.uid), ("group_id", "in", groups.ids)])
        )
        return {seat.group_id.sudo(False): seat._reason_not_to_take() for seat in seats_sudo}

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
