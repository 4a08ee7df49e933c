"""How often somebody may ask, counted in memory."""

from threading import Thread

from caredesk_ticket.domain.pace import Pace


def test_each_caller_has_his_own_window():
    """S4-CHN-07: one who asks too often waits for the rest of his minute; nobody else does."""
    pace = Pace(60)
    assert [pace.allows("a", 3, now) for now in (50, 51, 52, 53)] == [True, True, True, False]
    assert pace.allows("b", 3, 53)
    assert not pace.allows("a", 3, 109)
    assert pace.allows("a", 3, 110)


def test_a_flood_of_callers_takes_no_memory():
    """S4-CHN-07: of more callers than are remembered, those not seen longest are forgotten."""
    pace = Pace(60, callers=10)
    assert not all(pace.allows("often", 1, 0) for _number in range(2))
    for number in range(1000):
        pace.allows(number, 1, 0)
        assert not pace.allows("often", 1, 0)
    assert len(pace._counts) == 10


def test_threads_are_counted_together():
    """S4-CHN-07: of calls at the same moment exactly as many as allowed come through."""
    pace, allowed = Pace(60), []

    def ask():
        for _number in range(500):
            allowed.append(pace.allows("a", 700, 0))

    threads = [Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 700
