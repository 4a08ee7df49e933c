"""Eight processes give and take points and money on one customer, and one card, at once.

Whatever is refused or gives up changed nothing: in the end every balance is the sum of what was
confirmed, the history says the same, nothing is below zero and the customer has one card of a kind.
"""

import random
from collections import Counter

from .harness import Context
from .refusal import GaveUp, Refused

PROCESSES = 8
#: action -> (field that holds how much, kind of balance, sign)
MOVES = {
    "give_points": ("points", "points", 1),
    "deduct_points": ("points", "points", -1),
    "give_money": ("amount", "money", 1),
    "deduct_money": ("amount", "money", -1),
}
#: Addons the scenario needs in its database.
ADDONS = ["caredesk_automation"]


def run(ctx: Context) -> dict:
    """Race on one card.

    tried: entries confirmed or refused; lost: entries that count and are missing in the balance;
    duplicated: that count twice, or second cards; violations: whatever else does not add up.
    """
    rounds = 10 if ctx.small else 60
    start = ctx.call("tests.system.points_race:prepare")
    with ctx.gates(1) as release:
        racers = [
            ctx.spawn("tests.system.points_race:racer", start, number, rounds)
            for number in range(PROCESSES)
        ]
        release(0, PROCESSES)
        outcomes = [outcome for racer in racers for outcome in racer.result()]
    found = ctx.call("tests.system.points_race:balances", start)
    confirmed = [one for one in outcomes if one["outcome"] == "won"]
    expected = {
        kind: sum(one["change"] for one in confirmed if one["kind"] == kind)
        for kind in ("points", "money")
    }
    details = _compare(expected, found, confirmed)
    counts = Counter(one["outcome"] for one in outcomes)
    return {
        "id": "points_race",
        "tried": len(outcomes),
        "lost": _count(details, "lost"),
        "duplicated": _count(details, "duplicated"),
        "violations": _count(details, "violation"),
        "ok": not details and counts["won"] > 0,
        "details": details,
        "notes": [", ".join(f"{name} {count}" for name, count in sorted(counts.items()))],
    }


def _count(details: list[str], kind: str) -> int:
    return sum(text.startswith(kind) for text in details)


def _compare(expected: dict, found: dict, confirmed: list[dict]) -> list[str]:
    """Return what does not add up."""
    details = []
    for kind, change in expected.items():
        card = found[kind]
        wanted = change + found["before"][kind]
        if card["cards"] != 1:
            details.append(f"duplicated: {card['cards']} cards of {kind}")
        if abs(card["balance"] - wanted) > 0.01:
            word = "lost" if card["balance"] < wanted else "duplicated"
            details.append(f"{word}: {kind} are {card['balance']}, not {wanted}")
        if abs(card["balance"] - card["history"]) > 0.01:
            details.append(f"violation: the history of {kind} says {card['history']}")
        if card["lowest"] < 0:
            details.append(f"violation: {kind} fell to {card['lowest']}")
    if found["entries"] != len(confirmed):
        details.append(f"violation: {found['entries']} entries count, not {len(confirmed)}")
    if abs(found["accumulated"] - found["money"]["balance"]) > 0.01:
        details.append(f"violation: accumulated are {found['accumulated']}")
    return details


# --- in processes of their own ---


def prepare(worker) -> dict:
    """Make a customer without any card and a form for each move."""
    with worker.env() as env:
        admin = env.ref("base.user_admin")
        customer = env["res.partner"].create({"name": "Race"})
        forms = {
            action: env["caredesk.care.form"].create({"name": "Race", "action": action}).id
            for action in MOVES
        }
        # The programs are settings: made once, long before anybody races for a card.
        for kind in ("loyalty", "ewallet"):
            admin.company_id._care_program(kind, create=True)
        return {"uid": admin.id, "partner": customer.id, "forms": forms}


def racer(worker, start: dict, number: int, rounds: int) -> list[dict]:
    """Give and take as fast as possible; note what was confirmed."""
    chance = random.Random(number)
    outcomes = []
    worker.gate(0)
    for _round in range(rounds):
        action = chance.choice(list(MOVES))
        field, kind, sign = MOVES[action]
        quantity = chance.randint(1, 50)
        vals = {
            "partner_id": start["partner"],
            "action": action,
            "form_id": start["forms"][action],
            field: quantity,
        }
        [entry] = worker.rpc(start["uid"], "caredesk.care.history", "create", [vals])
        outcome = "won"
        try:
            worker.rpc(start["uid"], "caredesk.care.history", "action_confirm", [entry])
        except Refused:
            outcome = "refused"
        except GaveUp:
            outcome = "given up"
        outcomes.append({"outcome": outcome, "kind": kind, "change": sign * quantity})
    return outcomes


def balances(worker, start: dict) -> dict:
    """Return what the cards, their histories and the account say."""
    with worker.env() as env:
        company = env["res.users"].browse(start["uid"]).company_id
        account = env["caredesk.customer.account"].search(
            [("partner_id", "=", start["partner"]), ("company_id", "=", company.id)]
        )
        entries = env["caredesk.care.history"].search_count(
            [("partner_id", "=", start["partner"]), ("state", "=", "confirmed")]
        )
        found = {
            "entries": entries,
            "accumulated": account.accumulated_amount,
            "before": {"points": 0, "money": 0},
        }
        for kind, program_type in (("points", "loyalty"), ("money", "ewallet")):
            cards = env["loyalty.card"].search(
                [
                    ("partner_id", "=", start["partner"]),
                    ("program_id", "=", company._care_program(program_type).id),
                ]
            )
            changes = [row.issued - row.used for row in cards.history_ids.sorted("id")]
            lowest = running = 0.0
            for change in changes:
                running += change
                lowest = min(lowest, running)
            found[kind] = {
                "cards": len(cards),
                "balance": sum(cards.mapped("points")),
                "history": sum(changes),
                "lowest": lowest,
            }
        return found
