from datetime import datetime, timedelta

from psycopg2.errors import CheckViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestSlaBasic(CareDeskCase):
    def setUp(self):
        super().setUp()
        self.clock = self._freeze("2026-03-02 10:00:00")
        self.resolution = self._policy("resolution", 48)

    def _policy(self, target, hours, **vals):
        """Return a new promise of the group ``support``."""
        values = {"name": f"{target} {hours}", "group_id": self.support.id, "target": target}
        return self.env["caredesk.sla.policy"].create({**values, "hours": hours, **vals})

    def _ticket_of_now(self, user=None, **vals):
        """Return a ticket whose creation date is the frozen one (the database's is not frozen)."""
        ticket = self._held_ticket(user or self.an, **vals)
        self.env.cr.execute(
            "UPDATE caredesk_ticket SET create_date = %s WHERE id = %s", [self.clock(), ticket.id]
        )
        self.env.invalidate_all()
        return ticket

    def test_the_deadline_counts_from_creation(self):
        """S1-TKT-08: 48 hours of the clock after the ticket was made; the next one due leads."""
        self._policy("first_response", 4)
        ticket = self._held_ticket(self.an)
        self.assertEqual(ticket.sla_deadline, self.clock() + timedelta(hours=4))
        self.assertEqual(ticket.sla_state, "running")
        self.assertEqual(len(ticket.sla_status_ids), 2)

    def test_a_group_without_promises_has_none(self):
        """S1-TKT-08: no policy: no deadline, state none."""
        ticket = self._ticket(group_id=self._group("Free").id)
        self.assertEqual((ticket.sla_deadline, ticket.sla_state), (False, "none"))

    def test_policies_ask_for_type_and_priority(self):
        """IE-06: a promise for some types or from a priority on holds for those only."""
        install = self._type(self.support, name="Installation")
        self.resolution.write({"type_ids": install.ids, "min_priority": "2"})
        self.assertFalse(self._ticket(priority="3").sla_deadline)
        self.assertFalse(self._ticket(type_id=install.id, priority="1").sla_deadline)
        self.assertTrue(self._ticket(type_id=install.id, priority="2").sla_deadline)

    def test_changing_the_priority_recomputes(self):
        """IE-06: raising the priority brings the stricter promise, counted from creation."""
        self._policy("resolution", 8, min_priority="3")
        ticket = self._ticket_of_now()
        self.clock.tick(3600)
        ticket.with_user(self.an).priority = "3"
        self.assertEqual(str(ticket.sla_deadline), "2026-03-02 18:00:00")
        ticket.with_user(self.an).priority = "1"
        self.assertEqual(str(ticket.sla_deadline), "2026-03-04 10:00:00")

    def test_changing_the_type_recomputes(self):
        """IE-06: another type of the group, other promises."""
        install = self._type(self.support, name="Installation")
        self._policy("resolution", 2, type_ids=install.ids)
        ticket = self._ticket_of_now()
        ticket.with_user(self.an).type_id = install
        self.assertEqual(str(ticket.sla_deadline), "2026-03-02 12:00:00")

    def test_handing_over_takes_the_new_groups_promises(self):
        """IE-06: the old group's promises go, the new one's count from creation."""
        other = self._group("Other")
        self._policy("resolution", 6, group_id=other.id)
        ticket = self._ticket_of_now()
        ticket.group_id = other
        self.assertEqual(str(ticket.sla_deadline), "2026-03-02 16:00:00")
        self.assertEqual(ticket.sla_status_ids.policy_id.group_id, other)

    def test_done_in_time_is_reached_and_late_is_failed(self):
        """S1-TKT-08: completing stops the resolution clock; to the second counts as in time."""
        in_time, late = self._held_ticket(self.an), self._held_ticket(self.binh)
        in_time.with_user(self.an).action_start()
        late.with_user(self.binh).action_start()
        self.clock.tick(48 * 3600)
        in_time.with_user(self.an).action_complete("Fixed")
        self.clock.tick(1)
        late.with_user(self.binh).action_complete("Fixed")
        self.assertEqual((in_time.sla_state, late.sla_state), ("reached", "failed"))
        self.assertFalse(in_time.sla_deadline)

    def test_the_first_public_answer_stops_the_first_clock(self):
        """IE-11: a note, a robot or the customer do not; a colleague's answer does, once."""
        self._policy("first_response", 4)
        customer = self.env["res.partner"].create({"name": "Tú", "email": "tu@example.com"})
        ticket = self._held_ticket(self.an, partner_id=customer.id)
        mine = ticket.with_user(self.an)
        mine.message_post(body="Looks like the cable", subtype_xmlid="mail.mt_note")
        ticket.message_post(body="Hello?", message_type="comment", author_id=customer.id)
        ticket.message_post(body="We got it", message_type="notification")
        self.assertFalse(ticket.first_response_at)
        self.clock.tick(600)
        answer = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        mine.message_post(body="Please try the other socket", **answer)
        self.clock.tick(600)
        mine.message_post(body="And?", **answer)
        ticket.invalidate_recordset()
        self.assertEqual(str(ticket.first_response_at), "2026-03-02 10:10:00")
        first = ticket.sla_status_ids.filtered(lambda one: one.target == "first_response")
        self.assertEqual(first.state, "reached")
        self.assertEqual(ticket.sla_state, "running")

    def _answer(self, ticket, user):
        """Write a public message of ``user`` on ``ticket``; return when the clock stopped."""
        ticket.with_user(user).message_post(
            body="Please wait", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        ticket.invalidate_recordset()
        return ticket.first_response_at

    def test_a_colleague_who_only_asked_does_not_answer(self):
        """IE-11: the creator of a ticket who serves no tickets does not stop its clock."""
        hoa = self._user("hoa", "creator")
        ticket = self._ticket(by=hoa)
        self.assertFalse(self._answer(ticket, hoa))
        self.assertTrue(self._answer(ticket, self.binh), "a member of the group does")
        ticket = self._ticket(by=hoa)
        self.assertTrue(self._answer(ticket, self._user("mai", "intake")), "so does intake")

    def test_a_promise_about_an_answer_already_given(self):
        """IE-06: a first response given before the promise was made is judged by its time."""
        self._policy("first_response", 1, min_priority="3")
        in_time, late = self._ticket_of_now(), self._ticket_of_now(self.binh)
        self.clock.tick(3600)
        self._answer(in_time, self.an)
        self.clock.tick(1)
        self._answer(late, self.binh)
        (in_time | late).write({"priority": "3"})
        for ticket, state in ((in_time, "reached"), (late, "failed")):
            first = ticket.sla_status_ids.filtered(lambda s: s.target == "first_response")
            self.assertEqual((first.state, first.reached_at), (state, ticket.first_response_at))

    def test_a_result_already_given_keeps_its_promise(self):
        """IE-06: promises made anew on a done ticket are judged by when it was done."""
        ticket = self._ticket_of_now()
        ticket.with_user(self.an).action_start()
        ticket.with_user(self.an).action_complete("Fixed")
        self._policy("resolution", 1)
        self.clock.tick(7200)
        ticket._sla_reapply()
        self.assertEqual(set(ticket.sla_status_ids.mapped("state")), {"reached"})
        self.assertEqual(len(ticket.sla_status_ids), 2)

    def test_the_cron_marks_what_is_missed(self):
        """S1-MGT-07: only what is due; a ticket that is in time stays as it is."""
        ticket = self._held_ticket(self.an)
        self.clock.tick(47 * 3600)
        young = self._ticket()
        self.clock.tick(3600 + 1)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_sla").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((ticket.sla_state, young.sla_state), ("failed", "running"))

    def test_cancelling_withdraws_and_reopening_renews_the_promise(self):
        """S0-TKT-68: a cancelled ticket promises nothing; one brought back does again."""
        ticket = self._ticket_of_now()
        ticket.action_cancel("Mistake")
        self.assertEqual((ticket.sla_deadline, ticket.sla_state), (False, "none"))
        ticket.action_reopen()
        self.assertEqual(ticket.sla_state, "running")
        self.assertEqual(str(ticket.sla_deadline), "2026-03-04 10:00:00")

    def test_reopening_a_done_ticket_resumes_the_promise(self):
        """C-24: the resolution clock goes on where it was."""
        ticket = self._held_ticket(self.an, "done")
        self.assertEqual(ticket.sla_state, "reached")
        ticket.with_user(self.an).action_reopen()
        self.assertEqual(ticket.sla_state, "running")
        self.assertEqual(str(ticket.sla_deadline), "2026-03-04 10:00:00")

    def test_working_hours_count_in_the_groups_calendar(self):
        """C-22: 8 working hours from Friday afternoon end on Monday, lunch left out."""
        calendar = self.env["resource.calendar"].create({"name": "Office", "tz": "UTC"})
        self.support.calendar_id = calendar
        self.resolution.write({"use_working_hours": True, "hours": 8})
        self.clock.move_to("2026-03-06 16:00:00")
        ticket = self._held_ticket(self.an)
        self.assertEqual(str(ticket.sla_deadline), "2026-03-09 16:00:00")

    def test_the_leap_day_is_a_day(self):
        """C-22: 48 hours from 28 February of a leap year end on 1 March."""
        self.clock.move_to("2028-02-28 12:00:00")
        self.assertEqual(str(self._ticket().sla_deadline), "2028-03-01 12:00:00")

    def test_a_promise_of_no_time_is_refused(self):
        """S1-MGT-07: zero or negative hours are no service level."""
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self._policy("resolution", 0)

    def test_deadlines_are_those_of_the_calendar(self):
        """C-22: kept intervals give what Odoo's plan_hours gives, holidays and lunch included."""
        calendar = self.env["resource.calendar"].create(
            {"name": "Saigon", "tz": "Asia/Ho_Chi_Minh"}
        )
        leaves = self.env["resource.calendar.leaves"]
        holiday = leaves.create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": "2026-03-04 17:00:00",
                "date_to": "2026-03-05 16:59:59",
            }
        )
        moments = [datetime(2026, 2, 27, 3, 59, 59) + timedelta(hours=7 * n) for n in range(24)]
        for hours in (0.5, 8, 17.25, 400):
            for moment in moments:
                self.assertEqual(
                    self._hours(calendar).add(moment, hours * 3600),
                    calendar.plan_hours(hours, moment, compute_leaves=True),
                    (hours, moment),
                )
        before = self._hours(calendar).add(datetime(2026, 3, 4, 8), 8 * 3600)
        holiday.unlink()
        self.assertLess(self._hours(calendar).add(datetime(2026, 3, 4, 8), 8 * 3600), before)

    def _hours(self, calendar):
        return calendar._caredesk_hours((calendar.id, self.company.id))
