"""A clock that stands where it is put, for Python and for the cursor alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from freezegun import freeze_time


class Clock:
    """The present time of everything that runs in one transaction."""

    def __init__(self, env, frozen):
        self._cursor = env.cr
        self._frozen = frozen

    def set(self, moment: datetime) -> None:
        """Make it ``moment`` (naive UTC, whole seconds)."""
        self._frozen.move_to(moment)
        # Odoo takes creation and write dates from the cursor, which asks PostgreSQL only once.
        self._cursor._now = moment


@contextmanager
def shifted(env) -> Iterator[Clock]:
    """Stop the clocks; they go on at the real time afterwards."""
    with freeze_time(datetime.now()) as frozen:
        try:
            yield Clock(env, frozen)
        finally:
            env.cr._now = None
