from . import test_webhook
from . import test_inbox
from . import test_outbox
from . import test_connection
from . import test_gate
from . import test_check
