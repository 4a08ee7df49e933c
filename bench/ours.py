"""CareDesk's side of the create benchmarks; runs in a process of its own (`subject.py`)."""

from tests.system import staff as departments

from .subject import timed

TICKET = "caredesk.ticket"
GROUPS = 5
AGENTS = 25
#: Places for a batch of 1,000, those who sit in two groups counted once.
CAPACITY = 60

_staff: departments.Staff | None = None


def prepare(worker) -> None:
    """Hire the department; its promises count working hours, like the peer's always do."""
    global _staff
    hired = departments.hire(worker, GROUPS, AGENTS, [CAPACITY], seed=0, varied=False)
    _staff = departments.Staff.load(hired)
    with worker.env() as env:
        for group in env["caredesk.support.group"].browse(_staff.group_ids):
            group.calendar_id = group.company_id.resource_calendar_id
            group.sla_policy_ids.use_working_hours = True


def create_one(worker, count: int) -> float:
    """Create tickets one call each; return the seconds it took."""
    vals_list = _values(count)

    def work():
        for vals in vals_list:
            worker.rpc(_staff.creator_uids[0], TICKET, "create", vals)

    return timed(work)


def create_batch(worker, count: int) -> float:
    """Create tickets in one call; return the seconds it took."""
    return timed(worker.rpc, _staff.creator_uids[0], TICKET, "create", _values(count))


def tidy(worker) -> list[str]:
    """Check that every ticket of the round found its performer and its promise, and finish it.

    :return: what is wrong; empty when the round counts
    """
    with worker.env() as env:
        env.cr.execute(
            "SELECT number FROM caredesk_ticket WHERE state <> 'done' AND (state <> 'todo'"
            " OR user_id IS NULL OR sla_deadline IS NULL OR partner_id IS NULL) LIMIT 3"
        )
        wrong = [f"ticket {number} was not routed" for (number,) in env.cr.fetchall()]
        env.cr.execute(
            "UPDATE caredesk_ticket_time SET stop_at = start_at, seconds = 0 WHERE stop_at IS NULL"
        )
        env.cr.execute(
            "UPDATE caredesk_ticket SET state = 'done', clock_kind = NULL, clock_started_at = NULL"
            " WHERE state <> 'done'"
        )
    return wrong


def _values(count: int) -> list[dict]:
    groups, partners = _staff.group_ids, _staff.partner_ids
    return [
        {
            "name": f"Máy lạnh không mát {number}",
            "description": "<p>Máy chạy nhưng không mát, kêu to.</p>",
            "type_id": _staff.type_of_group[groups[number % len(groups)]],
            "partner_id": partners[number % len(partners)],
        }
        for number in range(count)
    ]
