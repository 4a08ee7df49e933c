"""Counting tickets by several properties at once, in one pass over them."""

from dataclasses import dataclass, field

from odoo.fields import Domain
from odoo.tools import SQL

#: Without room for as many groups as PostgreSQL expects, it sorts the tickets, which takes longer
#: than all the rest; and compiling the statement takes longer than running it. Until the end of
#: the transaction.
_SETTINGS = SQL(
    "SELECT set_config('jit', 'off', TRUE), CASE"
    " WHEN pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('64MB')"
    " THEN set_config('work_mem', '64MB', TRUE) END"
)
_COMMA, _AND = SQL(", "), SQL(" AND ")


@dataclass
class Tally:
    """What was counted.

    :param total: ``{figure: number}`` over all tickets
    :param by: ``{dimension: {value: {figure: number}}}``; of steps only their own figure
    """

    total: dict = field(default_factory=dict)
    by: dict = field(default_factory=dict)


@dataclass(frozen=True)
class _Steps:
    """Steps of time a figure is counted by: the number of a ticket's step, and of the last."""

    column: SQL
    last: int
    figure: str


class TicketTally:
    """One statement that counts the tickets of a domain, as far as the user may see them.

    :param tickets: the model, in the environment of the user
    :param domain: which tickets
    """

    def __init__(self, tickets, domain):
        self._tickets = tickets
        self._query = tickets._search(domain)
        self._dimensions, self._steps = [], {}
        self._facts, self._facts_of = {}, {}
        self._figures, self._sums = {}, {}

    def by(self, *field_names):
        """Count for each value of these fields too."""
        self._dimensions += field_names
        return self

    def by_step(self, name, field_name, bounds, fact, figure):
        """Count a figure for each step of time too, from 1 on, called ``name``. At least once.

        :param bounds: where the steps begin, growing, and the end of the last
        :param fact: what is called true of a ticket that is in any of them
        """
        moment, last = self._column(field_name), len(bounds) - 1
        self._steps[name] = _Steps(SQL("width_bucket(%s, %s)", moment, bounds), last, figure)
        self._facts[fact] = SQL(
            "%(moment)s >= %(begin)s AND %(moment)s < %(end)s",
            moment=moment,
            begin=bounds[0],
            end=bounds[-1],
        )
        return self

    def facts(self, **domains):
        """Look at each ticket for whether it fits these domains."""
        for name, domain in domains.items():
            self._facts[name] = (
                Domain(domain)
                .optimize_full(self._tickets)
                ._to_sql(self._tickets, self._query.table, self._query)
            )
        return self

    def fact_of(self, name, field_name, values):
        """Call ``name`` what has one of these values in a field that is counted by."""
        self._facts_of[name] = (field_name, tuple(values))
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

    # === COUNTING ===

    def count(self):
        """Run the statement.

        :return: a :class:`Tally`, with the figures and the fields summed up
        """
        numbers = [*self._figures, *self._sums]
        tally = Tally(
            dict.fromkeys(numbers, 0), {name: {} for name in [*self._dimensions, *self._steps]}
        )
        if self._query.is_empty():
            return tally
        env = self._tickets.env
        env.execute_query(_SETTINGS)
        width = len(self._dimensions) + 1
        for mask, *row in env.execute_query(self._statement()):
            found = zip(numbers, (number or 0 for number in row[width:]), strict=True)
            self._enter(tally, mask, row[:width], dict(found))
        return tally

    def _enter(self, tally, mask, values, numbers):
        """Enter one row of the answer.

        :param mask: GROUPING(): the bit of the dimension the row is counted for is 0; of steps,
            below 0, which they are
        """
        ones = (1 << len(self._dimensions)) - 1
        if mask < 0:
            name = list(self._steps)[-1 - mask]
            figure = self._steps[name].figure
            tally.by[name][values[-1]] = {figure: numbers[figure]}
        elif mask == ones:
            tally.total = numbers
        else:
            place = len(self._dimensions) - (ones - mask).bit_length()
            tally.by[self._dimensions[place]][values[place]] = numbers

    # === THE STATEMENT ===

    def _statement(self):
        """Return the SQL: one pass makes a small table, out of which each question is answered.

        Asking for every dimension on the tickets themselves would put each of them into as many
        groups. What follows from a field that is counted by is left to the small table.
        """
        fields_of = dict.fromkeys(name for name, _values in self._facts_of.values())
        sets = [self._dimensions, *([step, *fields_of] for step in self._steps)]
        return SQL(
            "WITH counted AS MATERIALIZED (SELECT GROUPING(%(steps)s) AS part, %(names)s,"
            " %(numbers)s FROM (%(tickets)s) AS looked_at GROUP BY GROUPING SETS (%(sets)s))"
            " %(answers)s",
            steps=_names(self._steps),
            names=_names([*self._dimensions, *self._steps]),
            numbers=self._numbers(),
            tickets=self._looked_at(),
            sets=_COMMA.join(SQL("(%s)", _names(names)) for names in sets),
            answers=SQL(" UNION ALL ").join(
                [self._by_dimension(), *(self._by_steps(name) for name in self._steps)]
            ),
        )

    def _looked_at(self):
        """Return the SELECT of the tickets with what is asked about each."""
        columns = {name: self._column(name) for name in (*self._dimensions, *self._sums)}
        columns |= self._facts | {name: steps.column for name, steps in self._steps.items()}
        return self._query.select(
            *(SQL("%s AS %s", column, SQL.identifier(name)) for name, column in columns.items())
        )

    def _numbers(self):
        """Return the columns of numbers in the small table."""
        numbers = [
            SQL("%s AS %s", _where(SQL("count(*)"), self._seen(figure)), SQL.identifier(figure))
            for figure in self._figures
        ]
        for name, figure in self._sums.items():
            column = SQL.identifier(name)
            number = _where(SQL("sum(%s)", column), self._seen(figure))
            numbers.append(SQL("(%s)::float AS %s", number, column))
        return _COMMA.join(numbers)

    def _seen(self, figure):
        """Return the conditions of a figure that are seen on each ticket."""
        return [SQL.identifier(fact) for fact in self._figures[figure] if fact in self._facts]

    def _summed_up(self):
        """Return the sums over rows of the small table, of those that belong to each figure."""
        columns = {figure: figure for figure in self._figures} | self._sums
        return _COMMA.join(
            _where(SQL("sum(%s)", SQL.identifier(name)), self._followed(figure))
            for name, figure in columns.items()
        )

    def _followed(self, figure):
        """Return the conditions of a figure that follow from a field that is counted by."""
        facts = [fact for fact in self._figures[figure] if fact in self._facts_of]
        conditions = map(self._facts_of.get, facts)
        return [SQL("%s IN %s", SQL.identifier(name), values) for name, values in conditions]

    def _by_dimension(self):
        return SQL(
            "SELECT GROUPING(%(names)s), %(names)s, NULL::integer, %(numbers)s FROM counted"
            " WHERE part = %(part)s GROUP BY GROUPING SETS ((), %(sets)s)",
            names=_names(self._dimensions),
            numbers=self._summed_up(),
            part=(1 << len(self._steps)) - 1,
            sets=_COMMA.join(SQL("(%s)", SQL.identifier(name)) for name in self._dimensions),
        )

    def _by_steps(self, name):
        place = list(self._steps).index(name)
        return SQL(
            "SELECT %(mark)s, %(nothing)s, %(name)s, %(numbers)s FROM counted"
            " WHERE part = %(part)s AND %(name)s BETWEEN 1 AND %(last)s GROUP BY %(name)s",
            mark=-1 - place,
            nothing=_COMMA.join([SQL("NULL")] * len(self._dimensions)),
            name=SQL.identifier(name),
            numbers=self._summed_up(),
            part=(1 << len(self._steps)) - 1 - (1 << len(self._steps) - 1 - place),
            last=self._steps[name].last,
        )


def _names(names):
    return _COMMA.join(map(SQL.identifier, names))


def _where(number, conditions):
    """Return the SQL of a number over those that fit all conditions."""
    return SQL("%s FILTER (WHERE %s)", number, _AND.join(conditions)) if conditions else number
