from . import thread
from . import rating
