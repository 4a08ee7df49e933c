from odoo import models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    # The ticket's form counts its meetings; Odoo has no index on the document of a meeting.
    _caredesk_ticket_idx = models.Index("(res_id) WHERE res_model = 'caredesk.ticket'")
