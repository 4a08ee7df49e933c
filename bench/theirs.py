"""The peer's side of the create benchmarks; runs in a process of its own (`subject.py`).

As many teams and people as on our side; no routing, because the peer has none.
"""

from .ours import AGENTS, GROUPS
from .subject import timed

TICKET = "helpdesk.ticket"

_ids: dict[str, list[int]] = {}


def prepare(worker) -> None:
    """Make teams with a type and a service level each, their people, and customers."""
    with worker.env() as env:
        env = env(context=dict(env.context, no_reset_password=True, tracking_disable=True))
        role = env.ref("helpdesk_mgmt.group_helpdesk_user").id
        people = env["res.users"].create(
            [
                {
                    "name": f"Peer {number}",
                    "login": f"peer_{number}",
                    "email": f"peer_{number}@example.com",
                    "group_ids": [(6, 0, [role])],
                }
                for number in range(AGENTS + 1)
            ]
        )
        teams = env["helpdesk.ticket.team"].create(
            [
                {
                    "name": f"Team {number}",
                    "use_sla": True,
                    "user_ids": [(6, 0, people[number:AGENTS:GROUPS].ids)],
                }
                for number in range(GROUPS)
            ]
        )
        kinds = env["helpdesk.ticket.type"].create(
            [{"name": f"Type {team.name}", "team_ids": [(6, 0, team.ids)]} for team in teams]
        )
        last_stage = teams[0]._get_applicable_stages()[-1:]
        env["helpdesk.sla"].create(
            [
                {
                    "name": "Two days",
                    "team_ids": [(6, 0, team.ids)],
                    "stage_id": last_stage.id,
                    "hours": 48,
                }
                for team in teams
            ]
        )
        partners = env["res.partner"].create(
            [{"name": f"Khách hàng {n}", "email": f"khach{n}@example.com"} for n in range(50)]
        )
        _ids.update(user=people[AGENTS:].ids, team=teams.ids, type=kinds.ids, partner=partners.ids)


def create_one(worker, count: int) -> float:
    """Create tickets one call each; return the seconds it took."""
    vals_list = _values(count)

    def work():
        for vals in vals_list:
            worker.rpc(_ids["user"][0], TICKET, "create", vals)

    return timed(work)


def create_batch(worker, count: int) -> float:
    """Create tickets in one call; return the seconds it took."""
    return timed(worker.rpc, _ids["user"][0], TICKET, "create", _values(count))


def tidy(worker) -> list[str]:
    """Check that each ticket got its service level; the peer has nothing to finish.

    :return: what is wrong; empty when the round counts
    """
    with worker.env() as env:
        env.cr.execute(
            "SELECT number FROM helpdesk_ticket ticket WHERE NOT EXISTS (SELECT FROM"
            " helpdesk_ticket_sla sla WHERE sla.ticket_id = ticket.id AND sla.deadline IS NOT NULL"
            " AND sla.state = 'in_progress') LIMIT 3"
        )
        return [f"the peer's ticket {number} has no deadline" for (number,) in env.cr.fetchall()]


def _values(count: int) -> list[dict]:
    return [
        {
            "name": f"Máy lạnh không mát {number}",
            "description": "<p>Máy chạy nhưng không mát, kêu to.</p>",
            "team_id": _ids["team"][number % GROUPS],
            "type_id": _ids["type"][number % GROUPS],
            "partner_id": _ids["partner"][number % len(_ids["partner"])],
        }
        for number in range(count)
    ]
