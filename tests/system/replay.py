"""Replays what the witness saw and judges I-1, I-2 and I-4 after every single transaction.

Knows nothing of CareDesk's code: only the tables, and the rules as the architecture words them.
"""

from collections import defaultdict
from collections.abc import Iterable

from .witness import Event

OPEN = ("todo", "in_progress")
AUTOMATIC = ("auto", "take")
FAR_FUTURE = "9999"


class Replay:
    """The state of the department after the transactions fed so far.

    :param group_ids: only tickets of these groups are judged
    :ivar violations: one line of text each
    """

    def __init__(self, group_ids: Iterable[int]) -> None:
        self.group_ids = set(group_ids)
        self.violations: list[str] = []
        self._tickets: dict[int, dict] = {}
        self._seats: dict[tuple[int, int], dict] = {}
        self._away: dict[int, bool] = {}
        self._holder: dict[int, int | None] = {}
        self._open: dict[int, set[int]] = defaultdict(set)

    def feed(self, events: list[Event]) -> None:
        """Apply one transaction and judge what it left."""
        inserted = {}
        gives = []
        for event in events:
            if event.kind == "ticket":
                if event.row["id"] not in self._tickets:
                    inserted.setdefault(event.row["id"], event.row)
                self._apply_ticket(event.row)
            elif event.kind == "seat":
                self._seats[event.row["user_id"], event.row["group_id"]] = event.row
            elif event.kind == "agent":
                self._away[event.row["user_id"]] = bool(event.row["is_away"])
            elif event.row["method"] in AUTOMATIC:
                gives.append(event.row)
        for event in events:
            if event.kind == "assignment":
                self._follow_holder(event.row)
        self._judge_capacity(gives)
        self._judge_batch(inserted)

    def finish(self) -> None:
        """Judge the end: the history of each ticket must lead to its present performer."""
        for ticket_id, ticket in self._tickets.items():
            if ticket["group_id"] not in self.group_ids or ticket_id not in self._holder:
                continue
            if self._holder[ticket_id] != ticket["user_id"]:
                self._report(
                    "I-2",
                    ticket_id,
                    f"performer is {ticket['user_id']}, its history says {self._holder[ticket_id]}",
                )

    def _report(self, invariant: str, ticket_id: int, text: str) -> None:
        self.violations.append(f"{invariant}: ticket {ticket_id}: {text}")

    def _apply_ticket(self, row: dict) -> None:
        before = self._tickets.get(row["id"])
        if before and before["user_id"]:
            self._open[before["user_id"]].discard(row["id"])
        if row["user_id"] and row["state"] in OPEN:
            self._open[row["user_id"]].add(row["id"])
        self._tickets[row["id"]] = row

    def _follow_holder(self, row: dict) -> None:
        """Follow a ticket from hand to hand; whoever gives it must know who has it."""
        ticket_id, method = row["ticket_id"], row["method"]
        holder = self._holder.get(ticket_id)
        if method in AUTOMATIC and holder:
            self._report("I-2", ticket_id, f"{method} to {row['to_user_id']} while {holder} had it")
        elif method in ("assign", "transfer", "release") and row["from_user_id"] != holder:
            self._report(
                "I-2", ticket_id, f"{method} from {row['from_user_id']} while {holder} had it"
            )
        self._holder[ticket_id] = row["to_user_id"]

    def _judge_capacity(self, gives: list[dict]) -> None:
        """Judge I-1 for what one transaction gave out by itself or by taking."""
        places = defaultdict(list)
        for give in gives:
            user_id, ticket = give["to_user_id"], self._tickets[give["ticket_id"]]
            if ticket["group_id"] not in self.group_ids or ticket["user_id"] != user_id:
                continue
            seat = self._seats.get((user_id, ticket["group_id"]))
            if not seat or not seat["active"]:
                self._report("I-1", ticket["id"], f"{give['method']} to {user_id}, no member")
            elif self._away.get(user_id):
                self._report("I-1", ticket["id"], f"{give['method']} to {user_id}, who is away")
            else:
                places[user_id].append((seat["capacity"], ticket["id"], give["method"]))
        for user_id, given in places.items():
            # Seats of one person may differ in capacity: is there an order in which each
            # ticket found a free place?
            before = len(self._open[user_id]) - len(given)
            for held, (capacity, ticket_id, method) in enumerate(sorted(given), start=before + 1):
                if held > capacity:
                    text = f"{method} to {user_id}, who then held {held} of {capacity}"
                    self._report("I-1", ticket_id, text)

    def _judge_batch(self, inserted: dict[int, dict]) -> None:
        """Judge I-4: nobody of a batch was served before somebody more important."""
        by_group = defaultdict(lambda: ([], []))
        for row in inserted.values():
            if row["group_id"] in self.group_ids:
                by_group[row["group_id"]][bool(row["user_id"])].append((_rank(row), row["id"]))
        for left, served in by_group.values():
            if left and served and max(served) > min(left):
                self._report(
                    "I-4", max(served)[1], f"served, but the more important {min(left)[1]} was not"
                )


def _rank(row: dict) -> tuple:
    """The place of a ticket in the queue: priority, severity, deadline, arrival."""
    return (
        -int(row["priority"]),
        -int(row["severity"]),
        row["sla_deadline"] or FAR_FUTURE,
        row["id"],
    )
