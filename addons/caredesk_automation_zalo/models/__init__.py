from . import caredesk_automation_log
from . import caredesk_automation_message
from . import caredesk_care_history
from . import caredesk_zalo_contact
from . import res_partner
