"""How often somebody may ask for something cheap, counted in memory."""

import threading
from collections import OrderedDict


class Pace:
    """Counts calls of many callers, each in windows of equal length.

    Nothing is stored outside the process: each worker of a server counts for itself, so what a
    caller gets is at most the limit times the number of workers. For what costs little and must
    not be had without end; what must be exact is counted in the database.

    :param seconds: length of a window
    :param callers: how many callers are remembered; of more, those not seen longest are forgotten
    """

    def __init__(self, seconds: float, callers: int = 10_000) -> None:
        self._seconds, self._callers = seconds, callers
        self._counts: OrderedDict[object, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, caller, most: int, now: float) -> bool:
        """Count a call and tell whether it is among the first ``most`` of the caller's window.

        :param caller: anything hashable; his window begins with his first call
        :param now: seconds of a clock that does not go back

        >>> pace = Pace(60)
        >>> [pace.allows("a", 2, now) for now in (5, 6, 64, 65)]
        [True, True, False, True]
        """
        with self._lock:
            begin, count = self._counts.pop(caller, (now, 0))
            if now - begin >= self._seconds:
                begin, count = now, 0
            count = min(count + 1, most + 1)
            self._counts[caller] = (begin, count)
            if len(self._counts) > self._callers:
                self._counts.popitem(last=False)
        return count <= most
