from odoo import fields, models


class SurveyUserInput(models.Model):
    """Answers that fill fields of the customer."""

    _inherit = "survey.user_input"

    writeback_ids = fields.One2many(
        "caredesk.survey.writeback",
        "user_input_id",
        string="Customer Data",
        readonly=True,
        groups="caredesk_survey.group_survey_manager",
    )

    def _mark_done(self):
        result = super()._mark_done()
        self._write_back()
        return result

    def _write_back(self):
        """Bring mapped answers to the customers who were invited or interviewed.

        A person nobody invited may claim to be anybody: without a known customer nothing is done.
        """
        # sudo: rows of the system; the invitation's token or the interviewer's rights came before
        rows_sudo = self.env["caredesk.survey.writeback"].sudo()
        for entry in self.sudo():
            if entry.test_entry or entry.performer_kind != "customer" or not entry.partner_id:
                continue
            for question in entry._asked_questions().filtered("writeback_field"):
                answers = entry._answers_as_text(question)
                if answers:
                    rows_sudo._take_answer(entry, question, answers)

    def _answers_as_text(self, question):
        """Return the answer as text: in the respondent's language, then in the source's.

        Several choices stand one a line. Empty when the question was skipped.
        """
        self.ensure_one()
        lines = self.user_input_line_ids.filtered(
            lambda line: line.question_id == question and not line.skipped
        )
        if not lines:
            return []
        if lines.suggested_answer_id:
            langs = [self.lang_id.code or self.partner_id.lang or "en_US", "en_US"]
            texts = [
                "\n".join(lines.suggested_answer_id.with_context(lang=lang).mapped("value"))
                for lang in dict.fromkeys(langs)
            ]
            return list(dict.fromkeys(texts))
        value = lines[0]._get_answer_value()
        if hasattr(value, "isoformat"):
            value = value.isoformat()
        elif isinstance(value, float):
            value = f"{value:.15g}"  # all the digits there are, 12 rather than 12.0
        return [str(value)]
