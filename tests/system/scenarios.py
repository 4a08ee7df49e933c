"""The scenarios by id; each names a function `(ctx) -> dict` of a module, `run` if not said."""

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
    "automation_race": "tests.system.automation_race",
    "stop_race": "tests.system.stop_race",
    "import_race": "tests.system.import_race",
    "bulk_race": "tests.system.bulk_race",
    "points_race": "tests.system.points_race",
    "booking_race": "tests.system.booking_race",
    "kill9_inbox": "tests.system.zalo_inbox:kill9_inbox",
    "dup_reorder": "tests.system.zalo_inbox:dup_reorder",
    "pg_restart": "tests.system.zalo_inbox:pg_restart",
    "kill9_outbox": "tests.system.zalo_outbox:kill9_outbox",
    "zalo_down": "tests.system.zalo_outbox:zalo_down",
    "token_race": "tests.system.token_race",
    "zalo_latency": "tests.system.zalo_latency",
}

#: What a report holds of each scenario; anything more is for the terminal.
KEYS = ("id", "tried", "lost", "duplicated", "violations", "ok")


def load(scenario_id: str) -> Callable[..., dict]:
    """Return the function that runs a scenario."""
    module, _colon, function = SCENARIOS[scenario_id].partition(":")
    return getattr(importlib.import_module(module), function or "run")


def needs(scenario_id: str) -> list[str]:
    """Return the addons a scenario's module asks for; each brings what it depends on."""
    module = importlib.import_module(SCENARIOS[scenario_id].partition(":")[0])
    return list(getattr(module, "ADDONS", ["caredesk_ticket"]))
