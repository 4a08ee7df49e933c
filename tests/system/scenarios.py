"""The scenarios by id; each names a module with `run(ctx) -> dict`."""

import importlib
from collections.abc import Callable

SCENARIOS = {
    "route_race": "tests.system.route_race",
    "take_race": "tests.system.take_race",
    "clock_back": "tests.system.clock_back",
    "poison": "tests.system.poison",
    "mail_storm": "tests.system.mail_storm",
    "two_nodes": "tests.system.two_nodes",
    "automation_race": "tests.system.automation_race",
}
#: The addons that scenarios need, where it is not caredesk_ticket alone.
ADDONS = {"automation_race": ["caredesk_automation"]}

#: What a report holds of each scenario; anything more is for the terminal.
KEYS = ("id", "tried", "lost", "duplicated", "violations", "ok")


def load(scenario_id: str) -> Callable[..., dict]:
    """Return the function that runs a scenario."""
    return importlib.import_module(SCENARIOS[scenario_id]).run


def needs(scenario_id: str) -> list[str]:
    """Return the addons a scenario needs; each brings what it depends on."""
    return ADDONS.get(scenario_id, ["caredesk_ticket"])
