"""Headline figures: how soon the first answer comes, and how much is solved on time (S4-EX-03)."""

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from .sla_common import SlaMixin


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

    def _headlines(self, user=None):
        """Return ``{channel: (tickets, first response, share on time)}`` of the group."""
        self.env.flush_all()
        self.env.invalidate_all()
        report = self.env["caredesk.ticket.report"].with_user(user or self.boss)
        domain = [("group_id", "=", self.support.id)]
        rows = report._read_group(
            domain, ["channel"], ["received:sum", "first_response_seconds:avg", "on_time_rate:avg"]
        )
        return {channel: tuple(row) for channel, *row in rows}

    def test_speed_and_timeliness_over_the_points_of_contact(self):
        """S4-EX-03: averages and shares by channel; who has no answer or no end yet is left out."""
        self._request("website", answered_after=60, done_after=3600)
        self._request("website", answered_after=180, done_after=3 * 3600)
        self._request("email", answered_after=600, done_after=7200)
        self._request("facebook")  # neither answered nor over
        self._request("hotline", done_after=60)
        self.assertEqual(
            self._headlines(),
            {
                "website": (2, 120, 0.5),
                "email": (1, 600, 1.0),
                "facebook": (1, False, False),
                "hotline": (1, False, 1.0),
            },
        )

    def test_what_is_overdue_counts_as_late_at_once(self):
        """S4-EX-03: nobody looks better by leaving a late ticket open."""
        ticket = self._request("email")
        self.clock.move_to("2026-03-02 13:00:00")
        self._watch()
        self.assertTrue(ticket.is_open)
        self.assertEqual(self._headlines()["email"], (1, False, 0.0))
        row = self.env["caredesk.ticket.report"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual((row.on_time_state, row.is_answered), ("late", False))

    def test_a_merged_request_counts_once(self):
        """S4-EX-03, IE-12: two tickets about the same are one request."""
        customer = self._customer()
        first = self._request("email", partner_id=customer.id)
        second = self._request("hotline", partner_id=customer.id)
        second.action_merge_into(first)
        self.assertEqual(set(self._headlines()), {"email"})

    def test_who_sees_which_figures(self):
        """S4-EX-03: managers all, agents those of their groups, creators none."""
        self._request("email")
        self.assertEqual(set(self._headlines(self.an)), {"email"})
        self.assertEqual(self._headlines(self._user("chi")), {})
        with self.assertRaises(AccessError):
            self._headlines(self._user("lan", "creator"))

    def test_the_report_can_be_cut_by_channel(self):
        """S4-EX-03: both headlines are measures, and the points of contact are its rows."""
        self._request("website", answered_after=60, done_after=3600)
        report = self.env["caredesk.ticket.report"].with_user(self.boss)
        arch = report.get_view(view_type="pivot")["arch"]
        for name in ("first_response_seconds", "on_time_rate"):
            self.assertIn(f'name="{name}" type="measure"', arch)
        self.assertIn("'group_by': 'channel'", report.get_view(view_type="search")["arch"])
        self.env.flush_all()
        row = report.search([("group_id", "=", self.support.id)])
        self.assertEqual((row.first_response_seconds, row.on_time_state), (60, "on_time"))
        labels = dict(report._fields["channel"]._description_selection(self.env))
        self.assertLessEqual({"website", "email", "facebook", "hotline"}, labels.keys())
