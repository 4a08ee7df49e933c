from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    caredesk_ticket_ids = fields.One2many("caredesk.ticket", "partner_id", string="Tickets")
    caredesk_ticket_count = fields.Integer(
        "Ticket Count",
        compute="_compute_caredesk_ticket_count",
        groups="caredesk_ticket.group_creator",
        help="Tickets of the customer and of his or her company's contacts.",
    )

    def _compute_caredesk_ticket_count(self):
        """Count the tickets of each partner and of everybody below it."""
        self.caredesk_ticket_count = 0
        if not self.ids:
            return
        family = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        counts = self.env["caredesk.ticket"]._read_group(
            [("partner_id", "in", family.ids)], ["partner_id"], ["__count"]
        )
        own = set(self.ids)
        for partner, count in counts:
            while partner:
                if partner.id in own:
                    self.browse(partner.id).caredesk_ticket_count += count
                partner = partner.parent_id

    def action_caredesk_tickets(self):
        """Open the tickets of the customer and of the contacts below."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_ticket.caredesk_ticket_action"
        )
        action["domain"] = [("partner_id", "child_of", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
