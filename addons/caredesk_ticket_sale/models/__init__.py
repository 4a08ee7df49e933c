from . import caredesk_ticket
from . import sale_order
