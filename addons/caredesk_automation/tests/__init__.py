from . import test_automation_channels
from . import test_automation_ledger
from . import test_automation_rule
from . import test_automation_triggers
from . import test_contract
