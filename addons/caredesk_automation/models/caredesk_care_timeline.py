from dataclasses import dataclass
from heapq import merge

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, formatLang

#: Lines shown at once.
PAGE = 20


@dataclass(frozen=True)
class Source:
    """Where the lines of one kind come from.

    ``own`` names the fields that make a record the reader's own; nothing: everybody reads it.
    ``opens``: a line opens its record; others are all there is to see.
    """

    kind: str
    model: str
    fields: tuple[str, ...]
    moment: str = "create_date"
    partner: str = "partner_id"
    company: str = "company_id"
    own: tuple[str, ...] = ()
    domain: tuple = ()
    opens: bool = True

    @property
    def order(self):
        """Newest first; numbers follow the moment of creation, which itself holds fractions."""
        return "id DESC" if self.moment == "create_date" else f"{self.moment} DESC, id DESC"

    def after(self, moment, number):
        """Return the domain of what comes after a record in this order."""
        if self.moment == "create_date":
            return Domain("id", "<", number)
        same = Domain(self.moment, "=", moment) & Domain("id", "<", number)
        return Domain(self.moment, "<", moment) | same


class CaredeskCareTimeline(models.AbstractModel):
    """All that happened with a customer, newest first, a page at a time.

    Each kind is asked for as many records as a page may hold, through the index on its customer;
    what is older follows from the last one shown of each kind. So a page costs the same whether
    ten or ten million things happened.
    """

    _name = "caredesk.care.timeline"
    _description = "Timeline of a Customer"

    @api.model
    def _sources(self):
        """Hook: return the kinds of which the timeline consists."""
        sources = [
            Source("order", "sale.order", ("name", "state", "user_id"), "date_order",
                   own=("user_id",), domain=(("state", "=", "sale"),)),
            Source("ticket", "caredesk.ticket", ("number", "name", "state", "user_id"),
                   own=("user_id",)),
            Source("task", "caredesk.care.task", ("name", "state", "user_id"), "date_start",
                   own=("user_ids", "share_user_ids"),
                   domain=(("state", "in", ("done", "no_show")),)),
            Source("care", "caredesk.care.history", ("subject", "action", "user_id"), "date",
                   own=("user_id", "create_uid"), domain=(("state", "!=", "cancelled"),)),
            Source("points", "loyalty.history", ("description", "issued", "used", "card_id"),
                   partner="card_id.partner_id", company="card_id.company_id", opens=False),
            Source("level", "caredesk.customer.level.change", ("to_level_id", "reason"),
                   partner="account_id.partner_id", company="account_id.company_id", opens=False),
            Source("purchase", "caredesk.care.purchase",
                   ("reference", "product_id", "state", "user_id"), "date",
                   own=("user_id", "create_uid")),
        ]  # fmt: skip
        if "survey.user_input" in self.env:  # Odoo's surveys are installed
            sources.append(
                Source("survey", "survey.user_input", ("survey_id", "scoring_percentage"),
                       "end_datetime", company="", own=("survey_id.user_id",),
                       domain=(("state", "=", "done"), ("test_entry", "!=", True),
                               ("end_datetime", "!=", False)))
            )  # fmt: skip
        return sources

    @api.model
    def _page(self, partner, after=None):
        """Return a page of what happened with a customer.

        :param partner: whom the reader may read
        :param after: ``older`` of the page before; the newest page when not given
        :return: ``lines``, and in ``older`` for each kind of which there is more the moment and
            number of its last line shown so far, False before the first one
        """
        streams, place = {}, dict(after or {})
        for source in self._sources():
            if after is None or source.kind in after:
                streams[source.kind] = self._newest(source, partner, place.get(source.kind))
        shown = list(merge(*streams.values(), key=lambda line: line["date"], reverse=True))[:PAGE]
        for line in shown:
            place[line["kind"]] = line.pop("place")
        counts = {kind: sum(line["kind"] == kind for line in shown) for kind in streams}
        return {
            "lines": shown,
            "older": {
                kind: place.get(kind, False)
                for kind, lines in streams.items()
                if counts[kind] < len(lines)
            },
        }

    def _newest(self, source, partner, place):
        """Return the lines of one kind, at most one more than a page holds."""
        domain = Domain(source.partner, "=", partner.id) & Domain(list(source.domain))
        if source.company:
            domain &= Domain(source.company, "in", [*self.env.companies.ids, False])
        if source.own and not self._sees_all(partner):
            domain &= Domain.OR([(name, "in", self.env.user.ids)] for name in source.own)
        if place:
            domain &= source.after(*place)
        # sudo: the domain holds what care users may know of customers, whatever else they may
        records_sudo = (
            self.env[source.model]
            .sudo()
            .search_fetch(
                domain, [*source.fields, source.moment], limit=PAGE + 1, order=source.order
            )
        )
        readable = self._readable(source, records_sudo)
        return [self._line(source, record, record.id in readable) for record in records_sudo]

    def _sees_all(self, partner):
        """Care managers see all, others their own part, and all of their own customers."""
        is_manager = self.env.user.has_group("caredesk_automation.group_care_manager")
        return is_manager or partner.user_id == self.env.user

    def _readable(self, source, records):
        """Return the ids of the records that the reader may open."""
        mine = records.with_env(self.env)
        return set(mine._filtered_access("read").ids) if source.opens and mine else set()

    def _line(self, source, record, readable):
        moment = record[source.moment]
        name, detail, user = getattr(self, f"_{source.kind}_words")(record)
        return {
            "kind": source.kind,
            "id": record.id,
            "date": self._moment(record, moment),
            "is_day": not hasattr(moment, "hour"),
            "name": name or "",
            "detail": detail or "",
            "user": user.name or "",
            "model": readable and source.model,
            "place": (str(moment)[:19], record.id),
        }

    def _moment(self, record, moment):
        """Return a moment as text; a mere day stands at noon of the company's time zone."""
        if not hasattr(moment, "hour"):
            moment = self.env["caredesk.care.planner"]._moment(record.company_id, moment, 12)
        return fields.Datetime.to_string(moment)

    # === WHAT A LINE SAYS: name, detail, person ===

    def _label(self, record, name):
        """Return the chosen value of a field in the reader's language."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name])

    def _order_words(self, order):
        return order.name, self._label(order, "state"), order.user_id

    def _ticket_words(self, ticket):
        return f"{ticket.number} {ticket.name}", self._label(ticket, "state"), ticket.user_id

    def _task_words(self, task):
        return task.name, self._label(task, "state"), task.user_id

    def _care_words(self, entry):
        return entry.subject, self._label(entry, "action"), entry.user_id

    def _points_words(self, row):
        change = row.issued - row.used
        sign = "+" if change > 0 else ""
        if row.card_id.program_type == "ewallet":
            currency = row.card_id.company_id.currency_id or self.env.company.currency_id
            return row.description, sign + format_amount(self.env, change, currency), row.create_uid
        digits = 0 if change == int(change) else 2
        return row.description, sign + formatLang(self.env, change, digits=digits), row.create_uid

    def _level_words(self, change):
        name = change.to_level_id.name or self.env._("No Level")
        return name, change.reason, self.env["res.users"]

    def _purchase_words(self, purchase):
        name = purchase.reference or purchase.product_id.name
        return name, self._label(purchase, "state"), purchase.user_id

    def _survey_words(self, answers):
        survey = answers.survey_id
        scored = survey.scoring_type != "no_scoring"
        score = f"{round(answers.scoring_percentage)} %" if scored else ""
        return survey.title, score, survey.user_id
