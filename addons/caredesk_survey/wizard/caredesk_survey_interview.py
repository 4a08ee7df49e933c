from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.survey_survey import CUSTOMER_KINDS


class CaredeskSurveyInterview(models.TransientModel):
    """Dialog: which customer is interviewed, about which survey and ticket."""

    _name = "caredesk.survey.interview"
    _description = "Interview a Customer"

    survey_id = fields.Many2one(
        "survey.survey",
        required=True,
        ondelete="cascade",
        domain=[("survey_type", "in", CUSTOMER_KINDS), ("is_template", "=", False)],
    )
    partner_id = fields.Many2one("res.partner", string="Customer", required=True)
    ticket_id = fields.Many2one("caredesk.ticket", domain="[('partner_id', '=', partner_id)]")
    task_id = fields.Many2one("caredesk.survey.task", readonly=True)

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.ticket_id.partner_id != self.partner_id:
            self.ticket_id = False

    def action_begin(self):
        """Open the survey to enter the customer's answers."""
        self.ensure_one()
        for record in (self.survey_id, self.partner_id, self.ticket_id, self.task_id):
            if record:
                record.check_access("read")
        if self.survey_id.survey_type not in CUSTOMER_KINDS:
            raise UserError(self.env._("Choose a survey of customers."))
        if self.task_id and self.task_id.user_id != self.env.user:
            raise UserError(self.env._("This survey was assigned to somebody else."))
        if self.task_id and self.task_id.survey_id != self.survey_id:
            raise UserError(self.env._("Another survey was assigned."))
        if self.ticket_id and self.ticket_id.partner_id != self.partner_id:
            raise UserError(self.env._("The ticket is another customer's."))
        # sudo: who performs surveys cannot create answers by hand; checked above
        entry_sudo = self.survey_id.sudo()._create_answer(
            partner=self.partner_id,
            check_attempts=False,
            interviewer_id=self.env.uid,
            ticket_id=self.ticket_id.id,
            task_id=self.task_id.id,
            partner_id=self.partner_id.id,
        )
        return entry_sudo.survey_id.action_start_survey(answer=entry_sudo)
