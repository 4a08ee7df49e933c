from . import caredesk_survey_add_questions
