"""The dashboard: every figure is the number of the tickets it opens, for whoever asks."""

import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .plans import PlansMixin
from .sla_common import SlaMixin

_PERIODS = ("today", "week", "days30", "month")


class DashboardCase(SlaMixin, TransactionCase):
    """A small history on a Monday: done in time, done late, rated, waiting, overdue, queued."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quan = cls._user("quan", "manager", tz="Asia/Ho_Chi_Minh")
        cls.other = cls._group("Devices", cls.binh)

    @classmethod
    def _ticket(cls, by=None, **vals):
        """Return a new ticket that came in now: the database's own clock goes on."""
        ticket = super()._ticket(by, **vals)
        cls.env.cr.execute(
            "UPDATE caredesk_ticket SET create_date = %s WHERE id = %s",
            [fields.Datetime.now(), ticket.id],
        )
        ticket.invalidate_recordset(["create_date"])
        return ticket

    def _figures(self, user=None, **filters):
        self.env.flush_all()
        self.env.invalidate_all()
        dashboard = self.env["caredesk.ticket.dashboard"].with_user(user or self.quan)
        return dashboard.get_figures(filters)

    def _value(self, name, user=None, **filters):
        return self._figures(user, **filters)["figures"][name]["value"]

    def _history(self):
        """Make the tickets; time stands at Monday 14:31 UTC afterwards."""
        self._policy("resolution", hours=2, use_working_hours=False)
        for seconds, rating in ((3600, 5), (10800, 1), (1800, 0)):
            ticket = self._held_ticket(self.an, "in_progress")
            self.clock.tick(600)
            self._answer(ticket)
            self.clock.tick(seconds - 600)
            ticket.with_user(self.an).action_complete("Fixed")
            if rating:
                self._rate(ticket, rating)
        self._held_ticket(self.an, "waiting", priority="3")
        self._held_ticket(self.binh, group_id=self.other.id, channel="hotline")
        self._ticket(severity="2", deadline_at=fields.Datetime.now() + timedelta(minutes=1))
        self.clock.tick(61)

    def _rate(self, ticket, value, consumed=True):
        return self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("caredesk.ticket"),
                "res_id": ticket.id,
                "rating": value,
                "consumed": consumed,
            }
        )

    def _parts(self, figures):
        """Yield each (name, number, domain) of what the server returned."""
        for name, figure in figures["figures"].items():
            yield name, figure["count"], figure["domain"]
        for basis, charts in figures["charts"].items():
            for dimension, bars in charts.items():
                for bar in bars:
                    yield f"{basis} {dimension} {bar['key']}", bar["count"], bar["domain"]
        for point in figures["trend"]["points"]:
            for name in ("received", "completed"):
                yield f"{name} {point['from']}", point[name], point[f"{name}_domain"]

    def assertOpensWhatItCounts(self, user, figures):
        """Assert that each figure is the number of the tickets behind it, as JSON sends it."""
        tickets = self.env["caredesk.ticket"].with_user(user)
        for name, count, domain in self._parts(json.loads(json.dumps(figures))):
            self.assertEqual(count, tickets.search_count(domain), name)


