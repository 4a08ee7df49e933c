from odoo.http import request

from odoo.addons.survey.controllers.main import Survey


class CaredeskSurvey(Survey):
    """Taking surveys: an employee may enter the answers of a customer he or she interviews."""

    def _get_access_data(self, survey_token, answer_token, ensure_token=True, check_partner=True):
        """Show who does not build surveys no more of one than the answers he or she completed.

        The printable page is the one that asks for nobody's person. It would show an examination
        before it is taken, and its right answers to who has just begun.
        """
        data = super()._get_access_data(
            survey_token, answer_token, ensure_token=ensure_token, check_partner=check_partner
        )
        survey_sudo = data["survey_sudo"]
        if check_partner or not survey_sudo.is_caredesk:
            return data
        if survey_sudo.with_user(request.env.user).has_access("write"):
            return data
        data = super()._get_access_data(survey_token, answer_token)
        if data["validity_code"] is True and data["answer_sudo"].state != "done":
            data["validity_code"] = "token_wrong"
        return {**data, "has_survey_access": False}

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

    def _prepare_survey_data(self, survey_sudo, answer_sudo, **post):
        """Complete what was begun when all that was left to ask has been taken out since."""
        if "previous_page_id" not in post and self._is_nothing_left(survey_sudo, answer_sudo):
            answer_sudo._mark_done()
        return super()._prepare_survey_data(survey_sudo, answer_sudo, **post)

    def _is_nothing_left(self, survey_sudo, answer_sudo):
        """Tell whether everything still asked was answered: Odoo looks for a next one and fails."""
        if (
            not survey_sudo.is_caredesk
            or survey_sudo.questions_layout == "one_page"
            or answer_sudo.state != "in_progress"
            or answer_sudo.is_session_answer
            or not answer_sudo.user_input_line_ids
        ):
            return False
        last_id = answer_sudo.last_displayed_page_id.id or 0
        return not (
            survey_sudo._get_next_page_or_question(answer_sudo, last_id)
            or answer_sudo._get_next_skipped_page_or_question()
        )

    def _prepare_retry_additional_values(self, answer):
        values = super()._prepare_retry_additional_values(answer)
        if answer.task_id:
            values.update(task_id=answer.task_id.id, company_id=answer.company_id.id)
        return values
