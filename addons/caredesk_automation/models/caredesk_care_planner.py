from collections import defaultdict
from datetime import datetime, time, timedelta
from itertools import chain

import pytz

from odoo import api, models
from odoo.tools import SQL

from ..domain.care_dates import next_working_day, occasion_date

#: Purchases whose tasks are written in one statement.
CHUNK = 500
TASKS = "caredesk.care.task"


class CaredeskCarePlanner(models.AbstractModel):
    """Turns purchases into planned tasks, many in one statement.

    The rows are the system's own and nothing needs to hear of them before they are due, so they
    are written past ``create``; the database refuses a second task for a purchase and an occasion.
    """

    _name = "caredesk.care.planner"
    _description = "Care Planner"

    @api.model
    def _plan(self, company, base, purchases, only=None):
        """Make the tasks of purchases of one company.

        :param base: which schedules apply, a key of ``base_date``
        :param purchases: dicts with ``partner_id, product_id, day, user_id`` (ids; salesperson) and
            ``sales_line_id`` and ``order_id``, or ``purchase_id``
        :param only: schedules; no other one plans anything
        :return: how many tasks were made
        """
        planner = self.sudo().with_company(
            company
        )  # sudo: a purchase starts its care, whoever buys
        works = planner._calendar_memo(company)
        made = 0
        for start in range(0, len(purchases), CHUNK):
            chunk = purchases[start : start + CHUNK]
            made += planner._plan_chunk(company, base, chunk, works, only)
        return made

    @api.model
    def _plan_chunk(self, company, base, purchases, works, only=None):
        schedules = self.env["caredesk.care.schedule"]
        products = self.env["product.product"].browse({one["product_id"] for one in purchases})
        covering = {
            product.id: schedules._covering(product.product_tmpl_id, company, base, only)
            for product in products
        }
        rows, turns, known, anew = [], {}, {}, {}
        occasions = {one: one.line_ids for found in covering.values() for one in found}
        for purchase, schedule in self._pairs(purchases, covering):
            restart = schedule.repurchase == "restart"
            user_id = self._responsible(schedule, purchase, turns)
            series = [
                self._row(occasion, purchase, company, user_id, works, known)
                for occasion in occasions[schedule]
            ]
            if restart:  # of several in one chunk the last one counts
                anew[schedule.id, purchase["partner_id"], purchase["product_id"]] = series
            else:
                rows += series
        return self._write_rows([*rows, *chain.from_iterable(anew.values())])

    @api.model
    def _row(self, occasion, purchase, company, user_id, works, known):
        """Return the values of one task; all that ``create`` would compute is in it.

        :param known: what was worked out for occasions and days before; filled further
        """
        key = (occasion.id, purchase["day"])
        if key not in known:
            known[key] = self._occasion_vals(occasion, purchase["day"], company, works)
        return {
            **known[key],
            "partner_id": purchase["partner_id"],
            "product_id": purchase["product_id"],
            "order_id": purchase.get("order_id"),
            "sales_line_id": purchase.get("sales_line_id"),
            "purchase_id": purchase.get("purchase_id"),
            "user_id": user_id or None,
        }

    @api.model
    def _occasion_vals(self, occasion, bought_on, company, works):
        """Return what the tasks of an occasion share that were bought on one day."""
        day = occasion_date(bought_on, occasion.offset, occasion.unit)
        if occasion.schedule_id.move_to_workday:
            day = next_working_day(day, works)
        start = self._moment(company, day, occasion.hour)
        return {
            "name": occasion.name,
            "company_id": company.id,
            "schedule_id": occasion.schedule_id.id,
            "occasion_id": occasion.id,
            "form_id": occasion.form_id.id,
            "action": occasion.form_id.action,
            "reason_id": occasion.reason_id.id or None,
            "base_day": bought_on,
            "date_start": start,
            "date_deadline": start + timedelta(hours=occasion.duration),
            "reminder_days": occasion.reminder_days,
            "remind_at": start - timedelta(days=occasion.reminder_days),
            "description": occasion.description or None,
            "state": "planned",
            "priority": "1",
        }

    @api.model
    def _write_rows(self, rows):
        """Insert tasks and their assignees; those that are there already stay as they are."""
        if not rows:
            return 0
        self.env[TASKS].flush_model()
        insert = self.env["caredesk.direct.insert"]._statement(TASKS, rows)
        statement = SQL(
            "WITH made AS (%s ON CONFLICT DO NOTHING RETURNING id, user_id), assigned AS ("
            " INSERT INTO caredesk_care_task_user_rel (task_id, user_id)"
            " SELECT id, user_id FROM made WHERE user_id IS NOT NULL)"
            " SELECT id FROM made",
            insert,
        )
        made = self.env[TASKS].browse(row[0] for row in self.env.execute_query(statement))
        self.env[TASKS].invalidate_model()
        self.env["sale.order"].invalidate_model(["care_task_count"])
        self.env["caredesk.automation.rule"]._fire(made._automation_created, made)
        return len(made)

    @api.model
    def _pairs(self, purchases, covering):
        """Return ``(purchase, schedule)`` of what is to be planned, the earliest purchase first.

        What starts again withdraws what is planned from earlier purchases.
        """
        pairs = [
            (purchase, schedule)
            for purchase in sorted(purchases, key=lambda one: one["day"])
            for schedule in covering[purchase["product_id"]]
        ]
        live = self._live([pair for pair in pairs if pair[1].repurchase == "restart"])
        planned, withdrawn = [], []
        for purchase, schedule in pairs:
            if schedule.repurchase == "restart":
                key = (schedule.id, purchase["partner_id"], purchase["product_id"])
                former = self._restart(purchase, live[key])
                if former is None:
                    continue
                live[key] -= former
                withdrawn.append(former)
            planned.append((purchase, schedule))
        self.env[TASKS].concat(*withdrawn)._withdraw()
        return planned

    @api.model
    def _live(self, pairs):
        """Return the tasks that purchases may replace, by schedule, customer and product."""
        live = defaultdict(self.env[TASKS].browse)
        if not pairs:
            return live
        purchases = [purchase for purchase, _schedule in pairs]
        source = self._source(purchases[0])  # one call plans either lines or purchases
        tasks = self.env[TASKS].search(
            [
                ("schedule_id", "in", [schedule.id for _purchase, schedule in pairs]),
                ("partner_id", "in", [one["partner_id"] for one in purchases]),
                ("product_id", "in", [one["product_id"] for one in purchases]),
                ("withdrawn", "!=", True),
                "|", ("state", "=", "planned"), (source, "in", [one[source] for one in purchases]),
            ]
        )  # fmt: skip
        live.update(
            tasks.grouped(lambda one: (one.schedule_id.id, one.partner_id.id, one.product_id.id))
        )
        return live

    @api.model
    def _restart(self, purchase, live):
        """Return which of these tasks a purchase replaces; None when it is not to be planned.

        One that has its tasks takes nothing away; one before a later purchase gets none.
        """
        source = self._source(purchase)
        if purchase[source] in live[source].ids:
            return live.browse()  # the database leaves those that are there
        this = (purchase["day"], purchase[source])
        planned = live.filtered(lambda task: task.state == "planned")
        if any(task.base_day and (task.base_day, task[source].id) > this for task in planned):
            return None
        return planned

    @api.model
    def _source(self, purchase):
        return "sales_line_id" if purchase.get("sales_line_id") else "purchase_id"

    @api.model
    def _responsible(self, schedule, purchase, turns):
        """Return the id of who is responsible; members of a group take turns."""
        if schedule.responsible_kind == "user":
            return schedule.user_id.filtered("active").id
        # Nobody's care is seen by all; that of somebody who left would be seen by none.
        seller = self.env["res.users"].browse(purchase.get("user_id") or ()).filtered("active")
        if schedule.responsible_kind == "salesperson":
            return seller.id
        members = schedule.support_group_id.member_ids.filtered("active").user_id
        members = members.filtered("active")
        if not members:
            return seller.id
        # Begins with the purchase's own number, so that the next request goes on with another one.
        first = turns.setdefault(
            schedule.id, purchase.get("sales_line_id") or purchase["purchase_id"]
        )
        turns[schedule.id] = first + 1
        return members[first % len(members)].id

    # === TIME ===

    @api.model
    def _zone(self, company):
        return pytz.timezone(company._caredesk_tz())

    @api.model
    def _moment(self, company, day, hour):
        """Return the naive UTC moment of an hour of a day in the company's time zone."""
        minutes = round(hour * 60)
        local = datetime.combine(day, time()) + timedelta(minutes=minutes)
        return self._zone(company).localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _day(self, company, moment):
        """Return the day a naive UTC moment falls on in the company's time zone."""
        return pytz.utc.localize(moment).astimezone(self._zone(company)).date()

    @api.model
    def _calendar_memo(self, company):
        """Return a function that tells whether the company works on a day, a year read at once."""
        calendar = company.resource_calendar_id
        years = {}

        def works(day):
            if not calendar:
                return True
            if day.year not in years:
                years[day.year] = self._working_days(calendar, day.year)
            return day in years[day.year]

        return works

    @api.model
    def _working_days(self, calendar, year):
        zone = pytz.timezone(calendar.tz or "UTC")
        first = zone.localize(datetime(year, 1, 1))
        last = zone.localize(datetime(year, 12, 31, 23, 59, 59))
        intervals = calendar._work_intervals_batch(first, last)[False]
        return {start.astimezone(zone).date() for start, _stop, _what in intervals}
