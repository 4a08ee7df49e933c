from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from ..models import caredesk_ticket_close
from .process_common import ProcessCase


@tagged("post_install", "-at_install")
class TestClosing(ProcessCase):
    def test_a_closed_ticket_is_in_the_closing_stage(self):
        """S1-FLW-08, C-24: closing is a step with a stage, a date and a person."""
        clock = self._freeze()
        ticket = self._held_ticket(self.an, "done")
        self.assertEqual(ticket.stage_id, self.follow_up_stage)
        ticket.with_user(self.response).action_close()
        self.assertEqual(ticket.stage_id, self.closed_stage)
        self.assertEqual((ticket.closed_at, ticket.closed_by_id), (clock(), self.response))
        with self.assertRaisesRegex(UserError, "is closed"):
            ticket.with_user(self.response).stage_id = self.follow_up_stage
        ticket.with_user(self.an).action_reopen()
        self.assertEqual(ticket.stage_id, self.env.ref("caredesk_ticket.stage_assign"))

    def test_a_card_dropped_on_closed_closes(self):
        """S1-FLW-08: by those who may close, with all that belongs to it."""
        ticket = self._held_ticket(self.an, "done")
        with self.assertRaises(AccessError):
            ticket.with_user(self.an).stage_id = self.closed_stage
        ticket.with_user(self.response).stage_id = self.closed_stage
        self.assertEqual((ticket.is_closed, ticket.closed_by_id), (True, self.response))

    def test_done_tickets_are_closed_after_the_group_s_days(self):
        """C-24, S1-FLW-08: by the group's own days; 0 means never; nobody is named or mailed."""
        clock = self._freeze()
        self.closed_stage.mail_template_id = self.env["mail.template"].create(
            {
                "name": "Closed",
                "model_id": self.env["ir.model"]._get_id("caredesk.ticket"),
                "subject": "Closed",
                "body_html": "<p>Closed</p>",
            }
        )
        self.assertEqual(self.support.auto_close_days, 3)
        never = self._group("Never", self.boss, auto_close_days=0)
        due = self._held_ticket(self.an, "done", partner_id=self.customer.id)
        kept = self._held_ticket(self.boss, "done", group_id=never.id)
        clock.tick(2 * 86400)
        later = self._held_ticket(self.binh, "done")
        clock.tick(86400 + 1)
        before = self.env["mail.mail"].search_count([])
        self._run_cron("ir_cron_auto_close")
        self.assertEqual((due.is_closed, due.closed_at), (True, clock()))
        self.assertFalse(due.closed_by_id)
        self.assertEqual(due.stage_id, self.closed_stage)
        self.assertIn("Closed automatically", due.message_ids[0].body)
        self.assertFalse(later.is_closed or kept.is_closed)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertFalse(due.message_ids[0].notified_partner_ids)

    def test_closing_catches_up_after_three_days_without_cron(self):
        """C-24: all that became due meanwhile is closed, each once, in several batches."""
        clock = self._freeze()
        tickets = self._tickets(5, group_id=self._group("Closing").id)
        now = fields.Datetime.now()
        for ticket in tickets:
            ticket._own_code().write({"state": "done", "done_at": now, "clock_kind": False})
        clock.tick(6 * 86400)
        with patch.object(caredesk_ticket_close, "_BATCH", 2):
            self._run_cron("ir_cron_auto_close")
            self._run_cron("ir_cron_auto_close")
        self.assertTrue(all(tickets.mapped("is_closed")))
        for ticket in tickets:
            said = [m for m in ticket.message_ids if "Closed automatically" in (m.body or "")]
            self.assertEqual(len(said), 1)

    def test_one_that_cannot_be_closed_stops_nobody(self):
        """C-24: it is logged, and the others are closed."""
        clock = self._freeze()
        tickets = self._held_ticket(self.an, "done") | self._held_ticket(self.binh, "done")
        clock.tick(4 * 86400)
        self.env.flush_all()
        self.env.cr.execute(
            "ALTER TABLE caredesk_ticket ADD CONSTRAINT caredesk_test_stuck"
            " CHECK (id <> %s OR NOT is_closed)",
            [tickets[0].id],
        )
        with mute_logger("odoo.addons.caredesk_ticket.models.caredesk_ticket_close", "odoo.sql_db"):
            self._run_cron("ir_cron_auto_close")
        self.assertEqual(tickets.mapped("is_closed"), [False, True])

    def test_the_crons_read_what_is_due(self):
        """C-24, S4-STG-06, IE-51: indexes of their own, not the history of closed tickets."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO caredesk_ticket
                   (name, number, group_id, company_id, state, priority, severity, channel, nature,
                    active, create_uid, done_at, is_closed)
            SELECT 'Seed', 'SEED/' || i, %s, %s, 'done', '1', '1', 'email', 'request', true, 1,
                   '2025-01-01'::timestamp + i * interval '1 minute', i %% 100 <> 0
              FROM generate_series(1, 20000) AS i
            """,
            [self.support.id, self.company.id],
        )
        self.env.cr.execute("ANALYZE caredesk_ticket")
        tickets = self.env["caredesk.ticket"]
        now = fields.Datetime.now()
        for domain, order, index in (
            (tickets._domain_to_close(now), "done_at", "caredesk_ticket_done_idx"),
            (tickets._domain_to_remind(now), "follow_up_at", "caredesk_ticket_follow_up_idx"),
        ):
            query = tickets._search(domain, limit=100, order=order)
            rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
            plan = "\n".join(row[0] for row in rows)
            self.assertIn(index, plan)
            self.assertNotIn("Seq Scan on caredesk_ticket ", plan)

    def test_a_follow_up_is_waited_for(self):
        """S4-STG-06, C-24: closed by the next run after the follow-up is done."""
        clock = self._freeze()
        self.support.follow_up_days = 5
        ticket = self._held_ticket(self.an, "done")
        clock.tick(9 * 86400)
        self._run_cron("ir_cron_auto_close")
        self.assertFalse(ticket.is_closed)
        ticket.with_user(self.an).action_follow_up_done()
        self._run_cron("ir_cron_auto_close")
        self.assertTrue(ticket.is_closed)

    def test_close_when_done(self):
        """C-24: at once, or as soon as the follow-up is done."""
        self.support.close_when_done = True
        self.assertTrue(self._held_ticket(self.an, "done").is_closed)
        self.support.follow_up_days = 1
        ticket = self._held_ticket(self.an, "done")
        self.assertFalse(ticket.is_closed)
        ticket.with_user(self.an).action_follow_up_done()
        self.assertEqual((ticket.is_closed, ticket.stage_id), (True, self.closed_stage))

    def test_days_are_not_negative(self):
        """C-24: a clear message at set-up."""
        for name in ("auto_close_days", "follow_up_days"):
            with self.assertRaisesRegex(ValidationError, "negative"), self.env.cr.savepoint():
                self.support[name] = -1


