from . import hook
from . import support_form
from . import thread
