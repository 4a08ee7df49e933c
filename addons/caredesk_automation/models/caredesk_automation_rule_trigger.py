from odoo import api, models

from .automation_triggers import TRIGGERS


class CaredeskAutomationRule(models.Model):
    """The triggers a rule can have, and the words for them; other addons add theirs."""

    _inherit = "caredesk.automation.rule"

    @api.model
    def _selection_kinds(self, kind):
        """Return the triggers of a kind whose records exist in this database."""
        labels = self._trigger_labels()
        return [
            (key, labels[key])
            for key, trigger in self._triggers().items()
            if trigger.kind == kind and trigger.model in self.env
        ]

    @api.model
    def _triggers(self):
        """Return what rules can listen to, by key. Hook for other addons."""
        return TRIGGERS

    @api.model
    def _trigger_labels(self):
        """Return the words for the triggers. Hook for other addons."""
        return {
            "partner_create": self.env._("New Customer"),
            "quotation_create": self.env._("New Quotation"),
            "order_confirm": self.env._("Confirmed Sales Order"),
            "contract_create": self.env._("New Contract"),
            "ticket_create": self.env._("New Ticket"),
            "ticket_done": self.env._("Ticket Done"),
            "lead_create": self.env._("New Lead"),
            "care_task_create": self.env._("New Care Task"),
            "birthday": self.env._("Customer Birthday"),
            "contract_end": self.env._("Contract Expiry"),
            "installment_due": self.env._("Instalment Due"),
            "invoice_due": self.env._("Invoice Due"),
            "paid_share": self.env._("Paid Share Reached"),
            "no_contact": self.env._("No Contact for Some Days"),
            "sla_missed": self.env._("Service Level Missed"),
            "low_score": self.env._("Unhappy Customer"),
            "daily": self.env._("Daily"),
            "weekly": self.env._("Weekly"),
            "monthly": self.env._("Monthly"),
        }
