from . import caredesk_automation_opt_out
from . import caredesk_care_booking
from . import caredesk_care_call
