from . import test_webhook
from . import test_inbox
from . import test_outbox
from . import test_connection
from . import test_crm
from . import test_marks
from . import test_work
