from odoo import fields, models
from odoo.tools import SQL


class CaredeskSatisfaction(models.Model):
    """Counts what visitors said at the end of a chat beside what customers said of its ticket."""

    _inherit = "caredesk.satisfaction"

    source = fields.Selection(selection_add=[("livechat", "Live Chat")])

    # === TOOLING ===

    def _sources(self):
        return {
            **super()._sources(),
            "livechat": SQL(
                "rating_rating rating JOIN discuss_channel channel ON channel.id = rating.res_id"
                " AND rating.res_model = 'discuss.channel'"
                " JOIN caredesk_ticket ticket ON ticket.id = channel.caredesk_ticket_id"
            ),
        }
