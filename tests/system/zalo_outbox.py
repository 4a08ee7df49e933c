"""Scenarios of the outbox: senders killed in the middle of a call, a Zalo that does not answer.

No message reaches a customer twice by us; none vanishes: each is sent, or its agent sees that
nobody knows whether it was.
"""

import time

from tools.zalo_sandbox import Server

from . import zalo_desk
from .harness import Context

#: The addons the scenarios need.
ADDONS = ["caredesk_zalo"]

#: Customers, messages to each, senders that are killed: full and short.
KILL_FULL, KILL_SMALL = (20, 20, 12), (4, 5, 2)
#: Customers, messages to each and minutes of each outage.
DOWN_FULL, DOWN_SMALL = (10, 6, 10), (3, 3, 3)
#: Ways of not answering; `off`: nobody listens at all.
OUTAGES = ("off", "error_500", "html", "drop", "rate_limit")
#: Seconds by which the clocks of the queue are moved at a time.
STEP = 20
PATIENCE = 120.0

_STATES = """
SELECT message.text, message.state, message.reason FROM caredesk_zalo_message message ORDER BY id
"""
#: The lease of what a dead sender left ends after five minutes; so long nobody wants to wait.
_LEASE_OVER = """
UPDATE caredesk_zalo_message SET sending_at = sending_at - interval '1 hour' WHERE state = 'sending'
"""
_MOVE = """
UPDATE caredesk_zalo_message SET next_try_at = next_try_at - interval '1 second' * %(step)s
 WHERE state = 'queued' AND next_try_at IS NOT NULL;
UPDATE caredesk_zalo_gate SET closed_until = closed_until - interval '1 second' * %(step)s,
       refilled_at = refilled_at - interval '1 second' * %(step)s;
"""
_FAILURES = "SELECT coalesce(sum(failures), 0) FROM caredesk_zalo_gate"


def kill9_outbox(ctx: Context) -> dict:
    """Kill senders with signal 9 while they send, two at a time, and let new ones go on."""
    people, count, kills = KILL_SMALL if ctx.small else KILL_FULL
    with zalo_desk.open_desk(ctx) as (sandbox, desk):
        sandbox.world.switches.calls_per_minute = 0
        texts = _write(ctx, sandbox, desk, people, count)
        sandbox.sandbox.faults.add(path="/v3.0/oa/message", kind="slow", times=-1, seconds=0.03)
        for number in range(kills):
            senders = [ctx.spawn("tests.system.zalo_outbox:send", name="sender") for _ in "ab"]
            goal = len(_arrived(sandbox)) + 1 + number % 3
            zalo_desk.wait_until(lambda goal=goal: len(_arrived(sandbox)) >= goal, 30, pause=0.005)
            for sender in senders:
                sender.kill9()
            ctx.sql(_LEASE_OVER)
        ctx.call("tests.system.zalo_outbox:send")
        arrived = _arrived(sandbox)
    verdict, uncertain = _judge(ctx, texts, arrived)
    if uncertain > 2 * kills:
        verdict["violations"].append(f"{uncertain} uncertain messages after {2 * kills} deaths")
    notes = [f"{2 * kills} senders killed, {uncertain} messages shown as perhaps sent"]
    return zalo_desk.report("kill9_outbox", len(texts), verdict, notes)


