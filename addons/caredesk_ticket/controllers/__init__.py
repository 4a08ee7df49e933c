from . import thread
from . import portal_list
from . import portal_ticket
from . import portal_new
