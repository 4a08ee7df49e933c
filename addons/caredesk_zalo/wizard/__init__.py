from . import caredesk_zalo_crm
from . import caredesk_zalo_convert
from . import caredesk_zalo_transfer
from . import caredesk_zalo_close
from . import caredesk_zalo_request
from . import caredesk_zalo_edit
from . import caredesk_zalo_template_send
from . import caredesk_ticket_split