def zalo_down(ctx: Context) -> dict:
    """Let Zalo not answer, in five ways for ten minutes each, while the queue is served.

    The clocks of queue and gate are moved on, so that ten minutes pass in seconds.
    """
    people, count, minutes = DOWN_SMALL if ctx.small else DOWN_FULL
    notes, wrong, texts = [], [], []
    with zalo_desk.open_desk(ctx) as (sandbox, desk):
        world = sandbox.world
        for outage in OUTAGES:
            texts += _write(ctx, sandbox, desk, people, count, prefix=outage)
            port = sandbox.server_address[1]
            if outage == "off":
                sandbox.__exit__()
            else:
                sandbox.sandbox.faults.add(path="/v", kind=outage, times=-1)
            calls = ctx.call("tests.system.zalo_outbox:send_for", minutes * 60 // STEP)
            notes.append(f"{outage}: {calls} calls in {minutes} minutes")
            if calls > minutes * 4 + 8:
                wrong.append(f"hammered: {calls} calls in {minutes} minutes of {outage}")
            if outage == "off":
                sandbox = Server(port, world)
                sandbox.__enter__()
            sandbox.sandbox.faults.clear()
            ctx.call("tests.system.zalo_outbox:send_for", 40, until_empty=True)
        arrived = _arrived(sandbox)
        sandbox.__exit__()
    verdict, uncertain = _judge(ctx, texts, arrived)
    verdict["violations"] += wrong
    notes.append(f"{uncertain} of {len(texts)} messages shown as perhaps sent")
    return zalo_desk.report("zalo_down", len(texts), verdict, notes)


def _write(ctx, sandbox, desk, people: int, count: int, prefix: str = "Dạ") -> list[str]:
    """Let the agent write to customers who wrote just now; return what he wrote."""
    oa_id, names = desk["oa_id"], {}
    for number in range(people):
        user_id = f"8100000000000{number:05d}"
        names[user_id] = f"Khách {number}"
        person = sandbox.world.person(oa_id, user_id)
        person = person or sandbox.world.add_person(oa_id, names[user_id], user_id=user_id)
        person.spoke_at = time.time()
    contact_ids = ctx.call("tests.system.zalo_desk:befriend", desk, names)
    texts = [f"{prefix} {number}" for number in range(count)]
    ctx.call("tests.system.zalo_desk:answer", desk, contact_ids, texts)
    return [f"{text} {user_id}" for text in texts for user_id in names]


def _arrived(sandbox) -> list[str]:
    """Return what customers have on their phones, in the order it came."""
    messages = list(sandbox.world.messages)
    return [str(message.body.get("text")) for message in messages if message.by == "api"]


def _judge(ctx: Context, texts: list[str], arrived: list[str]) -> tuple[dict, int]:
    """Compare what was written, what its agent sees, and what customers have."""
    shown = {text: (state, reason) for text, state, reason in ctx.sql(_STATES)}
    gone = ("gone", None)
    verdict = {
        "lost": [line for text in texts if (line := _fate(text, shown.get(text, gone), arrived))],
        "duplicated": [f"duplicated: «{text}»" for text in set(arrived) if arrived.count(text) > 1],
        "violations": _out_of_order(texts, arrived),
    }
    return verdict, sum(shown.get(text, gone)[0] == "uncertain" for text in texts)


def _fate(text: str, shown: tuple, arrived: list[str]) -> str:
    """Return what is wrong with what the agent sees of a message; nothing when all is well."""
    state, reason = shown
    if state in ("sent", "delivered", "read"):
        return "" if text in arrived else f"lost: «{text}» is {state} and never came"
    return "" if state == "uncertain" else f"lost: «{text}» is {state}: {reason}"


def _out_of_order(texts: list[str], arrived: list[str]) -> list[str]:
    wrong = []
    for user_id in {text.rpartition(" ")[2] for text in texts}:
        theirs = [text for text in arrived if text.endswith(user_id)]
        if theirs != [text for text in texts if text in theirs]:
            wrong.append(f"out of order for {user_id}: {theirs[:6]}")
    return wrong


# --- in a process of its own ---


def send(worker) -> None:
    """Serve the queue until nothing waits, as the scheduled action does."""
    while True:
        with worker.env() as env:
            messages = env["caredesk.zalo.message"]
            messages._cron_send()
            env.cr.commit()
            if not messages.search_count([("state", "in", ("queued", "sending"))], limit=1):
                return
        time.sleep(0.02)


def send_for(worker, steps: int, until_empty: bool = False) -> int:
    """Serve the queue, moving its clocks on after each time; return how often Zalo was called."""
    calls = 0
    for _step in range(steps):
        with worker.env() as env:
            before = _failures(env)
            env["caredesk.zalo.message"]._cron_send()
            env.cr.commit()
            calls += max(_failures(env) - before, 0)
            env.cr.execute(_MOVE, {"step": STEP})
            env.cr.commit()
            waiting = env["caredesk.zalo.message"].search_count([("state", "=", "queued")])
        if until_empty and not waiting:
            break
    return calls


def _failures(env) -> int:
    env.cr.execute(_FAILURES)
    return env.cr.fetchone()[0]
