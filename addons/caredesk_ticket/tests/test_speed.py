"""Headline figures: how soon the first answer comes, and how much is solved on time (S4-EX-03)."""

from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from .sla_common import SlaMixin

MARCH, APRIL = datetime(2026, 3, 1), datetime(2026, 4, 1)


@tagged("post_install", "-at_install")
class TestSpeed(SlaMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")
        cls.support.allow_parallel_work = True
        cls.support.member_ids.capacity = 99

    def setUp(self):
        super().setUp()
        self._policy(hours=2, use_working_hours=False)

    def _request(self, channel, answered_after=None, done_after=None, **vals):
        """Return a ticket of ``channel``; both moments are seconds after its creation."""
        self.clock.move_to("2026-03-02 10:00:00")
        tickets = self.env["caredesk.ticket"]
        ticket = tickets.create(self._ticket_vals(channel=channel, user_id=self.an.id, **vals))
        self.env.flush_all()
        # The date of creation is PostgreSQL's, which knows nothing of a clock that stands still.
        self.env.cr.execute(
            "UPDATE caredesk_ticket SET create_date = %s WHERE id = %s", [self.clock(), ticket.id]
        )
        ticket.invalidate_recordset(["create_date"])
        if answered_after is not None:
            self.clock.tick(answered_after)
            self._answer(ticket)
        if done_after is not None:
            self.clock.tick(done_after - (answered_after or 0))
            ticket.with_user(self.an).action_start()
            ticket.with_user(self.an).action_complete("Fixed")
        return ticket

    def _headlines(self, user=None, domain=None, date_from=MARCH, date_to=APRIL):
        self.env.flush_all()
        domain = [("group_id", "=", self.support.id)] if domain is None else domain
        tickets = self.env["caredesk.ticket"].with_user(user or self.boss)
        return tickets._headline_figures(domain, date_from, date_to)

    def test_speed_and_timeliness_over_the_points_of_contact(self):
        """S4-EX-03: averages and shares by channel and over all, each weighed by its tickets."""
        self._request("website", answered_after=60, done_after=3600)
        self._request("website", answered_after=180, done_after=3 * 3600)
        self._request("email", answered_after=600, done_after=7200)
        self._request("facebook")  # neither answered nor over
        self._request("hotline", done_after=60)
        found = self._headlines()
        self.assertEqual(
            {
                channel: (row["tickets"], row["first_response_seconds"], row["on_time_share"])
                for channel, row in found["by_channel"].items()
            },
            {
                "website": (2, 120, 0.5),
                "email": (1, 600, 1.0),
                "facebook": (1, None, None),
                "hotline": (1, None, 1.0),
            },
        )
        self.assertEqual(found["tickets"], 5)
        self.assertEqual((found["answered"], found["first_response_seconds"]), (3, 280))
        self.assertEqual((found["judged"], found["on_time_share"]), (4, 0.75))

    def test_what_is_overdue_counts_as_late_at_once(self):
        """S4-EX-03: nobody looks better by leaving a late ticket open."""
        self._request("email")
        self.clock.move_to("2026-03-02 13:00:00")
        self._watch()
        self.assertEqual(self._headlines()["on_time_share"], 0.0)

    def test_nothing_to_average(self):
        """S4-EX-03: an empty period has no averages, and says so."""
        found = self._headlines(date_from=APRIL, date_to=datetime(2026, 5, 1))
        self.assertEqual(
            found,
            {
                "tickets": 0,
                "answered": 0,
                "first_response_seconds": None,
                "judged": 0,
                "on_time_share": None,
                "by_channel": {},
            },
        )

    def test_a_merged_request_counts_once(self):
        """S4-EX-03, IE-12: two tickets about the same are one request."""
        customer = self._customer()
        first = self._request("email", partner_id=customer.id)
        second = self._request("hotline", partner_id=customer.id)
        second.action_merge_into(first)
        self.assertEqual(set(self._headlines()["by_channel"]), {"email"})

    def test_who_sees_which_figures(self):
        """S4-EX-03: managers all, agents those of their groups, creators none."""
        self._request("email")
        stranger = self._user("chi")
        self.assertEqual(self._headlines(self.an)["tickets"], 1)
        self.assertEqual(self._headlines(stranger)["tickets"], 0)
        with self.assertRaises(AccessError):
            self._headlines(self._user("lan", "creator"))
        company = self._company("Elsewhere")
        self._group("Elsewhere", company_id=company.id)
        elsewhere = self.env["caredesk.ticket.speed"].with_user(self.boss)
        self.assertFalse(elsewhere.search([("company_id", "=", company.id)]))

    def test_the_report_is_by_channel(self):
        """S4-EX-03: the menu opens with the four points of contact and both headlines."""
        self._request("website", answered_after=60, done_after=3600)
        action = self.env.ref("caredesk_ticket.caredesk_ticket_speed_action")
        self.assertEqual(action.view_mode.split(",")[0], "pivot")
        report = self.env["caredesk.ticket.speed"].with_user(self.boss)
        arch = report.get_view(view_type="pivot")["arch"]
        for name in ("channel", "first_response_seconds", "on_time_share"):
            self.assertIn(f'name="{name}"', arch)
        self.env.flush_all()
        row = report.search([("group_id", "=", self.support.id)])
        self.assertEqual((row.first_response_seconds, row.on_time_state), (60, "on_time"))
        self.assertEqual(row.action_open_ticket()["res_id"], row.ticket_id.id)
        labels = dict(report._fields["channel"]._description_selection(self.env))
        self.assertLessEqual({"website", "email", "facebook", "hotline"}, labels.keys())
