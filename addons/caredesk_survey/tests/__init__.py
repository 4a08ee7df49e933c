from . import test_bank
from . import test_history
from . import test_scores
from . import test_tasks
from . import test_writeback
