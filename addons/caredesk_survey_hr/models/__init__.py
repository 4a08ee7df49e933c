from . import caredesk_survey_assignment
