from . import caredesk_ticket_give
from . import caredesk_ticket_assign
from . import caredesk_ticket_cancel
from . import caredesk_ticket_complete
from . import caredesk_ticket_start
from . import caredesk_ticket_transfer
from . import caredesk_ticket_wait
from . import mail_compose_message
