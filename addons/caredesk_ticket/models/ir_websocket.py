from odoo import models

from .caredesk_support_board import BOARD_CHANNEL


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Let support employees listen to the boards of the groups they can see."""
        channels = list(channels)
        if BOARD_CHANNEL in channels:
            channels.remove(BOARD_CHANNEL)
            if self.env.user and self.env.user.has_group("caredesk_ticket.group_agent"):
                groups = self.env["caredesk.support.group"].search(
                    [("company_id", "in", self.env.user.company_ids.ids)]
                )
                channels += [(group, "BOARD") for group in groups]
        return super()._build_bus_channel_list(channels)
