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
    "points_race": "tests.system.points_race",
}

#: What a report holds of each scenario; anything more is for the terminal.
KEYS = ("id", "tried", "lost", "duplicated", "violations", "ok")


def needed(scenario_id: str) -> list[str]:
    """Return the addons that a scenario needs beside caredesk_ticket."""
    return list(getattr(importlib.import_module(SCENARIOS[scenario_id]), "MODULES", ()))


def load(scenario_id: str) -> Callable[..., dict]:
    """Return the function that runs a scenario."""
    return importlib.import_module(SCENARIOS[scenario_id]).run
