from odoo import api, fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    caredesk_ticket_ids = fields.One2many("caredesk.ticket", "lead_id", string="Tickets")
    # Stored: Odoo counts the queries of merging and assigning leads, and most have no ticket.
    has_caredesk_tickets = fields.Boolean(
        compute="_compute_has_caredesk_tickets",
        store=True,
        precompute=True,
        export_string_translation=False,
    )
    caredesk_ticket_count = fields.Integer(
        "Ticket Count",
        compute="_compute_caredesk_ticket_count",
        groups="caredesk_ticket.group_creator",
    )

    # === COMPUTE ===

    @api.depends("caredesk_ticket_ids")
    def _compute_has_caredesk_tickets(self):
        for lead in self.with_context(active_test=False):  # put away, they belong to it too
            lead.has_caredesk_tickets = bool(lead.caredesk_ticket_ids)

    def _compute_caredesk_ticket_count(self):
        counts = dict(
            self.env["caredesk.ticket"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.caredesk_ticket_count = counts.get(lead, 0)

    # === CRUD ===

    def write(self, vals):
        """Give the tickets of leads that get their customer this customer, if they have none."""
        result = super().write(vals)
        asking = self.filtered("has_caredesk_tickets") if vals.get("partner_id") else self.browse()
        if asking:
            # sudo: the lead was written; whose request it was follows from it, also for
            # salespeople without a support role and for tickets that are closed
            tickets_sudo = (
                self.env["caredesk.ticket"]
                .sudo()
                .with_context(active_test=False)
                .search([("lead_id", "in", asking.ids), ("partner_id", "=", False)])
            )
            tickets_sudo._own_code().write({"partner_id": vals["partner_id"]})
        return result

    # === ACTIONS ===

    def action_caredesk_tickets(self):
        """Open the tickets that belong to this lead or opportunity."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_ticket.caredesk_ticket_action"
        )
        action["domain"] = [("lead_id", "=", self.id)]
        action["context"] = self._caredesk_ticket_defaults()
        return action

    def action_caredesk_new_ticket(self):
        """Open the form of a new ticket with what the lead or opportunity knows."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Ticket"),
            "res_model": "caredesk.ticket",
            "view_mode": "form",
            "context": {
                **self._caredesk_ticket_defaults(),
                "default_name": self.name,
                "default_description": self.description,
            },
        }

    # === BUSINESS ===

    def _caredesk_ticket_defaults(self):
        """Return the context with the customer and contact details of a new ticket."""
        return {
            "default_lead_id": self.id,
            "default_partner_id": self.partner_id.id,
            "default_partner_name": self.contact_name or self.partner_name,
            "default_email_from": self.email_from,
            "default_phone": self.phone,
        }

    def _merge_dependences(self, opportunities):
        """Bring the tickets of merged leads and opportunities along."""
        result = super()._merge_dependences(opportunities)
        asking = opportunities.filtered("has_caredesk_tickets")
        if not asking:
            return result
        # sudo: merging was checked; no ticket may lose its lead for want of a support role
        tickets_sudo = self.env["caredesk.ticket"].sudo().with_context(active_test=False)
        tickets_sudo = tickets_sudo.search([("lead_id", "in", asking.ids)])
        tickets_sudo._own_code().write({"lead_id": self.id})
        return result
