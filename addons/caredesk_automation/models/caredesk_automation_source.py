from odoo import api, models


class CaredeskAutomationSource(models.AbstractModel):
    """Records whose creation may set rules off.

    A model inherits it and names its trigger; nothing else changes, and where no rule listens
    nothing is read or written.
    """

    _name = "caredesk.automation.source"
    _description = "Source of Automation"

    #: Key of the action trigger that a new record stands for.
    _automation_created = None

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._automation_created:
            self.env["caredesk.automation.rule"]._fire(self._automation_created, records)
        return records


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "caredesk.automation.source"]
    _automation_created = "partner_create"


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "caredesk.automation.source"]
    _automation_created = "lead_create"


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "caredesk.automation.source"]
    _automation_created = "quotation_create"

    def _action_confirm(self):
        result = super()._action_confirm()
        self.env["caredesk.automation.rule"]._fire("order_confirm", self)
        return result


class CaredeskTicket(models.Model):
    _name = "caredesk.ticket"
    _inherit = ["caredesk.ticket", "caredesk.automation.source"]
    _automation_created = "ticket_create"

    def _transition(self, step, vals=None):
        result = super()._transition(step, vals)
        if step == "complete":
            self.env["caredesk.automation.rule"]._fire("ticket_done", self)
        return result

    def _alert_of_rating(self, rating):
        result = super()._alert_of_rating(rating)
        if rating.rating <= self.group_id._rating_alert_limit():
            self.env["caredesk.automation.rule"]._fire("low_score", self)
        return result


class CaredeskSlaStatus(models.Model):
    _inherit = "caredesk.sla.status"

    def _tell(self):
        result = super()._tell()
        if self.notice == "failed":
            self.env["caredesk.automation.rule"]._fire("sla_missed", self.ticket_id)
        return result
