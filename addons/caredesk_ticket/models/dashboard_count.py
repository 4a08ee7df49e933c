"""The figures of the dashboard and the domains behind them."""

from itertools import pairwise

from odoo import fields
from odoo.fields import Domain

from ..domain.states import OPEN_STATES
from .ticket_tally import TicketTally

#: Values of a dimension that are shown by themselves; the others are summed up.
_SHOWN = 8
_DIMENSIONS = ("state", "priority", "severity", "channel", "type_id", "group_id")
_OPEN = Domain("state", "in", OPEN_STATES)
_SOLVED = Domain("state", "=", "done")
_SOON = Domain("sla_state", "=", "near") | Domain("deadline_at", "<", "now +1d")
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
        self.tickets, self.scope = tickets, scope
        self.steps, tz = list(period.steps()), tickets.env.tz
        # Where the steps begin, as naive UTC, and where the last one ends.
        self.bounds = [step.bounds(tz)[0] for step in self.steps]
        self.bounds.append(period.bounds(tz)[1])
        self.facts = {
            "waiting_long": Domain(tickets._waiting_too_long_domain(fields.Datetime.now())),
            "overdue": _OVERDUE,
            "near": _SOON & ~_OVERDUE,
            "answered": Domain("first_response_at", "!=", False),
            "kept": Domain("sla_state", "=", "reached"),
            "missed": Domain("sla_state", "=", "failed"),
            "rated": Domain("rating_last_value", ">=", 1),
        }
        self.parts = self._parts()
        tally = self._tally()
        self.figures = {}
        self._add_open(tally)
        self._add_received(tally)
        self._add_done(tally)
        self.open_charts = self._charts(tally, "open")
        self.received_charts = self._charts(tally, "received")
        self.trend = self._trend(tally.by["received_step"], tally.by["done_step"])

    @property
    def is_empty(self):
        """Whether there is nothing to show at all."""
        return not any(self.figures[name]["count"] for name in ("open", "received", "completed"))

    def _parts(self):
        """Return the domain of everything that is counted, by name."""
        begin, end = self.bounds[0], self.bounds[-1]
        received = self._between("create_date", begin, end)
        done = _SOLVED & self._between("done_at", begin, end)
        return {
            "open": _OPEN,
            "received": received,
            "done": done,
            **{name: _OPEN & self.facts[name] for name in ("waiting_long", "overdue", "near")},
            "answered": received & self.facts["answered"],
            **{name: done & self.facts[name] for name in ("kept", "missed", "rated")},
        }

    def _tally(self):
        """Count everything in one pass: most tickets of a period are in several parts of it."""
        parts, bounds = self.parts, self.bounds
        looked_at = self.scope & (parts["open"] | parts["received"] | parts["done"])
        return (
            TicketTally(self.tickets, looked_at)
            .by(*_DIMENSIONS)
            .by_step("received_step", "create_date", bounds, "received", "received")
            .by_step("done_step", "done_at", bounds, "ended", "done")
            .fact_of("open", "state", OPEN_STATES)
            .fact_of("solved", "state", ("done",))
            .facts(**self.facts)
            .figures(
                open=("open",),
                received=("received",),
                done=("solved", "ended"),
                **{name: ("open", name) for name in ("waiting_long", "overdue", "near")},
                answered=("received", "answered"),
                **{name: ("solved", "ended", name) for name in ("kept", "missed", "rated")},
            )
            .sum(
                first_response_seconds="answered",
                resolution_seconds="done",
                rating_last_value="rated",
            )
            .count()
        )

    def _between(self, name, begin, end):
        return Domain(name, ">=", fields.Datetime.to_string(begin)) & Domain(
            name, "<", fields.Datetime.to_string(end)
        )

    def _add_open(self, tally):
        for name in ("open", "waiting_long", "overdue", "near"):
            self._add(name, tally.total[name], self.parts[name])
        for state in OPEN_STATES:
            count = tally.by["state"].get(state, {}).get("open", 0)
            self._add(state, count, Domain("state", "=", state))

    def _add_received(self, tally):
        total = tally.total
        self._add("received", total["received"], self.parts["received"])
        average = _average(total, "first_response_seconds", "answered")
        self._add("first_response", total["answered"], self.parts["answered"], average)

    def _add_done(self, tally):
        total, done = tally.total, self.parts["done"]
        self._add("completed", total["done"], done)
        self._add("resolution", total["done"], done, _average(total, "resolution_seconds", "done"))
        promised = total["kept"] + total["missed"]
        share = total["kept"] / promised if promised else None
        self._add("on_time", promised, self.parts["kept"] | self.parts["missed"], share)
        self._add("missed", total["missed"], self.parts["missed"])
        average = _average(total, "rating_last_value", "rated")
        self._add("satisfaction", total["rated"], self.parts["rated"], average)

    def _add(self, name, count, domain, value=Ellipsis):
        self.figures[name] = {
            "value": int(count) if value is Ellipsis else value,
            "count": int(count),
            "domain": list(self.scope & domain),
        }

    # --- charts

    def _charts(self, tally, part):
        domain = self.scope & self.parts[part]
        charts = {}
        for name in _DIMENSIONS:
            counts = {value or False: int(row[part]) for value, row in tally.by[name].items()}
            counts = {value: count for value, count in counts.items() if count}
            charts[name.removesuffix("_id")] = self._bars(name, counts, domain)
        return charts

    def _bars(self, name, counts, domain):
        """Return one bar for each value of a field, the last one for those not shown."""
        field = self.tickets._fields[name]
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
        steps = zip(self.steps, pairwise(self.bounds), strict=True)
        for number, (step, (begin, end)) in enumerate(steps, start=1):
            done = _SOLVED & self._between("done_at", begin, end)
            points.append(
                {
                    "from": fields.Date.to_string(step.first),
                    "to": fields.Date.to_string(step.last),
                    "received": int(received.get(number, {}).get("received", 0)),
                    "completed": int(completed.get(number, {}).get("done", 0)),
                    "received_domain": list(self.scope & self._between("create_date", begin, end)),
                    "completed_domain": list(self.scope & done),
                }
            )
        return points


def _average(total, name, part):
    return float(total[name] / total[part]) if total[part] else None
