from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .sla_common import SlaMixin


@tagged("post_install", "-at_install")
class TestSlaRecompute(SlaMixin, TransactionCase):
    """Changed policies and working hours on their way through the open tickets (S4-HD-04)."""

    def _jobs(self, state="waiting"):
        return self.env["caredesk.sla.recompute"].search([("state", "=", state)])

    def test_a_changed_policy_reaches_open_tickets(self):
        """S4-HD-04: in the background, with what has been used counted."""
        policy = self._policy(hours=8)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(3600)
        policy.hours = 2
        self.assertSla(ticket, "running", "2026-03-02 18:00:00")
        self._recompute()
        self.assertSla(ticket, "running", "2026-03-02 12:00:00")
        job = self._jobs("done")[:1]
        self.assertEqual((job.group_id, job.total, job.done, job.progress),
                         (self.support, 1, 1, 100))  # fmt: skip

    def test_a_new_policy_reaches_open_tickets(self):
        """S4-HD-04: counted from the creation, pauses left out; one past already is told nobody."""
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(3600)
        ticket.with_user(self.an).action_wait("customer")
        self.clock.tick(3600)
        ticket.with_user(self.an).action_continue()
        self._policy(hours=8)
        self._policy(hours=0.5)
        self._recompute()
        rows = ticket.sla_status_ids.sorted("deadline_at")
        self.assertEqual(rows.mapped("state"), ["failed", "running"])
        self.assertEqual(str(rows[1].deadline_at), "2026-03-02 19:00:00")
        self.assertFalse(rows[0].notice, "nobody is told of what nobody had promised in time")

    def test_an_archived_policy_leaves_the_tickets(self):
        """S4-HD-05: neither its deadline nor its failure stays on open tickets."""
        policy = self._policy(hours=1)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.tick(7200)
        self._watch()
        self.assertSla(ticket, "failed", "2026-03-02 11:00:00")
        policy.active = False
        self._recompute()
        self.assertSla(ticket, "none")

    def test_a_forgotten_holiday_brings_deadlines_back(self):
        """S4-HD-05: failed by mistake: with the holiday entered the promise runs again."""
        self.support.calendar_id = calendar = self._calendar()
        self._policy(hours=8, use_working_hours=True)
        ticket = self._held_ticket(self.an, "in_progress")
        self.clock.move_to("2026-03-03 16:00:00")
        self._watch()
        self.assertEqual(ticket.sla_state, "failed")
        self._holiday(calendar, "2026-03-03 00:00:00", "2026-03-03 23:59:59")
        self._recompute()
        self.assertSla(ticket, "running", "2026-03-04 10:00:00")

    def test_changed_working_hours_reach_open_tickets(self):
        """S4-HD-05: attendance lines, holidays for all and the group's calendar alike."""
        self.support.calendar_id = calendar = self._calendar(company_id=False)
        self._policy(hours=6, use_working_hours=True)
        ticket = self._held_ticket(self.an)
        self.assertSla(ticket, "running", "2026-03-02 17:00:00")
        calendar.attendance_ids.filtered(
            lambda line: line.dayofweek == "0" and line.day_period == "afternoon"
        ).hour_to = 15
        self._recompute()
        self.assertSla(ticket, "running", "2026-03-03 10:00:00")
        self._holiday(None, "2026-03-03 00:00:00", "2026-03-03 23:59:59")
        self._recompute()
        self.assertSla(ticket, "running", "2026-03-04 10:00:00")
        self.support.calendar_id = self._calendar("Asia/Ho_Chi_Minh")
        self._recompute()
        # 17:00 in Saigon: the day's work is over, and the next day is the holiday.
        self.assertSla(ticket, "running", "2026-03-04 08:00:00")

    def test_a_change_that_concerns_no_ticket_asks_for_nothing(self):
        """S4-HD-04: renaming a policy, or hours nobody counts in, starts no work."""
        policy = self._policy()
        self._ticket()
        self._recompute()
        before = self.env["caredesk.sla.recompute"].search_count([])
        policy.name = "Renamed"
        self._calendar().attendance_ids[0].hour_from = 7
        self.assertEqual(self.env["caredesk.sla.recompute"].search_count([]), before)

    def test_two_changes_are_gone_through_once(self):
        """S4-HD-04: a scope that waits already is not added again."""
        policy = self._policy()
        self._ticket()
        self._recompute()
        policy.hours = 3
        policy.hours = 4
        self.assertEqual(len(self._jobs()), 1)

    def test_progress_shows_on_the_policy(self):
        """S4-HD-04: how far it has come, for the manager who changed it."""
        policy = self._policy()
        self._ticket()
        self._recompute()
        policy.hours = 3
        self.assertEqual(policy.recompute_progress, 0)
        self._jobs().write({"state": "running", "total": 4, "done": 1})
        policy.invalidate_recordset()
        self.assertEqual(policy.recompute_progress, 25)
        self.assertEqual(policy.action_open_recompute()["res_model"], "caredesk.sla.recompute")

    def test_a_ticket_that_cannot_be_recomputed_stops_nobody(self):
        """S4-HD-04: it is logged; those before and after it are brought in line."""
        policy = self._policy(hours=8)
        bad, good = self._held_ticket(self.an), self._held_ticket(self.binh)
        self._recompute()
        tickets = self.registry["caredesk.ticket"]
        original = tickets._sla_reapply

        def refuse(records, silent=False):
            if bad in records:
                raise ValueError("cannot")
            return original(records, silent=silent)

        policy.hours = 2
        self.patch(tickets, "_sla_reapply", refuse)
        loggers = ("caredesk_sla_recompute", "caredesk_ticket_notice")
        with mute_logger(*(f"odoo.addons.caredesk_ticket.models.{name}" for name in loggers)):
            self._recompute()
        self.assertSla(bad, "running", "2026-03-02 18:00:00")
        self.assertSla(good, "running", "2026-03-02 12:00:00")
        self.assertFalse(self._jobs())

    def test_who_sees_the_progress(self):
        """S4-HD-04: managers, of their companies only; agents do not."""
        self._policy()
        self._ticket()
        job = self.env["caredesk.sla.recompute"].create({"company_id": self._company("B").id})
        manager = self._user("boss", "manager")
        self.assertNotIn(job, job.with_user(manager).search([]))
        with self.assertRaises(AccessError):
            job.with_user(self.an).search([])

    def test_old_rows_are_forgotten(self):
        """S4-HD-04: finished changes go after a month, unfinished ones never."""
        jobs = self.env["caredesk.sla.recompute"].create(
            [
                {"company_id": self.company.id, "state": "done", "ended_at": "2026-01-01"},
                {"company_id": self.company.id, "state": "done", "ended_at": "2026-03-01"},
                {"company_id": self.company.id},
            ]
        )
        jobs._gc_done()
        self.assertEqual(jobs.exists(), jobs[1:])

    def test_tags_are_of_a_company_or_of_all(self):
        """S4-HD-04: agents make tags; another company's are not seen."""
        mine = self.env["caredesk.ticket.tag"].with_user(self.an).create({"name": "Mine"})
        foreign = mine.sudo().create({"name": "Foreign", "company_id": self._company("B").id})
        self.assertEqual(mine.search([("id", "in", (mine | foreign).ids)]), mine)
        ticket = self._ticket(tag_ids=[Command.link(mine.id)])
        self.assertEqual(ticket.tag_ids, mine)
