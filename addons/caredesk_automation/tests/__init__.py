from . import test_care_generate
from . import test_care_task
from . import test_care_gift
from . import test_care_form
from . import test_care_booking
from . import test_care_call
from . import test_care_page
