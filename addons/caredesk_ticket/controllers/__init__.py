from . import thread
from . import portal_login
from . import portal_list
from . import portal_ticket
from . import portal_new
