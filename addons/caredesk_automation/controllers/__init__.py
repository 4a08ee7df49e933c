from . import caredesk_care_booking
from . import caredesk_care_call
