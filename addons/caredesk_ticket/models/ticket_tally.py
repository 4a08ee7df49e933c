"""Counting tickets by several properties at once, in one pass over them."""

from dataclasses import dataclass, field

from odoo.fields import Domain
from odoo.tools import SQL

#: PostgreSQL takes each moment for a group of its own and, without room for as many, sorts the
#: tickets by every column, which takes longer than all the rest. They are few in the end. Until
#: the end of the transaction.
_ROOM_FOR_GROUPS = SQL(
    "SELECT set_config('work_mem', '64MB', TRUE)"
    " WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('64MB')"
)


@dataclass
class Tally:
    """What was counted.

    :param total: ``{figure: number}`` over all tickets
    :param by: ``{dimension: {value: {figure: number}}}``
    """

    total: dict = field(default_factory=dict)
    by: dict = field(default_factory=dict)


class TicketTally:
    """One statement that counts the tickets of a domain, as far as the user may see them.

    :param tickets: the model, in the environment of the user
    :param domain: which tickets
    """

    def __init__(self, tickets, domain):
        self._tickets = tickets
        self._query = tickets._search(domain)
        self._dimensions, self._columns, self._facts = [], {}, {}
        self._figures, self._sums = {}, {}

    def by(self, *field_names):
        """Count for each value of these fields too."""
        for name in field_names:
            self._dimensions.append(name)
            self._columns[name] = self._column(name)
        return self

    def by_step(self, name, field_name, bounds, fact):
        """Count for each step of time too, from 1 on, called ``name``.

        :param bounds: where the steps begin, growing, and the end of the last
        :param fact: what is called true of a ticket that is in any of them
        """
        self._dimensions.append(name)
        self._columns[name] = SQL("width_bucket(%s, %s)", self._column(field_name), bounds)
        last = len(bounds) - 1
        self._facts[fact] = SQL("%s BETWEEN 1 AND %s", SQL.identifier(name), last)
        return self

    def facts(self, **domains):
        """Look at each ticket for whether it fits these domains."""
        for name, domain in domains.items():
            self._facts[name] = SQL.identifier(name)
            self._columns[name] = (
                Domain(domain)
                .optimize_full(self._tickets)
                ._to_sql(self._tickets, self._query.table, self._query)
            )
        return self

    def fact_of(self, name, field_name, values):
        """Call ``name`` what has one of these values in a field that is counted by."""
        self._facts[name] = SQL("%s IN %s", SQL.identifier(field_name), tuple(values))
        return self

    def figures(self, **facts):
        """Count the tickets all of these facts are true of: ``figure=("fact", …)``."""
        self._figures.update(facts)
        return self

    def sum(self, **figures):
        """Sum up these fields of the tickets that a figure counts: ``field="figure"``."""
        self._sums.update(figures)
        return self

    def _column(self, name):
        return self._tickets._field_to_sql(self._query.table, name, self._query)

    def count(self):
        """Run the statement.

        :return: a :class:`Tally`, with the figures and the fields summed up
        """
        names, figures = self._dimensions, [*self._figures, *self._sums]
        tally = Tally(dict.fromkeys(figures, 0), {name: {} for name in names})
        if self._query.is_empty():
            return tally
        env = self._tickets.env
        env.execute_query(_ROOM_FOR_GROUPS)
        for mask, *row in env.execute_query(self._statement()):
            values = dict(zip(figures, (number or 0 for number in row[len(names) :]), strict=True))
            # GROUPING(): the bit of a column is 0 in the rows that are counted for it.
            grouped = [i for i in range(len(names)) if not mask >> (len(names) - 1 - i) & 1]
            if grouped:
                tally.by[names[grouped[0]]][row[grouped[0]]] = values
            else:
                tally.total = values
        return tally

    def _statement(self):
        """Return the SQL: one pass makes a small table, out of which each question is answered.

        Asking for every dimension on the tickets themselves would sort each of them as often.
        Little is computed for a ticket, and numbers are kept narrow: PostgreSQL sums bigint up as
        numeric, much slower.
        """
        comma = SQL(", ")
        inner = [
            SQL("%s AS %s", column, SQL.identifier(name)) for name, column in self._columns.items()
        ]
        inner.append(SQL("count(*)::int AS tickets"))
        outer = [self._sum_of(SQL("tickets"), figure) for figure in self._figures]
        for name, figure in self._sums.items():
            inner.append(SQL("sum(%s)::float AS %s", self._column(name), SQL.identifier(name)))
            outer.append(self._sum_of(SQL.identifier(name), figure))
        names = [SQL.identifier(name) for name in self._dimensions]
        return SQL(
            "WITH cube AS MATERIALIZED (SELECT %(inner)s FROM %(tables)s WHERE %(where)s"
            " GROUP BY %(places)s)"
            " SELECT GROUPING(%(names)s), %(names)s, %(outer)s FROM cube"
            " GROUP BY GROUPING SETS ((), %(sets)s)",
            inner=comma.join(inner),
            tables=self._query.from_clause,
            where=self._query.where_clause or SQL("TRUE"),
            places=comma.join(SQL(str(place)) for place in range(1, len(self._columns) + 1)),
            names=comma.join(names),
            outer=comma.join(outer),
            sets=comma.join(SQL("(%s)", name) for name in names),
        )

    def _sum_of(self, column, figure):
        facts = SQL(" AND ").join(self._facts[name] for name in self._figures[figure])
        return SQL("sum(%s) FILTER (WHERE %s)", column, facts)
