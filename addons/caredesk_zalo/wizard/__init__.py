from . import caredesk_zalo_crm
from . import caredesk_zalo_convert
