"""Malformed mails and events among good ones, by two processes: nothing stops, nothing is lost."""

from tests.mail_sources import samples

from . import poison_events
from .harness import Context

#: The addons the scenarios need.
ADDONS = ["caredesk_zalo"]

GOOD = 200
BAD = 220
#: Mails that both processes deliver at the same moment, and as many replies to them.
TWICE = 20
#: Size of the attachment that is over the limit, in megabytes, and how many such mails.
BIG = 60
BIG_COUNT = 2
#: Good events; as many bad ones come between them.
EVENTS, EVENTS_SMALL = 400, 40


def run(ctx: Context) -> dict:
    """Feed everything and judge: each good mail one ticket, each bad one a ticket or parked.

    tried: mails fed; lost: mails of which nothing is stored; duplicated: mails with more than
    one ticket; violations: errors that reached the mail server, good mails without a ticket.
    """
    plan = {"good": GOOD, "bad": BAD, "twice": TWICE, "big": BIG, "big_count": BIG_COUNT}
    params = {}
    if ctx.small:
        plan = {"good": 30, "bad": 44, "twice": 5, "big": 2, "big_count": 1}
        params["mail_max_mb"] = "1"
    plan["to"] = ctx.call("tests.system.mailroom:open_mailroom", "poison", **params)
    gates = 2 * plan["twice"]
    with ctx.gates(gates) as release:
        children = [
            ctx.spawn("tests.system.poison:feed", plan, number, name="postman")
            for number in range(2)
        ]
        for gate in range(gates):
            release(gate, 2)
        errors = [error for child in children for error in child.result()]
    verdict = ctx.call("tests.system.poison:judge", plan)
    events = poison_events.run(ctx, EVENTS_SMALL if ctx.small else EVENTS)
    for key in ("lost", "duplicated", "violations"):
        verdict[key] += events[key]
    violations = [*errors, *verdict["violations"]]
    return {
        "id": "poison",
        "tried": len(_tags(plan)) + events["tried"],
        "lost": len(verdict["lost"]),
        "duplicated": len(verdict["duplicated"]),
        "violations": len(violations),
        "ok": not (verdict["lost"] or verdict["duplicated"] or violations),
        "details": [*verdict["lost"], *verdict["duplicated"], *violations],
        "notes": [verdict["words"], f"{events['tried']} events, every other one of them bad"],
    }


def feed(worker, plan: dict, number: int) -> list[str]:
    """Deliver every second mail, and those meant for both at the same moment as the other."""
    from .mailroom import deliver

    errors = []
    tags = _tags(plan)
    both = [tag for tag in tags if tag.startswith(("twice", "reply"))]
    for gate, tag in enumerate(both):
        worker.gate(gate)
        errors.append((tag, deliver(worker, _mail(plan, tag))))
    for tag in [tag for tag in tags if tag not in both][number::2]:
        errors.append((tag, deliver(worker, _mail(plan, tag))))
    return [f"{tag}: {error}" for tag, error in errors if error]


def judge(worker, plan: dict) -> dict:
    """Compare what was fed with what is stored."""
    from .mailroom import message_id, whereabouts

    id_of = {tag: message_id(_mail(plan, tag)) for tag in _tags(plan)}
    found = whereabouts(worker, list(id_of.values()))
    lost, duplicated, violations, parked_count = [], [], [], 0
    for tag, key in id_of.items():
        tickets, messages, parked = found[key]
        parked_count += bool(parked)
        if tag.startswith("reply"):
            if (tickets, messages, parked) != (0, 1, 0):
                violations.append(f"reply not once on its ticket: {tag} {found[key]}")
            continue
        if not (tickets or parked):
            lost.append(f"lost: {tag}")
        if tickets > 1 or messages > 1 or parked > 1:
            duplicated.append(f"duplicated: {tag} {found[key]}")
        if tag.startswith(("good", "twice")) and (tickets, messages, parked) != (1, 1, 0):
            violations.append(f"good mail without its ticket: {tag} {found[key]}")
        if tickets and not messages:
            violations.append(f"ticket without its mail: {tag}")
    return {
        "lost": lost,
        "duplicated": duplicated,
        "violations": violations,
        "words": f"{len(id_of)} mails, {parked_count} of them parked",
    }


def _tags(plan: dict) -> list[str]:
    """Return the tags of all mails, good and bad ones mixed."""
    good = [f"good.{number}" for number in range(plan["good"])]
    bad = [f"bad.{number}" for number in range(plan["bad"])]
    big = [f"big.{number}" for number in range(plan["big_count"])]
    mixed = [tag for pair in zip(good, bad, strict=False) for tag in pair]
    rest = good[len(bad) :] + bad[len(good) :]
    both = [f"{kind}.{number}" for kind in ("twice", "reply") for number in range(plan["twice"])]
    return [*mixed, *big, *rest, *both]


def _mail(plan: dict, tag: str) -> bytes:
    """Return the mail with this tag; the same bytes in every process."""
    kind, _dot, number = tag.partition(".")
    if kind == "big":
        return samples.big_attachment(tag, plan["to"], plan["big"])
    if kind == "reply":
        sender, opening = f"khach.twice.{number}@example.com", f"<twice.{number}@mail.example.com>"
        return samples.good(tag, plan["to"], From=sender, In_Reply_To=opening)
    if kind != "bad":
        return samples.good(tag, plan["to"])
    makers = [*samples.BAD_BUT_READABLE.values(), samples.no_sender]
    return makers[int(number) % len(makers)](tag, plan["to"])
