from odoo import fields, models


class CaredeskReportRow(models.AbstractModel):
    """What each row of the reports on tickets has: its ticket, and by what reports are cut."""

    _name = "caredesk.report.row"
    _description = "Row of a Report on Tickets"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("caredesk.ticket", readonly=True)
    group_id = fields.Many2one("caredesk.support.group", string="Support Group", readonly=True)
    type_id = fields.Many2one("caredesk.ticket.type", string="Ticket Type", readonly=True)
    user_id = fields.Many2one("res.users", string="Performer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    # === ACTIONS ===

    def action_open_ticket(self):
        """Open the ticket of this row."""
        self.ensure_one()
        return self.ticket_id.get_formview_action()
