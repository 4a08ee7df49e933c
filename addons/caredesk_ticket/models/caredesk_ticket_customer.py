from odoo import api, fields, models
from odoo.fields import Domain


class CaredeskTicket(models.Model):
    """What else goes on with the customer: leads and opportunities, meetings and calls.

    Each figure counts what its user may see, and opens it. They are asked for by the form only.
    """

    _inherit = "caredesk.ticket"

    lead_count = fields.Integer(
        "Opportunity Count",
        compute="_compute_lead_count",
        groups="sales_team.group_sale_salesman",
        help="The lead or opportunity of the ticket and those of the customer's company.",
    )
    meeting_count = fields.Integer(
        compute="_compute_meeting_count",
        help="Meetings about the ticket and those the customer takes part in.",
    )

    # === COMPUTE ===

    @api.depends("lead_id", "partner_id")
    @api.depends_context("uid")
    def _compute_lead_count(self):
        for ticket in self:
            ticket.lead_count = self.env["crm.lead"].search_count(ticket._domain_of_leads())

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_meeting_count(self):
        for ticket in self:
            events = self.env["calendar.event"]
            ticket.meeting_count = events.search_count(ticket._domain_of_meetings())

    # === ACTIONS ===

    def action_open_leads(self):
        """Open the ticket's lead or opportunity, or the list when the customer has several."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_opportunities")
        domain = self._domain_of_leads()
        leads = self.env["crm.lead"].search(domain, limit=2)
        action |= {"domain": list(domain), "context": {"default_partner_id": self.partner_id.id}}
        if len(leads) == 1:
            action |= {"views": [(False, "form")], "res_id": leads.id}
        else:
            action["views"] = [(False, kind) for kind in ("list", "kanban", "form")]
        return action

    def action_create_lead(self):
        """Make an opportunity of the customer's request, link it to the ticket and open it.

        A lead where the firm works with leads; who may make one is up to CRM.
        """
        self.ensure_one()
        self.check_access("write")
        if not self.lead_id:
            lead = self.env["crm.lead"].create(self._lead_vals())
            lead.message_post_with_source(
                "mail.message_origin_link",
                render_values={"self": lead, "origin": self},
                subtype_xmlid="mail.mt_note",
            )
            self.lead_id = lead
        return self.lead_id.get_formview_action()

    def action_open_meetings(self):
        """Open the calendar with the meetings of ticket and customer; new ones belong to both."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("calendar.action_calendar_event")
        action["domain"] = list(self._domain_of_meetings())
        action["context"] = {
            "default_name": self.display_name,
            "default_partner_ids": (self.partner_id | self.env.user.partner_id).ids,
            "default_res_id": self.id,
            "default_res_model": self._name,
        }
        return action

    # === BUSINESS ===

    def _domain_of_leads(self):
        domain = Domain("id", "=", self.lead_id.id) if self.lead_id else Domain.FALSE
        return domain | self._domain_of_family()

    def _domain_of_family(self):
        """Return the domain of what belongs to the customer's company and all its contacts."""
        # sudo: only to learn the company's id; nothing of it is shown
        company_id = self.partner_id.sudo().commercial_partner_id.id
        return Domain("partner_id", "child_of", company_id) if company_id else Domain.FALSE

    def _domain_of_meetings(self):
        domain = Domain("res_model", "=", self._name) & Domain("res_id", "=", self._origin.id)
        if self.partner_id:
            domain |= Domain("partner_ids", "in", self.partner_id.ids)
        return domain

    def _lead_vals(self):
        """Return the values of a lead about what this ticket asks for."""
        with_leads = self.env.user.has_group("crm.group_use_lead")
        vals = {
            "name": self.name,
            "type": "lead" if with_leads else "opportunity",
            "description": self.description,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
        }
        if not self.partner_id:  # the customer's own details come with him
            vals |= {
                "contact_name": self.partner_name,
                "email_from": self.email_from,
                "phone": self.phone,
            }
        return vals
