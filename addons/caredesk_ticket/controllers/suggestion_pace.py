import time

from odoo.http import request

from ..domain.pace import Pace
from ..models.mail_job import number_of

_SECONDS = 60
_PACE = Pace(_SECONDS)


def has_suggestions_left(caller):
    """Count a question for suggestions, so that nobody reads the knowledge base by machine.

    :param caller: what tells one customer or visitor from another
    """
    most = number_of(request.env, "suggestions_per_minute", 40)
    return _PACE.allows((request.db, caller), most, time.monotonic())
