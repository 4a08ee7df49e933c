from . import test_bank
from . import test_follow_up
from . import test_history
from . import test_request
from . import test_scores
from . import test_taking
from . import test_tasks
from . import test_writeback
