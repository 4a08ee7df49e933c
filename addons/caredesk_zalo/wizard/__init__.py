from . import caredesk_zalo_transfer
from . import caredesk_zalo_close
from . import caredesk_zalo_request
