"""Counting tickets by several properties at once, in one pass over them."""

from dataclasses import dataclass, field

from odoo.fields import Domain
from odoo.tools import SQL


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
        self._dimensions, self._conditions, self._sums = {}, {}, {}

    def by(self, *field_names):
        """Count for each value of these fields too."""
        for name in field_names:
            self._dimensions[name] = self._column(name)
        return self

    def by_day(self, field_name, tz):
        """Count for each day of a date field too, in the time zone ``tz``; called 'day'."""
        moment = SQL("%s AT TIME ZONE 'UTC' AT TIME ZONE %s", self._column(field_name), tz.zone)
        self._dimensions["day"] = SQL("(%s)::date", moment)
        return self

    def where(self, **conditions):
        """Count those that fit each of these domains too."""
        for name, domain in conditions.items():
            self._conditions[name] = (
                Domain(domain)
                .optimize_full(self._tickets)
                ._to_sql(self._tickets, self._query.table, self._query)
            )
        return self

    def sum(self, *field_names):
        """Sum these fields up; 'n_<field>' says how many tickets have a value."""
        for name in field_names:
            self._sums[name] = self._column(name)
        return self

    def _column(self, name):
        return self._tickets._field_to_sql(self._query.table, name, self._query)

    def count(self):
        """Run the statement.

        :return: a :class:`Tally`; 'tickets' is the number of all
        """
        figures = ["tickets", *self._conditions]
        figures += [name for one in self._sums for name in (one, f"n_{one}")]
        tally = Tally(dict.fromkeys(figures, 0), {name: {} for name in self._dimensions})
        if self._query.is_empty():
            return tally
        names = list(self._dimensions)
        for mask, *row in self._tickets.env.execute_query(self._statement()):
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
        """
        names = [SQL.identifier(name) for name in self._dimensions]
        keys = [*names, *(SQL.identifier(name) for name in self._conditions)]
        inner = [
            SQL("%s AS %s", expression, key)
            for expression, key in zip(
                [*self._dimensions.values(), *self._conditions.values()], keys, strict=True
            )
        ]
        inner.append(SQL("count(*) AS tickets"))
        outer = [SQL("sum(tickets)")]
        outer += [
            SQL("sum(tickets) FILTER (WHERE %s)", SQL.identifier(name)) for name in self._conditions
        ]
        for name, column in self._sums.items():
            total, number = SQL.identifier(name), SQL.identifier(f"n_{name}")
            inner += [SQL("sum(%s) AS %s", column, total), SQL("count(%s) AS %s", column, number)]
            outer += [SQL("sum(%s)", total), SQL("sum(%s)", number)]
        comma = SQL(", ")
        return SQL(
            "WITH cube AS MATERIALIZED (SELECT %(inner)s FROM %(tables)s WHERE %(where)s"
            " GROUP BY %(places)s)"
            " SELECT GROUPING(%(names)s), %(names)s, %(outer)s FROM cube"
            " GROUP BY GROUPING SETS ((), %(sets)s)",
            inner=comma.join(inner),
            tables=self._query.from_clause,
            where=self._query.where_clause or SQL("TRUE"),
            places=comma.join(SQL(str(place)) for place in range(1, len(keys) + 1)),
            names=comma.join(names),
            outer=comma.join(outer),
            sets=comma.join(SQL("(%s)", name) for name in names),
        )
