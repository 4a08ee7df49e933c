"""The scenarios by id; each names a module with `run(ctx) -> dict`."""

import importlib
from collections.abc import Callable

SCENARIOS = {
    "route_race": "tests.system.route_race",
    "take_race": "tests.system.take_race",
    "clock_back": "tests.system.clock_back",
    "mail_once": "tests.system.mail_once",
    "poison": "tests.system.poison",
    "mail_storm": "tests.system.mail_storm",
    "two_nodes": "tests.system.two_nodes",
}

#: What a report holds of each scenario; anything more is for the terminal.
KEYS = ("id", "tried", "lost", "duplicated", "violations", "ok")


def load(scenario_id: str) -> Callable[..., dict]:
    """Return the function that runs a scenario."""
    return importlib.import_module(SCENARIOS[scenario_id]).run
