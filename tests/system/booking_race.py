"""Customers book the visits of one person at the same moment, on the public pages of a real server.

In each round everybody sees the same free times and chooses the first one. One gets it; the others
read that it was taken, on a page that offers other times. At last one customer books two times at
once from two windows and has one visit.
"""

import contextlib
import re
import threading

import requests

from tools.devkit import server

from .harness import Context

CUSTOMERS = 6
TIMEOUT = 60
#: Addons the scenario needs in its database.
ADDONS = ["caredesk_automation"]
_SLOT = re.compile(r'value="(\d{8}T\d{4})"')
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
#: Two open visits of one person that share a moment.
_OVERLAPS = """
SELECT one.id, other.id FROM caredesk_care_task one JOIN caredesk_care_task other
    ON one.id < other.id AND one.user_id = other.user_id
   AND one.date_start < other.date_deadline AND other.date_start < one.date_deadline
 WHERE one.is_booking AND other.is_booking
   AND one.state = 'confirmed' AND other.state = 'confirmed'
"""
_VISITS = "SELECT count(*) FROM caredesk_care_task WHERE is_booking AND state = 'confirmed'"


class Visitor:
    """A customer's browser on the address he was sent."""

    def __init__(self, url: str, token: str) -> None:
        self._session = requests.Session()
        self._address = f"{url}/caredesk/booking/{token}"
        self.answer = None

    def slots(self) -> list[str]:
        """Open the page and return the times it offers."""
        page = self._session.get(self._address, params={"move": 1}, timeout=TIMEOUT)
        page.raise_for_status()
        self._csrf = _CSRF.search(page.text)[1]
        return _SLOT.findall(page.text)

    def book(self, slot: str, barrier: threading.Barrier) -> None:
        """Press a time when all others are ready to."""
        barrier.wait(TIMEOUT)
        fields = {"csrf_token": self._csrf, "start": slot}
        self.answer = self._session.post(self._address + "/book", data=fields, timeout=TIMEOUT)


def run(ctx: Context) -> dict:
    """Race for free times, round after round.

    tried: bookings sent; lost: rounds that nobody won; duplicated: times that two have.
    """
    rounds = 2 if ctx.small else 15
    crowds = ctx.call("tests.system.booking_race:prepare", rounds + 1, CUSTOMERS)
    found = {"lost": [], "duplicated": [], "violations": []}
    with _node(ctx) as node:
        for crowd in crowds[:rounds]:
            _round(node.url, crowd, found)
        _two_windows(node.url, crowds[rounds][0], found)
    visits = ctx.sql(_VISITS)[0][0]
    if visits != rounds + 1:
        found["violations"].append(f"violation: {visits} visits are booked, not {rounds + 1}")
    found["duplicated"] += [f"duplicated: visits {pair}" for pair in ctx.sql(_OVERLAPS)]
    return {
        "id": "booking_race",
        "tried": rounds * CUSTOMERS + 2,
        **{kind: len(texts) for kind, texts in found.items()},
        "ok": not any(found.values()),
        "details": [text for texts in found.values() for text in texts],
    }


@contextlib.contextmanager
def _node(ctx: Context):
    try:
        yield server.start(ctx.tools, ctx.db, name=ctx.db, extra=["--log-level=warn"])
    finally:
        server.stop(ctx.tools.workspace, ctx.db)


def _at_once(visitors: list[Visitor], slots: list[str]) -> None:
    barrier = threading.Barrier(len(visitors))
    pairs = zip(visitors, slots, strict=True)
    threads = [threading.Thread(target=one.book, args=(slot, barrier)) for one, slot in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)


def _round(url: str, tokens: list[str], found: dict) -> None:
    """Let a crowd book the first free time; note what is wrong with the answers."""
    visitors = [Visitor(url, token) for token in tokens]
    [slot] = {visitor.slots()[0] for visitor in visitors}
    _at_once(visitors, [slot] * len(visitors))
    codes = sorted(one.answer.status_code if one.answer is not None else 0 for one in visitors)
    winners = codes.count(200)
    if winners != 1:
        kind = "lost" if winners < 1 else "duplicated"
        found[kind].append(f"{kind}: {slot} was answered with {codes}")
    for loser in visitors:
        if loser.answer is not None and loser.answer.status_code != 200:
            found["violations"] += _unclear(loser.answer, slot)


def _unclear(answer: requests.Response, slot: str) -> list[str]:
    """Who comes too late must read so, and choose among times that are free."""
    offered = _SLOT.findall(answer.text)
    if answer.status_code == 409 and "alert-danger" in answer.text and offered:
        return [f"violation: {slot} is offered again"] if slot in offered else []
    return [f"violation: the loser got {answer.status_code} with {len(offered)} times"]


def _two_windows(url: str, token: str, found: dict) -> None:
    """Book two times at once for one customer: whichever comes last is his visit."""
    windows = [Visitor(url, token) for _window in range(2)]
    _at_once(windows, [window.slots()[place] for place, window in enumerate(windows, start=3)])
    codes = [window.answer.status_code for window in windows]
    if codes != [200, 200]:
        found["violations"].append(f"violation: two windows were answered with {codes}")


# --- in a process of its own ---


def prepare(worker, rounds: int, customers: int) -> list[list[str]]:
    """Let one person have working hours all week and invite a crowd of customers a round.

    :return: the tokens of each round
    """
    with worker.env() as env:
        hours = [
            (0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 18})
            for day in range(7)
        ]
        calendar = env["resource.calendar"].create({"name": "Race", "attendance_ids": hours})
        admin = env.ref("base.user_admin")
        admin.company_id.write({"resource_calendar_id": calendar.id, "caredesk_booking_days": 30})
        people = env["res.partner"].create(
            [{"name": f"Race {number}", "email": "race@example.com"} for number in range(customers)]
        )
        invites = env["caredesk.care.invite"].create(
            [
                {"partner_id": person.id, "user_id": admin.id, "name": f"Visit {number}"}
                for number in range(rounds)
                for person in people
            ]
        )
        tokens = invites.mapped("token")
        return [tokens[start : start + customers] for start in range(0, len(tokens), customers)]
