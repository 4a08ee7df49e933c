from . import test_care_generate
from . import test_care_task
from . import test_care_gift
