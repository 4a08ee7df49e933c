"""Reading the plans PostgreSQL makes for the queries of the code under test."""

import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tools import SQL


class PlansMixin:
    """Put before a test case whose tables are seeded large enough for an index to pay."""

    @contextmanager
    def _plans(self, table="caredesk_ticket"):
        """Yield a list that holds, afterwards, the plan of each query on ``table``."""
        caught, plans = [], []
        pattern = re.compile(rf"FROM\s+\"?{table}\b\"?")
        execute = Cursor.execute

        def catch(cursor, query, *args, **kwargs):
            result = execute(cursor, query, *args, **kwargs)
            sql = cursor._obj.query.decode()
            if sql.lstrip().startswith(("SELECT", "WITH")) and pattern.search(sql):
                caught.append(sql)
            return result

        with patch.object(Cursor, "execute", catch):
            yield plans
        for sql in caught:
            rows = self.env.execute_query(SQL("EXPLAIN %s", SQL(sql.replace("%", "%%"))))
            plans.append("\n".join(row[0] for row in rows))

    def _assertUses(self, plans, index, table="caredesk_ticket"):
        """Assert that some plan reads ``index`` and none reads the table from end to end.

        :param index: name of the index, or several of which one has to be read
        """
        self.assertTrue(plans, "no query was caught")
        text = "\n--\n".join(plans)
        wanted = [index] if isinstance(index, str) else index
        self.assertTrue(any(name in text for name in wanted), text)
        for line in text.splitlines():
            self.assertFalse(line.strip(" ->").startswith(f"Seq Scan on {table} "), text)
