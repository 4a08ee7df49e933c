from . import test_clock
from . import test_dispatch
from . import test_flow
from . import test_hand_over
from . import test_routing
from . import test_take_transfer
from . import test_ticket_create
from . import test_mail_gateway
