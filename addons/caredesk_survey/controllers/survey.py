from odoo.http import request

from odoo.addons.survey.controllers.main import Survey


class CaredeskSurvey(Survey):
    """Taking surveys: an employee may enter the answers of a customer he or she interviews."""

    def _check_validity(
        self, survey_sudo, answer_sudo, answer_token, ensure_token=True, check_partner=True
    ):
        if answer_sudo and answer_sudo.interviewer_id == request.env.user:
            check_partner = False  # the answers are the customer's, the hand is the employee's
        return super()._check_validity(
            survey_sudo,
            answer_sudo,
            answer_token,
            ensure_token=ensure_token,
            check_partner=check_partner,
        )

    def _prepare_retry_additional_values(self, answer):
        values = super()._prepare_retry_additional_values(answer)
        if answer.task_id:
            values.update(task_id=answer.task_id.id, company_id=answer.company_id.id)
        return values
