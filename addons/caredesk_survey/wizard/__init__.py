from . import caredesk_survey_add_questions
from . import caredesk_survey_export
from . import caredesk_survey_interview
from . import survey_invite
