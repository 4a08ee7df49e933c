"""People at work, in processes of their own: they create, take, start, wait, complete, pass on.

Everything goes through RPC as the person's own user. Being refused is part of the work, since
others act at the same moment; only what CareDesk accepted counts as done.
"""

import random
from collections import Counter

from .refusal import GaveUp, Refused
from .staff import Staff

TICKET = "caredesk.ticket"
MEMBER = "caredesk.support.member"

#: State of a ticket -> what its performer may do next, and how often.
_STEPS = {
    "todo": {"start": 70, "wait": 15, "transfer": 15},
    "in_progress": {"complete": 70, "wait": 18, "transfer": 12},
    "waiting": {"continue": 55, "complete": 45},
}
#: Share of what happens between two creates.
_DEEDS = {
    "work": 70,
    "take": 14,
    "away": 3,
    "back": 7,
    "resize": 2,
    "release": 1,
    "cancel": 1,
    "reopen": 1,
    "hand_over": 1,
}


def mixed(worker, staff: dict, number: int, seed: int, tickets: int, gate: int) -> dict:
    """Create `tickets` tickets, alone and in batches, and do all else in between.

    :return: how often what was done, refused or given up
    """
    writer = Writer(worker, Staff.load(staff), number, random.Random(f"{seed}-{number}"))
    worker.gate(gate)
    writer.run(tickets)
    return dict(writer.counts)


class Writer:
    """One process of writers, with randomness of its own."""

    def __init__(self, worker, staff: Staff, number: int, rng: random.Random) -> None:
        self.worker = worker
        self.staff = staff
        self.number = number
        self.rng = rng
        self.counts: Counter = Counter()
        self._made = 0

    def run(self, tickets: int) -> None:
        """Work until that many tickets were created."""
        while self._made < tickets:
            size = self.rng.randint(2, 12) if self.rng.random() < 0.15 else 1
            self._attempt("create", self._create, min(size, tickets - self._made))
            for _deed in range(self.rng.randint(1, 2 + size)):
                deed = self._choose(_DEEDS)
                self._attempt(deed, getattr(self, f"_{deed}"))

    def _attempt(self, what: str, function, *args) -> None:
        """Do something and count its outcome; `function` returns False where nothing was to do."""
        try:
            if function(*args) is not False:
                self.counts[what] += 1
        except Refused:
            self.counts[f"{what} refused"] += 1
        except GaveUp:
            self.counts[f"{what} given up"] += 1

    def _choose(self, weights: dict[str, int]) -> str:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _find(self, uid: int, domain: list, *names: str) -> dict | None:
        rows = self.worker.rpc(uid, TICKET, "search_read", domain, [*names], limit=8)
        return self.rng.choice(rows) if rows else None

    # --- creating ---

    def _create(self, size: int) -> None:
        """Create a batch; its names are noted before the call and its ids after it."""
        group_id = self.rng.choice(self.staff.group_ids)
        vals_list = []
        for _ticket in range(size):
            self._made += 1
            if self.rng.random() < 0.3:
                group_id = self.rng.choice(self.staff.group_ids)
            vals_list.append(
                {
                    "name": f"Writer {self.number} ticket {self._made}",
                    "description": "<p>Máy nóng, quạt kêu to.</p>",
                    "type_id": self.staff.type_of_group[group_id],
                    "partner_id": self.rng.choice(self.staff.partner_ids),
                    "priority": self.rng.choice("0123"),
                    "severity": self.rng.choice("0123"),
                }
            )
        names = [vals["name"] for vals in vals_list]
        self.worker.note({"trying": names})
        uid = self.rng.choice(self.staff.creator_uids)
        created = self.worker.rpc(uid, TICKET, "create", vals_list)
        self.worker.note({"created": dict(zip(names, created, strict=True))})

    # --- an agent's day ---

    def _work(self) -> bool | None:
        agent = self.rng.choice(self.staff.agents)
        uid = agent["uid"]
        ticket = self._find(
            uid, [("user_id", "=", uid), ("state", "in", list(_STEPS))], "state", "group_id"
        )
        if not ticket:
            return False
        step = self._choose(_STEPS[ticket["state"]])
        args, kwargs = self._step_arguments(step, uid, ticket)
        if args is None:
            return False
        self.worker.rpc(uid, TICKET, f"action_{step}", [ticket["id"]], *args, **kwargs)
        return None

    def _step_arguments(self, step: str, uid: int, ticket: dict) -> tuple:
        if step in ("start", "continue"):
            return (), {"pause_others": True}
        if step == "wait":
            return (self.rng.choice(("customer", "not_now")),), {}
        if step == "complete":
            return ("Đã vệ sinh quạt.", "Bụi"), {}
        colleagues = [
            one["uid"]
            for one in self.staff.agents
            if ticket["group_id"][0] in one["group_ids"] and one["uid"] != uid
        ]
        return ((self.rng.choice(colleagues),) if colleagues else None), {}

    def _take(self) -> bool | None:
        uid = self.rng.choice(self.staff.agents)["uid"]
        ticket = self._find(uid, [("state", "=", "unassigned")], "number")
        if not ticket:
            return False
        self.worker.rpc(uid, TICKET, "action_take", [ticket["id"]])
        return None

    def _away(self) -> bool | None:
        return self._set_away(self.rng.choice(self.staff.agents)["uid"], True)

    def _back(self) -> bool | None:
        away = self.worker.rpc(
            self.staff.manager_uids[0],
            MEMBER,
            "search_read",
            [("is_away", "=", True), ("group_id", "in", self.staff.group_ids)],
            ["user_id"],
        )
        if not away:
            return False
        return self._set_away(self.rng.choice(away)["user_id"][0], False)

    def _set_away(self, uid: int, away: bool) -> None:
        seats = self.worker.rpc(uid, MEMBER, "search", [("user_id", "=", uid)])
        self.worker.rpc(uid, MEMBER, "action_set_away", seats[:1], away)

    # --- a manager's day ---

    def _resize(self) -> None:
        uid = self.rng.choice(self.staff.manager_uids)
        seats = self.worker.rpc(uid, MEMBER, "search", [("group_id", "in", self.staff.group_ids)])
        capacity = {"capacity": self.rng.randint(1, 3)}
        self.worker.rpc(uid, MEMBER, "write", [self.rng.choice(seats)], capacity)

    def _release(self) -> bool | None:
        return self._manage([("state", "in", ["todo", "in_progress"])], "action_release")

    def _cancel(self) -> bool | None:
        return self._manage([("state", "in", ["todo", "waiting"])], "action_cancel", "Khách đổi ý")

    def _reopen(self) -> bool | None:
        return self._manage([("state", "in", ["done", "cancelled"])], "action_reopen")

    def _hand_over(self) -> bool | None:
        group_id = self.rng.choice(self.staff.group_ids)
        return self._manage([("is_open", "=", True)], "write", {"group_id": group_id})

    def _manage(self, domain: list, method: str, *args) -> bool | None:
        uid = self.rng.choice(self.staff.manager_uids)
        mine = [*domain, ("group_id", "in", self.staff.group_ids)]
        ticket = self._find(uid, mine, "number")
        if not ticket:
            return False
        self.worker.rpc(uid, TICKET, method, [ticket["id"]], *args)
        return None


def dispatch(worker) -> None:
    """Run the scheduled dispatch once, as the cron does."""
    with worker.env() as env:
        env["caredesk.dispatcher"]._cron_dispatch()
