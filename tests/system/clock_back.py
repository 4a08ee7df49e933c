"""The scheduled actions stood still for three days: service levels, warnings and escalations.

Meanwhile deadlines passed, customers wrote, people answered in time and late, finished, waited and
cancelled. Then two processes watch at once, one is killed with signal 9 while it tells people, and
agents go on saving tickets. A day later the scheduler itself starts, in two processes. Everything
must end as if it had run each minute: each promise in its state, each person told once.
"""

import itertools
import re
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from .harness import Context
from .past_days import MISSED, STORIES, TICKET, WARNED
from .tripwire import stretched

STATUS = "caredesk.sla.status"

#: Tickets of each story.
SHARE = 25
SHARE_SMALL = 3
#: Hours from the creation until the watch goes on again, and until it is looked at once more.
DOWN = 74
LATER = 30
#: A process is killed as it writes this notice, for each ticket of a story.
FATAL_NOTICE = 8
#: Runs after which a watch that still leaves something counts as one that never ends.
MINUTES = 50

_LEFT = "SELECT count(*) FROM caredesk_sla_status WHERE notice IS NOT NULL"


def run(ctx: Context) -> dict:
    """Let the days pass, let two watch, kill one, let the scheduler go on, and judge.

    tried: notices that people had to get; lost and duplicated: those that came never or more than
    once; violations: promises in a wrong state, notices nobody should get, wrong escalations.
    """
    share = SHARE_SMALL if ctx.small else SHARE
    plan = ctx.call("tests.system.past_days:open_department", share)
    desk = ctx.call("tests.system.past_follow_ups:open_desk", share)
    for hour in sorted({hour for story in STORIES.values() for hour in story.deeds} | {DOWN}):
        ctx.call("tests.system.past_days:live_until", plan, hour)
    notes = _watch_with_a_death(ctx, plan, share)
    _catch_up(ctx)
    ctx.call("tests.system.past_days:live_until", plan, DOWN + LATER)
    ctx.call("tests.system.clock_back:wind_up_scheduler")
    for child in [ctx.spawn("tests.system.clock_back:schedule") for _worker in range(2)]:
        child.result()
    _catch_up(ctx)  # a day later there is nothing more to remind of
    verdicts = [
        ctx.call("tests.system.clock_back:judge", plan),
        ctx.call("tests.system.past_follow_ups:judge", desk),
    ]
    return _sum_up(notes, verdicts)


def _sum_up(notes: dict, verdicts: list[dict]) -> dict:
    """Return the outcome of the scenario from what its judges found."""
    lost, duplicated, wrong = (
        [line for verdict in verdicts for line in verdict[kind]]
        for kind in ("lost", "duplicated", "violations")
    )
    wrong += notes["violations"]
    return {
        "id": "clock_back",
        "tried": sum(verdict["tried"] for verdict in verdicts),
        "lost": len(lost),
        "duplicated": len(duplicated),
        "violations": len(wrong),
        "ok": not (lost or duplicated or wrong),
        "details": [*lost, *duplicated, *wrong],
        "notes": [notes["words"], *(verdict["words"] for verdict in verdicts)],
    }


def _catch_up(ctx: Context) -> None:
    """Have two processes remind of follow-ups and bring back what was put off, at once."""
    with ctx.gates(1) as release:
        workers = [ctx.spawn("tests.system.past_follow_ups:catch_up") for _worker in range(2)]
        release(0, 2)
    for child in workers:
        child.result()


def _watch_with_a_death(ctx: Context, plan: dict, share: int) -> dict:
    """Have two processes watch at once while agents work, and kill one as it tells people."""
    stop = ctx.folder / "desk.stop"
    notices = ("mail_message", FATAL_NOTICE * share, "NEW.message_type = 'user_notification'")
    with stretched(ctx, *notices) as wire:
        with ctx.gates(1) as release:
            desk = ctx.spawn("tests.system.clock_back:save_tickets", plan, str(stop), name="desk")
            watchers = [ctx.spawn("tests.system.clock_back:watch", name="watch") for _ in range(2)]
            release(0, 3)
        victim = wire.kill_who_trips(watchers)
        ((left,),) = ctx.sql(_LEFT)
    counts: Counter = Counter()
    for child in watchers:
        counts.update(child.result() if child is not victim else {})
    counts.update(ctx.call("tests.system.clock_back:watch"))  # the next minute
    stop.touch()
    counts.update(desk.result())
    wrong = [] if left else ["nobody was killed while people were being told"]
    wrong += [] if counts["saves"] else ["no agent managed to save a ticket meanwhile"]
    words = ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
    return {"violations": wrong, "words": f"killed with {left} notices left to send; {words}"}


