"""Agents take a new Zalo customer at the same moment: one gets him, the others read who does."""

from .harness import Context
from .refusal import GaveUp, Refused

CHANNEL = "discuss.channel"
PEOPLE = 4


def run(ctx: Context, uids: list[int], channels: list[int]) -> list[list[dict]]:
    """Race for conversations, one process an agent; return for each round what each met."""
    with ctx.gates(len(channels)) as release:
        racers = [ctx.spawn("tests.system.zalo_claim_race:racer", uid, channels) for uid in uids]
        for gate in range(len(channels)):
            release(gate, len(uids))
        return list(zip(*(racer.result() for racer in racers), strict=True))


# --- in processes of their own ---


def prepare(worker, rounds: int) -> tuple[list[int], list[int]]:
    """Make agents of one account and conversations that nobody serves."""
    with worker.env() as env:
        env = env(context=dict(env.context, no_reset_password=True, tracking_disable=True))
        agents = env["res.users"].create(
            [
                {
                    "name": f"Chat {number}",
                    "login": f"zalo_race_{number}",
                    "group_ids": [(4, env.ref("caredesk_zalo.group_agent").id)],
                }
                for number in range(PEOPLE)
            ]
        )
        app = env["caredesk.zalo.app"].create({"name": "Race", "app_id": "1"})
        account = env["caredesk.zalo.oa"].create(
            {"name": "Race", "app_id": app.id, "user_ids": [(6, 0, agents.ids)]}
        )
        contacts = env["caredesk.zalo.contact"]
        found = [contacts._of(account, f"10{number}") for number in range(rounds)]
        return agents.ids, [contact._conversation().id for contact in found]


def racer(worker, uid: int, channels: list[int]) -> list[dict]:
    """Take one conversation after the other, each at the moment its gate opens."""
    attempts = []
    for gate, channel in enumerate(channels):
        worker.gate(gate)
        try:
            worker.rpc(uid, CHANNEL, "zalo_take", [channel])
        except (Refused, GaveUp) as error:
            attempts.append({"won": False, "text": str(error)})
        else:
            attempts.append({"won": True, "text": ""})
    return attempts
