"""A support department of made-up people: groups, types, service levels, agents, managers."""

import random
from dataclasses import asdict, dataclass


@dataclass
class Staff:
    """Ids of what was made; survives the way through JSON.

    agents: `{"uid", "group_ids"}` each; types: ticket type by group.
    """

    group_ids: list[int]
    type_of_group: dict[int, int]
    agents: list[dict]
    manager_uids: list[int]
    creator_uids: list[int]
    partner_ids: list[int]

    @classmethod
    def load(cls, value: dict) -> "Staff":
        """Read what `hire` returned after it went through JSON."""
        type_of_group = {int(key): kind for key, kind in value["type_of_group"].items()}
        return cls(**{**value, "type_of_group": type_of_group})


def hire(worker, groups: int, agents: int, capacities: list[int], seed: int, varied: bool) -> dict:
    """Make `groups` groups and `agents` agents; every fourth agent serves two groups.

    :param capacities: handed to the agents in turn, the next one for a second seat
    :param varied: one group leaves its queue to its members, one assigns to waiting members,
        one lets people work on several tickets at once and closes what is done; tickets of
        the first group need a skill that every other member of it has
    """
    rng = random.Random(seed)
    with worker.env() as env:
        env = env(context=dict(env.context, no_reset_password=True, tracking_disable=True))
        teams = _make_groups(env, groups, varied)
        kinds = env["caredesk.ticket.type"].create(
            [{"name": f"Fault {team.name}", "group_id": team.id} for team in teams]
        )
        env["caredesk.sla.policy"].create(
            [{"name": "Two days", "group_id": team.id, "hours": 48} for team in teams]
        )
        people = _make_users(env, "agent", agents, "caredesk_ticket.group_agent")
        hired = []
        for index, person in enumerate(people):
            mine = [teams[index % groups]]
            if index % 4 == 0 and groups > 1:
                mine.append(teams[(index + 1 + rng.randrange(groups - 1)) % groups])
            env["caredesk.support.member"].create(
                [
                    {
                        "group_id": team.id,
                        "user_id": person.id,
                        "capacity": capacities[(index + place) % len(capacities)],
                    }
                    for place, team in enumerate(mine)
                ]
            )
            hired.append({"uid": person.id, "group_ids": [team.id for team in mine]})
        if varied:
            _require_skill(env, teams[0], kinds[0])
        staff = Staff(
            group_ids=teams.ids,
            type_of_group={kind.group_id.id: kind.id for kind in kinds},
            agents=hired,
            manager_uids=_make_users(env, "manager", 2, "caredesk_ticket.group_manager").ids,
            creator_uids=_make_users(env, "creator", 4, "caredesk_ticket.group_creator").ids,
            partner_ids=env["res.partner"]
            .create(
                [{"name": f"Khách hàng {n}", "email": f"khach{n}@example.com"} for n in range(50)]
            )
            .ids,
        )
    return asdict(staff)


def _make_groups(env, count: int, varied: bool):
    vals_list = [{"name": f"Fault group {number}"} for number in range(count)]
    if varied:
        vals_list[-1]["dispatch_queue"] = False
        vals_list[-2]["assign_to_waiting"] = True
        vals_list[-3] |= {"allow_parallel_work": True, "close_when_done": True}
    return env["caredesk.support.group"].create(vals_list)


def _require_skill(env, team, kind) -> None:
    """Let tickets of a type need a skill that every other member of its group has."""
    skill = env["caredesk.skill"].create({"name": "Fault skill"})
    kind.skill_ids = skill
    env["caredesk.support.member"].search([("group_id", "=", team.id)])[::2].skill_ids = skill


def _make_users(env, role: str, count: int, group: str):
    return env["res.users"].create(
        [
            {
                "name": f"Fault {role} {number}",
                "login": f"fault_{role}_{number}",
                "email": f"fault_{role}_{number}@example.com",
                "group_ids": [(6, 0, [env.ref(group).id])],
            }
            for number in range(count)
        ]
    )
