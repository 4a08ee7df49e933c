from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    caredesk_ticket_ids = fields.One2many("caredesk.ticket", "lead_id", string="Tickets")
    caredesk_ticket_count = fields.Integer(
        "Ticket Count",
        compute="_compute_caredesk_ticket_count",
        groups="caredesk_ticket.group_creator",
    )

    def _compute_caredesk_ticket_count(self):
        counts = dict(
            self.env["caredesk.ticket"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.caredesk_ticket_count = counts.get(lead, 0)

    def action_caredesk_tickets(self):
        """Open the tickets that belong to this lead or opportunity."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_ticket.caredesk_ticket_action"
        )
        action["domain"] = [("lead_id", "=", self.id)]
        action["context"] = {
            "default_lead_id": self.id,
            "default_partner_id": self.partner_id.id,
            "default_partner_name": self.contact_name or self.partner_name,
            "default_email_from": self.email_from,
            "default_phone": self.phone,
        }
        return action