@tagged("post_install", "-at_install")
class TestDashboard(DashboardCase):
    def test_every_figure_opens_its_tickets(self):
        """S1-STA-01, S1-STA-02, S4-RPT-02: for each role, period and group."""
        self._history()
        for user in (self.quan, self.an, self.binh):
            for period in _PERIODS:
                with self.subTest(user=user.login, period=period):
                    self.assertOpensWhatItCounts(user, self._figures(user, period=period))
        self.assertOpensWhatItCounts(self.quan, self._figures(group_id=self.other.id))

    def test_counts_of_what_is_open(self):
        """S1-STA-01, S1-STA-02: not started, waiting, overdue, in the queue."""
        self._history()
        figures = self._figures(group_id=self.support.id)["figures"]
        shown = {
            name: figures[name]["value"] for name in ("open", "waiting", "unassigned", "overdue")
        }
        self.assertEqual(shown, {"open": 2, "waiting": 1, "unassigned": 1, "overdue": 1})
        self.assertEqual(self._value("todo", group_id=self.other.id), 1)
        charts = self._figures()["charts"]["open"]
        bars = {bar["key"]: bar["count"] for bar in charts["priority"] if bar["count"]}
        self.assertGreaterEqual(bars["3"], 1)
        self.assertEqual(
            {bar["key"] for bar in charts["group"]} & {self.support.id, self.other.id},
            {self.support.id, self.other.id},
        )

    def test_nearly_due_is_not_overdue(self):
        """S1-STA-02: warned of a service level, or planned for the next 24 hours; then late."""
        self._policy("resolution", hours=10, use_working_hours=False, warn_percent=50)
        now = fields.Datetime.now()
        self._ticket(), self._ticket(deadline_at=now + timedelta(days=3))
        planned = self._ticket(deadline_at=now + timedelta(hours=2))
        scope = {"group_id": self.support.id}
        self.assertEqual(self._value("near", **scope), 1)
        self.clock.tick(timedelta(hours=6))
        self._watch()
        self.assertEqual((self._value("near", **scope), self._value("overdue", **scope)), (2, 1))
        overdue = self._figures(**scope)["figures"]["overdue"]["domain"]
        self.assertEqual(self.env["caredesk.ticket"].search(overdue), planned)
        self.clock.tick(timedelta(hours=5))
        self._watch()
        self.assertEqual((self._value("near", **scope), self._value("overdue", **scope)), (0, 3))

    def test_waiting_too_long(self):
        """S1-STA-02: after the days of the setting; not what was put off until a day."""
        self.env["ir.config_parameter"].set_param("caredesk_ticket.waiting_too_long_days", "2")
        forgotten = self._held_ticket(self.an, "waiting")
        put_off = self._held_ticket(self.an, "in_progress")
        put_off.with_user(self.an).action_wait("not_now", "2026-05-01 08:00:00")
        scope = {"group_id": self.support.id}
        self.clock.tick(timedelta(days=2))
        self.assertEqual(self._value("waiting_long", **scope), 0)
        self.clock.tick(1)
        figures = self._figures(**scope)
        self.assertEqual(figures["waiting_days"], 2)
        found = self.env["caredesk.ticket"].search(figures["figures"]["waiting_long"]["domain"])
        self.assertEqual(found, forgotten)
        self.env["ir.config_parameter"].set_param("caredesk_ticket.waiting_too_long_days", "soon")
        self.assertEqual(self._figures()["waiting_days"], 3)

    def test_figures_of_the_period(self):
        """S1-STA-01, S4-EX-03: first response, resolution, on time and satisfaction."""
        self._history()
        figures = self._figures(group_id=self.support.id, period="today")["figures"]
        self.assertEqual(figures["received"]["value"], 5)
        self.assertEqual(figures["completed"]["value"], 3)
        self.assertEqual(figures["first_response"]["count"], 3)
        self.assertEqual(figures["first_response"]["value"], 600)
        self.assertEqual(figures["resolution"]["value"], 5400)
        self.assertEqual(figures["on_time"]["count"], 3)
        self.assertAlmostEqual(figures["on_time"]["value"], 2 / 3)
        self.assertEqual(figures["missed"]["value"], 1)
        self.assertEqual(
            (figures["satisfaction"]["value"], figures["satisfaction"]["count"]), (3, 2)
        )

    def test_what_cannot_be_told_is_no_zero(self):
        """S1-STA-01: an average of nothing is not «0 s», a share of nothing not «0 %»."""
        figures = self._figures(group_id=self.other.id)
        self.assertTrue(figures["is_empty"])
        for name in ("first_response", "resolution", "on_time", "satisfaction"):
            self.assertIsNone(figures["figures"][name]["value"], name)

    def test_an_unfinished_rating_is_none(self):
        """S4-RPT-01: what a customer was asked for and did not answer does not count."""
        ticket = self._held_ticket(self.an, "done")
        self._rate(ticket, 5, consumed=False)
        self.assertFalse(ticket.rating_last_value)
        self.assertEqual(
            self._figures(group_id=self.support.id)["figures"]["satisfaction"]["count"], 0
        )

    def test_the_trend_counts_in_the_days_of_the_user(self):
        """S1-STA-01: 18:00 UTC is tomorrow in Vietnam; the days add up to the period."""
        self.clock.move_to("2026-03-02 18:00:00")
        self._ticket()
        here = self._figures(group_id=self.support.id, period="today")
        self.assertEqual(here["filters"]["date_from"], "2026-03-03")
        self.assertEqual(here["figures"]["received"]["value"], 1)
        self.clock.move_to("2026-03-03 18:00:00")
        later = self._figures(group_id=self.support.id, period="week")
        counts = {point["from"]: point["received"] for point in later["trend"]["points"]}
        self.assertEqual(len(counts), 7)
        self.assertEqual({day for day, count in counts.items() if count}, {"2026-03-03"})

    def test_periods_that_make_no_sense(self):
        """S1-STA-01: nonsense over RPC gets a sentence, a long period is told in months."""
        bad = (
            {"period": "ever"},
            {"period": "custom"},
            {"period": "custom", "date_from": "2026-03-02", "date_to": "2026-03-01"},
            {"period": "custom", "date_from": "1900-01-01", "date_to": "2026-03-01"},
            {"period": "custom", "date_from": "monday", "date_to": 7},
            {"period": ["today"]},
            {"period": "custom", "date_from": "9999-12-31", "date_to": "9999-12-31"},
            {"period": "custom", "date_from": "0001-01-01", "date_to": "0001-01-02"},
        )
        for filters in bad:
            with self.subTest(filters=filters), self.assertRaisesRegex(UserError, "period"):
                self._figures(**filters)
        year = self._figures(period="custom", date_from="2024-01-15", date_to="2026-03-02")
        self.assertEqual(year["trend"]["unit"], "month")
        self.assertEqual(year["trend"]["points"][0]["from"], "2024-01-15")
        self.assertEqual(year["trend"]["points"][1]["from"], "2024-02-01")
        odd = self.env["caredesk.ticket.dashboard"].with_user(self.quan).get_figures(["x"])
        self.assertEqual(odd["filters"]["period"], "days30")

    def test_who_sees_what(self):
        """S1-STA-01: a manager sees all, an agent own and group; others have no dashboard."""
        self._history()
        mine = self._ticket(group_id=self.other.id, user_id=self.binh.id)
        self.assertGreater(self._value("open"), self._value("open", self.an))
        figures = self._figures(self.an)
        self.assertEqual([group["id"] for group in figures["groups"]], [self.support.id])
        seen = self.env["caredesk.ticket"].with_user(self.an)
        self.assertNotIn(mine, seen.search(figures["figures"]["open"]["domain"]))
        for login, role in (("hoa", "creator"), ("khach", "portal")):
            with self.assertRaises(AccessError):
                self._figures(self._user(login, role))

    def test_other_companies_are_not_counted(self):
        """IE-47: neither their tickets nor their groups."""
        company = self._company("Elsewhere")
        group = self._group("Elsewhere", company_id=company.id)
        before = self._value("open")
        self._ticket(group_id=group.id)
        figures = self._figures()
        self.assertEqual(figures["figures"]["open"]["value"], before)
        self.assertNotIn(group.id, [one["id"] for one in figures["groups"]])

    def test_many_types_are_summed_up(self):
        """S1-STA-01: the largest eight by themselves, the others in one bar that opens them."""
        for number in range(10):
            kind = self._type(self.support, name=f"Kind {number}")
            self._tickets(2 if number else 1, type_id=kind.id)
        self._ticket(group_id=self.support.id)
        figures = self._figures(group_id=self.support.id)
        bars = figures["charts"]["open"]["type"]
        self.assertEqual(len(bars), 9)
        self.assertEqual(bars[-1]["key"], "others")
        self.assertEqual(sum(bar["count"] for bar in bars), figures["figures"]["open"]["value"])
        self.assertOpensWhatItCounts(self.quan, figures)


@tagged("post_install", "-at_install")
class TestDashboardCost(PlansMixin, DashboardCase):
    def test_it_only_reads(self):
        """IE-51: the call runs on a read-only cursor, so a replica of the database can serve it."""
        self._history()
        self.assertTrue(self.env.registry["caredesk.ticket.dashboard"].get_figures._readonly)
        self.env.flush_all()
        with self.env.cr.savepoint():
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            figures = self._figures()
        self.assertGreater(figures["figures"]["open"]["value"], 0)

    def test_the_number_of_queries_does_not_grow(self):
        """IE-51: ten tickets or two hundred, the number of statements is the same."""
        self._tickets(10)
        for user in (self.quan, self.an):
            self._figures(user)  # what is kept in memory anyway
            few = self._queries(user)
            self.assertLessEqual(few, 12)
        self._tickets(200, channel="email", priority="2")
        self._figures(self.an)
        self.assertEqual(self._queries(self.an), few)

    def _queries(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        begun = self.env.cr.sql_log_count
        self.env["caredesk.ticket.dashboard"].with_user(user).get_figures({})
        return self.env.cr.sql_log_count - begun
