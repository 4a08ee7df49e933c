"""Odoo's environment in this process, beside the server that serves the same database."""

from collections.abc import Iterator
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config


def open_registry(database: str) -> Registry:
    """Load the registry of ``database``; addons path and the rest come from the environment."""
    config.parse_config(["-d", database, "--no-http", "--log-level=warn"], setup_logging=True)
    return Registry(database)


@contextmanager
def transaction(registry: Registry) -> Iterator[api.Environment]:
    """One transaction as the system; committed at the end, and the server told of it."""
    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})
    registry.signal_changes()


def retried(registry: Registry, work):
    """Call ``work(env)`` in a transaction; again on fresh data when another one got in between."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        return retrying(lambda: work(env), env)