# --- in processes of their own ---


def watch(worker) -> Counter:
    """Do the work of the scheduled action at the same moment as another process.

    Without the scheduler, which lets nobody else run what it runs: nothing may depend on that.
    """
    from psycopg2.errors import SerializationFailure

    worker.gate(0)
    counts: Counter = Counter()
    for _minute in range(MINUTES):
        try:
            with worker.env() as env:
                env[STATUS]._cron_watch()
        except SerializationFailure:
            counts["runs put off"] += 1
        with worker.env() as env:
            if not env[STATUS].search_count([("notice", "!=", False)], limit=1):
                break
        time.sleep(0.2)
    return counts


def save_tickets(worker, plan: dict, stop: str) -> Counter:
    """Save tickets that are late, one after the other, until told to stop."""
    from .refusal import GaveUp

    worker.gate(0)
    counts: Counter = Counter()
    late_ids = [*plan["tickets"]["untouched"], *plan["tickets"]["asked again"]]
    for number, ticket_id in enumerate(itertools.cycle(late_ids)):
        if Path(stop).exists():
            break
        try:
            worker.rpc(plan["boss"], TICKET, "write", [ticket_id], {"cause": f"Bụi {number}"})
            counts["saves"] += 1
        except GaveUp:
            counts["saves given up"] += 1
    return counts


def wind_up_scheduler(worker) -> None:
    """Leave one scheduled action, the watch, which should have run three days ago."""
    with worker.env() as env:
        env["ir.cron"].search([]).active = False
        env.ref("caredesk_ticket.ir_cron_sla").write(
            {"active": True, "nextcall": datetime.now() - timedelta(hours=DOWN)}
        )


def schedule(worker) -> None:
    """Let Odoo's scheduler do what is ready, as one of its workers does."""
    worker.registry["ir.cron"]._process_jobs(worker.db)


def judge(worker, plan: dict) -> dict:
    """Compare what is stored with what each story had to come to."""
    lost, duplicated, violations, tried = [], [], [], 0
    with worker.env() as env:
        for name, ticket_ids in plan["tickets"].items():
            for ticket in env[TICKET].browse(ticket_ids):
                violations += _misfits(ticket, STORIES[name])
                expected = _expected(ticket, STORIES[name], plan)
                found = _told(ticket)
                tried += len(expected)
                lost += [f"{ticket.name}: {key} not told" for key in expected - found.keys()]
                violations += [f"{ticket.name}: {key} told" for key in found.keys() - expected]
                duplicated += [
                    f"{ticket.name}: {key} told {count} times"
                    for key, count in found.items()
                    if count > 1
                ]
        if left := env[STATUS].search_count([("notice", "!=", False)]):
            violations.append(f"{left} notices are still to be sent")
    tickets = sum(map(len, plan["tickets"].values()))
    words = f"{tickets} tickets, {tried} notices to people due"
    return {
        "tried": tried,
        "lost": lost,
        "duplicated": duplicated,
        "violations": violations,
        "words": words,
    }


def _misfits(ticket, story) -> list[str]:
    """Return what is not as it has to be in the end: states of promises, priority, history."""
    states = {row.policy_id.name: row.state for row in ticket.sla_status_ids}
    raised = ticket.priority > "1"
    lines = ticket.message_ids.filtered(lambda message: "the priority was raised" in message.body)
    wrong = [
        ("promises", states, story.states),
        ("priority raised", raised, story.raised),
        ("lines about it", len(lines), int(story.raised)),
    ]
    return [
        f"{ticket.name}: {what} {found}, not {right}"
        for what, found, right in wrong
        if found != right
    ]


def _expected(ticket, story, plan: dict) -> set[tuple[str, str, int]]:
    """Return (promise, what, person) of every notice about a ticket."""
    people = {*plan["told"], ticket.user_id.id}
    return {(*told, uid) for told in story.told for uid in people}


def _told(ticket) -> Counter:
    """Return how often each person was told what about which promise of a ticket."""
    found: Counter = Counter()
    for message in ticket.env["mail.message"].search(
        [
            ("model", "=", ticket._name),
            ("res_id", "=", ticket.id),
            ("message_type", "=", "user_notification"),
        ]
    ):
        what = MISSED if MISSED in message.subject else WARNED
        promise = re.search("«(.*?)»", message.body).group(1)
        for person in message.notification_ids.res_partner_id.user_ids:
            found[promise, what, person.id] += 1
    return found
