from odoo import api, fields, models

from odoo.addons.caredesk_survey.models.caredesk_support_group import CUSTOMER_SURVEYS


class CaredeskAutomationStep(models.Model):
    """A survey among what rules do."""

    _inherit = "caredesk.automation.step"

    kind = fields.Selection(
        selection_add=[("survey", "Send a Survey")], ondelete={"survey": "cascade"}
    )
    survey_id = fields.Many2one(
        "survey.survey",
        domain=CUSTOMER_SURVEYS,
        ondelete="restrict",
        help="The customer is invited, unless he or she was invited to a survey not long ago.",
    )

    @api.constrains("survey_id")
    def _check_survey(self):
        self._check_complete()

    @api.model
    def _needed(self):
        return {**super()._needed(), "survey": "survey_id"}

    def _perform_survey(self, record):
        """Have the customer invited; the list of automatic invitations says what came of it."""
        # sudo: the rule's author chose the survey; invitations are rows of the system
        requests_sudo = self.env["caredesk.survey.request"].sudo()
        if record._name == "caredesk.ticket" and record.state == "done":
            requests_sudo._ask_after(record, self.survey_id)
            return
        customer = self._one_customer(record)
        requests_sudo._ask_customer(customer, self.survey_id, self.rule_id.company_id)
