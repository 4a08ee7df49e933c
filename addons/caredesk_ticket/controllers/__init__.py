from . import export
from . import safe_export
from . import hook
from . import support_form
from . import thread
from . import rating
