"""Runs one function in a process of its own, with an Odoo registry of the scenario's database.

Started by `harness.Context.spawn`, which has a `nursery` fork it.
"""

import contextlib
import importlib
import json
import threading
import traceback
from pathlib import Path

import psycopg2
import psycopg2.errors

import odoo.tools.config
from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import AccessError, UserError
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, execute_cr

from tests.system.harness import GATE
from tests.system.refusal import GaveUp, Refused


class Worker:
    """What a function in a process of its own gets.

    :ivar db: name of the database
    """

    def __init__(self, db: str, notes: Path) -> None:
        self.db = db
        self._notes = notes
        self._gate_connection = None
        threading.current_thread().dbname = db
        # Loaded before this process was born: others may have changed settings or models since.
        self.registry = Registry(db)
        # Its connections are to bear the name of this process, by which scenarios know it.
        self.registry._db = sql_db.db_connect(db)
        self.registry = self.registry.check_signaling()

    def rpc(self, uid: int, model: str, method: str, *args, **kwargs):
        """Call a public method as a user, the way a request from outside does.

        Access checks, retries after serialization failures, commit and what follows a commit
        are those of Odoo; only the password check and HTTP are left out.

        :raise Refused: the call was refused; the message is the one the user reads
        :raise GaveUp: conflicts with others outlasted all retries
        """
        threading.current_thread().uid = uid
        registry = Registry(self.db).check_signaling()
        try:
            with registry.cursor() as cr:
                return execute_cr(cr, uid, model, method, list(args), kwargs)
        except (UserError, AccessError) as error:
            raise Refused(error) from error
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            raise GaveUp(str(error)) from error

    @contextlib.contextmanager
    def env(self):
        """An environment of the superuser; committed at the end, with what follows a commit."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def note(self, value) -> None:
        """Write down something that must outlive this process, as one JSON value."""
        with self._notes.open("a") as stream:
            stream.write(json.dumps(value) + "\n")

    def gate(self, number: int) -> None:
        """Stop until the scenario opens this gate (see `harness.Context.gates`)."""
        if self._gate_connection is None:
            self._gate_connection = psycopg2.connect(dbname=self.db)
            self._gate_connection.autocommit = True
        with self._gate_connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock_shared(%s, %s)", (GATE, number))
            cursor.execute("SELECT pg_advisory_unlock_shared(%s, %s)", (GATE, number))


def configure(db: str) -> None:
    """Read Odoo's configuration, with neither web server nor scheduled actions."""
    odoo.tools.config.parse_config(
        ["-d", db, "--no-http", "--max-cron-threads=0", "--log-level=warn"]
    )


def main(order: dict) -> int:
    """Carry out an order of `harness.Context.spawn`; the answer goes into a file."""
    folder, name = Path(order["folder"]), order["name"]
    module, _colon, function = order["target"].partition(":")
    try:
        worker = Worker(order["db"], folder / f"{name}.notes")
        target = getattr(importlib.import_module(module), function)
        answer = {"value": target(worker, *order["args"], **order["kwargs"])}
    except Exception:  # whatever it is, whoever started us must read it
        answer = {"error": traceback.format_exc()}
    half = folder / f"{name}.half"
    half.write_text(json.dumps(answer))
    half.rename(folder / f"{name}.result")  # whole or not at all
    return 1 if "error" in answer else 0
