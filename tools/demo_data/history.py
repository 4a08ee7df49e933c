"""The past of the demo tickets: two weeks of a support desk, played in seconds.

Nothing is inserted. Every ticket is created, routed, worked on and ended by the methods that
people's buttons call, in the order of time, with the clock set to that moment; so clocks,
assignments, service levels and conversations are what they would be had it happened.
"""

import csv
import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from tools.demo_data import clock, company, plans, ratings, surveys
from tools.demo_data.stories import Story

ROWS = Path(__file__).with_name("tickets.csv")
#: Where the records made here are listed, so that a second run finds them.
MARK = "__caredesk_demo__"
#: Vietnam has no daylight saving time.
UTC_OFFSET = timedelta(hours=7)
SUNDAY = 6
#: Who was away on which days before today, from 7:30 to 17:30: work goes to the next in order.
DAYS_OFF = {
    "member_care_lan": (13, 11, 7, 4),
    "member_software_tuan": (13, 11, 10, 8, 5, 3),
    "member_software_ha": (11, 8, 3),
    "member_software_mai": (8,),
    "member_devices_hung": (12, 8, 6),
}
#: Who is away now, and since how many minutes.
AWAY_NOW = ("member_software_anh", 320)


def is_seeded(env) -> bool:
    """Whether the past was made already."""
    return bool(env["ir.model.data"].search_count([("module", "=", MARK)], limit=1))


def seed(env) -> int:
    """Make the past; return the number of tickets.

    :raise RuntimeError: the clocks of a ticket do not add up
    """
    company.set_up(env)
    env = company.in_its_language(env)
    now = datetime.now().replace(microsecond=0)
    with ROWS.open(encoding="utf-8", newline="") as stream:
        stories = [Story(env, row, number) for number, row in enumerate(csv.DictReader(stream), 1)]
    lives = [(_moment(story.row["at"], now), story.live()) for story in stories]
    for name, days in DAYS_OFF.items():
        lives += [(_moment(f"-{day}d 07:30", now), _be_away(env, name, 600)) for day in days]
    name, minutes = AWAY_NOW
    lives.append((now - timedelta(minutes=minutes), _be_away(env, name)))
    with clock.shifted(env) as hands:
        _play(env, hands, lives, now)
        hands.set(now)
        tickets = env["caredesk.ticket"].browse(story.ticket.id for story in stories)
        _check_clocks(tickets, now)
        plans.plan_ahead(tickets)
        ratings.give(tickets, hands, now)
        surveys.give(tickets, hands, now)
        settle(tickets)
    env["ir.model.data"].create(
        [
            {
                "module": MARK,
                "name": f"ticket_{ticket.id}",
                "model": ticket._name,
                "res_id": ticket.id,
            }
            for ticket in tickets
        ]
    )
    return len(tickets)


def _moment(text: str, now: datetime) -> datetime:
    """Return when ``text`` was: «-45m» before ``now``, «-3d 08:20» that day in Vietnam.

    A Sunday is moved to the Saturday before.
    """
    if text.endswith("m"):
        return now + timedelta(minutes=int(text[:-1]))
    days, _space, hour = text.partition(" ")
    day = (now + UTC_OFFSET).date() + timedelta(days=int(days.removesuffix("d")))
    if day.weekday() == SUNDAY:
        day -= timedelta(days=1)
    return datetime.combine(day, datetime.strptime(hour, "%H:%M").time()) - UTC_OFFSET


def _be_away(env, name: str, minutes: float | None = None) -> Iterator[float]:
    """The absence of a member, in the form of a life; without end if ``minutes`` is None."""
    member = env.ref(f"caredesk_ticket.{name}")
    member.is_away = True
    if minutes:
        yield minutes
        member.is_away = False


def _play(env, hands: clock.Clock, lives: list[tuple[datetime, Iterator[float]]], until: datetime):
    """Let all lives go on together in the order of time, until now or their end."""
    order = count()
    agenda = [(moment, next(order), life) for moment, life in lives]
    heapq.heapify(agenda)
    while agenda and agenda[0][0] <= until:
        moment, _order, life = heapq.heappop(agenda)
        hands.set(moment)
        minutes = next(life, None)
        env.cr.flush()  # with it, the conversation tells each change at its own time
        if minutes is not None:
            heapq.heappush(agenda, (moment + timedelta(minutes=minutes), next(order), life))


def _check_clocks(tickets, now: datetime) -> None:
    """Compare the three clocks with the open life of each ticket, which begins at its creation."""
    for ticket in tickets:
        lines = ticket.time_ids
        lived = sum(((line.stop_at or now) - line.start_at).total_seconds() for line in lines)
        figures = (ticket.queue_seconds, ticket.work_seconds, ticket.waiting_seconds)
        if sum(figures) != lived or min(lines.mapped("start_at")) != ticket.create_date:
            raise RuntimeError(f"{ticket.number}: {figures} seconds do not add up to {lived}")


def settle(tickets) -> None:
    """Take what would be told to colleagues today as told: the past does not knock again."""
    tickets.assignment_ids.write({"notice_pending": False})
    tickets.sla_status_ids.write({"notice": False})
    file_letters(tickets)


def file_letters(tickets) -> None:
    """Take the queued letters of ``tickets`` as sent: a demo has no mail server, writes to nobody.

    Belongs in the transaction that made them, before Odoo's outbox sees them.
    """
    env = tickets.env
    env.flush_all()
    letters = env["mail.mail"].search(
        [
            ("model", "=", tickets._name),
            ("res_id", "in", tickets.ids),
            ("state", "=", "outgoing"),
        ]
    )
    told = env["mail.notification"].search([("mail_mail_id", "in", letters.ids)])
    told.write({"notification_status": "sent"})
    letters.unlink()
