from odoo import api, models
from odoo.exceptions import AccessError


class CaredeskSupportMember(models.Model):
    """Going away and coming back, and how a member is shown where one is chosen."""

    _inherit = "caredesk.support.member"

    @api.depends("user_id", "group_id")
    @api.depends_context("caredesk_show_load")
    def _compute_display_name(self):
        """Show the live state next to the name where it matters whom one chooses."""
        super()._compute_display_name()
        if not self.env.context.get("caredesk_show_load"):
            return
        states = dict(self._fields["availability"]._description_selection(self.env))
        for member in self.filtered("user_id"):
            member.display_name = self.env._(
                "%(name)s – %(state)s, %(open)s open, %(waiting)s waiting",
                name=member.user_id.sudo().name,  # a colleague's name is no secret
                state=states[member.availability],
                open=member.open_count,
                waiting=member.waiting_count,
            )

    def action_set_away(self, away):
        """Go away or come back: oneself; a manager may do it for anybody.

        :param away: true to get no more tickets, in any group; false to serve again
        """
        self.check_access("read")
        others = self.filtered(lambda member: member.user_id != self.env.user)
        if others and not self.env.user.has_group("caredesk_ticket.group_manager"):
            raise AccessError(
                self.env._(
                    "Only %(user)s or a manager can change this.",
                    user=others[0].user_id.sudo().name,
                )
            )
        # sudo: agents have no right to write members; who may set whom was checked above
        self.sudo().write({"is_away": bool(away)})
        self.env["caredesk.support.group"]._notify_board_of(self.user_id)
        return True
