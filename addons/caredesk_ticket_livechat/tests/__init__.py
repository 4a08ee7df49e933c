from . import test_livechat_clock
from . import test_livechat_rating
from . import test_livechat_rights
from . import test_livechat_ticket
