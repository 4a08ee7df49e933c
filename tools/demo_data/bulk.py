"""Many believable tickets, for trying out lists, reports and speed."""

import contextlib
import time

import psycopg2

from odoo.modules.registry import Registry

from tools.demo_data import clones
from tools.demo_data.odoo_env import transaction

#: What is brought into order after it grew, as PostgreSQL does by itself in time.
GREW = (
    "caredesk_ticket, caredesk_ticket_time, caredesk_ticket_assignment, caredesk_sla_status,"
    " mail_message, mail_followers, res_partner"
)


def create(registry: Registry, number: int) -> str:
    """Add ``number`` tickets with all that belongs to them; return a line about the speed.

    :raise clones.NoModels: the database has no past to copy
    """
    begun = time.monotonic()
    with transaction(registry) as env:
        clones.make(env, number)
    connection = psycopg2.connect(dbname=registry.db_name)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {GREW}")
    seconds = time.monotonic() - begun
    return f"{number} tickets in {seconds:.1f} s, {number / max(seconds, 0.001):.0f} a second"
