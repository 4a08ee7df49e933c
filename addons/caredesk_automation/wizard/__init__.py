from . import account_move_reversal
from . import caredesk_automation_preview
from . import caredesk_automation_send
from . import caredesk_care_book
from . import caredesk_care_close
from . import base_partner_merge