@tagged("post_install", "-at_install")
class TestOutcome(ProcessCase):
    def test_completing_says_whether_it_can_be_handled(self):
        """S1-FLW-07, C-24b: the outcome stands beside the result; handled when nothing is said."""
        said = self._held_ticket(self.an, "in_progress")
        said.with_user(self.an).action_complete("No spare part any more", outcome="not_solved")
        self.assertEqual((said.outcome, said.result), ("not_solved", "No spare part any more"))
        silent = self._held_ticket(self.binh, "in_progress")
        silent.with_user(self.binh).action_complete("Fixed", "Cable")
        self.assertEqual(silent.outcome, "solved")

    def test_a_wrong_outcome_is_refused(self):
        """S1-FLW-07: a clear message, and the ticket stays as it was."""
        ticket = self._held_ticket(self.an, "in_progress")
        for wrong in ("maybe", 3, ["solved"]):
            with self.assertRaises(UserError):
                ticket.with_user(self.an).action_complete("Fixed", outcome=wrong)
        self.assertState(ticket, "in_progress", self.an)

    def test_the_dialog_asks_for_it(self):
        """S1-FLW-07: required, «can be handled» to begin with, the former answer after that."""
        ticket = self._held_ticket(self.an, "in_progress")
        dialogs = self.env["caredesk.ticket.complete"].with_user(self.an)
        form = Form(dialogs.with_context(default_ticket_id=ticket.id))
        self.assertEqual(form.outcome, "solved")
        form.outcome = "not_solved"
        form.result = "Out of warranty"
        form.save().action_complete()
        self.assertEqual(ticket.outcome, "not_solved")
        ticket.with_user(self.an).action_reopen()
        form = Form(dialogs.with_context(default_ticket_id=ticket.id))
        self.assertEqual(form.outcome, "not_solved")
