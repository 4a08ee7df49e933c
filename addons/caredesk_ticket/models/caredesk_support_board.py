from odoo import api, models


class CaredeskSupportGroup(models.Model):
    """What the screen View Support shows, in one read-only call."""

    _inherit = "caredesk.support.group"

    def _notify_board(self):
        """Tell the open View Support screens that these groups changed."""
        for group in self:
            self.env["bus.bus"]._sendone(
                (group, "BOARD"), "caredesk_ticket.board_changed", {"group_id": group.id}
            )
