from . import export
from . import safe_export
from . import thread
from . import rating
