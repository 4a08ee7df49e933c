from odoo import api, fields, models


class CaredeskTicket(models.Model):
    """Contracts and care of the customer beside the request.

    Each figure counts what its user may see, and opens it. They are asked for by the form only.
    """

    _inherit = "caredesk.ticket"

    contract_count = fields.Integer(
        compute="_compute_contract_count",
        groups="caredesk_automation.group_automation_user,sales_team.group_sale_salesman",
        help="Contracts and warranties of the customer and the contacts of the customer's company.",
    )
    care_task_count = fields.Integer(
        compute="_compute_care_task_count",
        groups="caredesk_automation.group_care_user",
        help="Care tasks of the customer and the contacts of the customer's company.",
    )

    # === COMPUTE ===

    @api.depends("partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_contract_count(self):
        for ticket in self:
            contracts = self.env["caredesk.contract"]
            ticket.contract_count = contracts.search_count(ticket._domain_of_family())

    @api.depends("partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_care_task_count(self):
        for ticket in self:
            tasks = self.env["caredesk.care.task"]
            ticket.care_task_count = tasks.search_count(ticket._domain_of_family())

    # === ACTIONS ===

    def action_open_contracts(self):
        """Open the contracts of the customer; new ones are for the same."""
        return self._open_of_family("caredesk_automation.caredesk_contract_action")

    def action_open_care_tasks(self):
        """Open the care tasks of the customer; new ones are for the same."""
        return self._open_of_family("caredesk_automation.caredesk_care_task_action")

    # === BUSINESS ===

    def _open_of_family(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = list(self._domain_of_family())
        action["context"] = {"default_partner_id": self.partner_id.id}
        return action
