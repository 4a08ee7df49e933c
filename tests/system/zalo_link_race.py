"""Agents link one Zalo customer to different contacts at the same moment: one of them does."""

from .harness import Context
from .refusal import GaveUp, Refused

WIZARD = "caredesk.zalo.crm"


def run(ctx: Context, uids: list[int], contacts: list[int]) -> list[list[dict]]:
    """Race for customers, one process an agent; return for each customer what each met."""
    with ctx.gates(len(contacts)) as release:
        racers = [ctx.spawn("tests.system.zalo_link_race:racer", uid, contacts) for uid in uids]
        for gate in range(len(contacts)):
            release(gate, len(uids))
        return list(zip(*(racer.result() for racer in racers), strict=True))


# --- in processes of their own ---


def customers(worker, channels: list[int]) -> list[int]:
    """Return the customers of conversations, served by nobody again."""
    with worker.env() as env:
        found = env["discuss.channel"].browse(channels).zalo_contact_id
        found.user_id = False
        return found.ids


def links(worker, contacts: list[int]) -> list[int]:
    """Return the contacts that customers are linked to."""
    with worker.env() as env:
        return [one.partner_id.id for one in env["caredesk.zalo.contact"].browse(contacts)]


def racer(worker, uid: int, contacts: list[int]) -> list[dict]:
    """Link one customer after the other to a contact of one's own, each as its gate opens."""
    attempts = []
    for gate, contact in enumerate(contacts):
        with worker.env() as env:
            partner = env["res.partner"].create({"name": f"Linked {uid}-{contact}"}).id
            match = {"is_chosen": True, "record": f"res.partner,{partner}", "agrees": "phone"}
            values = {"contact_id": contact, "name": "X", "match_ids": [(0, 0, match)]}
            wizard = env[WIZARD].with_user(uid).create(values).id
        worker.gate(gate)
        try:
            worker.rpc(uid, WIZARD, "action_link", [wizard])
        except (Refused, GaveUp) as error:
            attempts.append({"won": 0, "text": str(error)})
        else:
            attempts.append({"won": partner, "text": ""})
    return attempts
