from odoo import api, fields, models


class ResPartner(models.Model):
    """The contracts of a customer and of the contacts below."""

    _inherit = "res.partner"

    caredesk_contract_ids = fields.One2many("caredesk.contract", "partner_id", "Contracts")
    caredesk_contract_count = fields.Integer(
        "Contract Count",
        compute="_compute_caredesk_contract_count",
        groups="caredesk_automation.group_automation_user,sales_team.group_sale_salesman",
    )

    @api.depends("caredesk_contract_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_caredesk_contract_count(self):
        self.caredesk_contract_count = 0
        if not self.ids:
            return
        family = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        counts = self.env["caredesk.contract"]._read_group(
            [("partner_id", "in", family.ids)], ["partner_id"], ["__count"]
        )
        own = set(self.ids)
        for partner, count in counts:
            while partner:
                if partner.id in own:
                    self.browse(partner.id).caredesk_contract_count += count
                partner = partner.parent_id

    def action_caredesk_contracts(self):
        """Open the contracts of the customer and of the contacts below."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_automation.caredesk_contract_action"
        )
        action["domain"] = [("partner_id", "child_of", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
