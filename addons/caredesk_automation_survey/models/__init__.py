from . import caredesk_automation_rule
from . import caredesk_automation_step
from . import survey_user_input
