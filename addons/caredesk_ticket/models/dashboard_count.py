"""The figures of the dashboard and the domains behind them."""

from odoo import fields
from odoo.fields import Domain

from ..domain.states import OPEN_STATES
from .ticket_tally import TicketTally

#: Values of a dimension that are shown by themselves; the others are summed up.
_SHOWN = 8
_DIMENSIONS = ("state", "priority", "severity", "channel", "type_id", "group_id")
_OPEN = Domain("state", "in", OPEN_STATES)
_OVERDUE = Domain.OR(
    (
        Domain("sla_state", "=", "failed"),
        Domain("sla_deadline", "<", "now"),
        Domain("deadline_at", "<", "now"),
    )
)


class DashboardCount:
    """Counts once for one call of the dashboard.

    :param tickets: the model, in the environment of the user
    :param scope: domain of what is looked at, such as the tickets of one group
    :param period: the days of :class:`Period` that received, completed and trend are about
    """

    def __init__(self, tickets, scope, period):
        self.tickets, self.scope, self.period = tickets, scope, period
        self.tz = tickets.env.tz
        begin, end = period.bounds(self.tz)
        self.open = scope & _OPEN
        self.received = scope & self._between("create_date", begin, end)
        self.done = scope & Domain("state", "=", "done") & self._between("done_at", begin, end)
        self.figures = {}
        self._count_open()
        self._count_received()
        self._count_done()

    @property
    def is_empty(self):
        """Whether there is nothing to show at all."""
        return not any(self.figures[name]["count"] for name in ("open", "received", "completed"))

    def _between(self, name, begin, end):
        return Domain(name, ">=", fields.Datetime.to_string(begin)) & Domain(
            name, "<", fields.Datetime.to_string(end)
        )

    def _count_open(self):
        soon = Domain("sla_state", "=", "near") | Domain("deadline_at", "<", "now +1d")
        parts = {
            "unassigned": Domain("state", "=", "unassigned"),
            "todo": Domain("state", "=", "todo"),
            "in_progress": Domain("state", "=", "in_progress"),
            "waiting": Domain("state", "=", "waiting"),
            "waiting_long": self.tickets._waiting_too_long_domain(fields.Datetime.now()),
            "overdue": _OVERDUE,
            "near": soon & ~_OVERDUE,
        }
        tally = TicketTally(self.tickets, self.open).by(*_DIMENSIONS).where(**parts).count()
        self._add("open", tally.total["tickets"], self.open)
        for name, part in parts.items():
            self._add(name, tally.total[name], self.open & part)
        self.open_charts = self._charts(tally, self.open)

    def _count_received(self):
        answered = Domain("first_response_at", "!=", False)
        tally = (
            TicketTally(self.tickets, self.received)
            .by(*_DIMENSIONS)
            .by_day("create_date", self.tz)
            .where(answered=answered)
            .sum("first_response_seconds")
            .count()
        )
        self._add("received", tally.total["tickets"], self.received)
        self._add(
            "first_response",
            tally.total["answered"],
            self.received & answered,
            _average(tally.total, "first_response_seconds"),
        )
        self.received_charts = self._charts(tally, self.received)
        self._received_of_day = tally.by["day"]

    def _count_done(self):
        kept, missed = Domain("sla_state", "=", "reached"), Domain("sla_state", "=", "failed")
        tally = (
            TicketTally(self.tickets, self.done)
            .by_day("done_at", self.tz)
            .where(kept=kept, missed=missed)
            .sum("resolution_seconds")
            .count()
        )
        total = tally.total
        self._add("completed", total["tickets"], self.done)
        self._add("resolution", total["tickets"], self.done, _average(total, "resolution_seconds"))
        promised = total["kept"] + total["missed"]
        self._add(
            "on_time",
            promised,
            self.done & (kept | missed),
            float(total["kept"] / promised) if promised else None,
        )
        self._add("missed", total["missed"], self.done & missed)
        average, rated = self.tickets._satisfaction_of(self.done)
        self._add("satisfaction", rated, self.done & Domain("is_rated", "=", True), average)
        self.trend = self._trend(self._received_of_day, tally.by["day"])

    def _add(self, name, count, domain, value=Ellipsis):
        self.figures[name] = {
            "value": int(count) if value is Ellipsis else value,
            "count": int(count),
            "domain": list(domain),
        }

    # --- charts

    def _charts(self, tally, domain):
        return {
            name.removesuffix("_id"): self._bars(name, tally.by[name], domain)
            for name in _DIMENSIONS
        }

    def _bars(self, name, counts, domain):
        """Return one bar for each value of a field, the last one for those not shown."""
        field = self.tickets._fields[name]
        counts = {value or False: int(row["tickets"]) for value, row in counts.items()}
        if field.type == "selection":
            labels = dict(field._description_selection(self.tickets.env))
            return [
                self._bar(name, value, labels[value], counts[value], domain)
                for value in labels
                if value in counts
            ]
        values = sorted(counts, key=lambda value: (-counts[value], value))
        shown, others = values[:_SHOWN], values[_SHOWN:]
        records = self.tickets.env[field.comodel_name].browse(filter(None, shown))
        labels = {record.id: record.display_name for record in records}
        bars = [
            self._bar(name, value, labels.get(value, False), counts[value], domain)
            for value in shown
        ]
        if others:
            bars.append(
                {
                    "key": "others",
                    "label": False,
                    "count": sum(counts[value] for value in others),
                    "domain": list(domain & Domain(name, "not in", shown)),
                }
            )
        return bars

    def _bar(self, name, value, label, count, domain):
        return {
            "key": value,
            "label": label,
            "count": count,
            "domain": list(domain & Domain(name, "=", value)),
        }

    def _trend(self, received, completed):
        points = []
        for step in self.period.steps():
            begin, end = step.bounds(self.tz)
            points.append(
                {
                    "from": fields.Date.to_string(step.first),
                    "to": fields.Date.to_string(step.last),
                    "received": _sum_of(step, received),
                    "completed": _sum_of(step, completed),
                    "received_domain": list(self.scope & self._between("create_date", begin, end)),
                    "completed_domain": list(
                        self.scope
                        & Domain("state", "=", "done")
                        & self._between("done_at", begin, end)
                    ),
                }
            )
        return points


def _average(total, name):
    number = total[f"n_{name}"]
    return float(total[name] / number) if number else None


def _sum_of(step, rows):
    """Return how many tickets fall on the days of ``step``."""
    return int(sum(row["tickets"] for day, row in rows.items() if step.first <= day <= step.last))
