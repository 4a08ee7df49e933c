from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .stage_common import StageCase


@tagged("post_install", "-at_install")
class TestStageEdges(StageCase):
    """S4-STG-09: what is set up about stages cannot break the tickets in them."""

    def test_the_state_of_a_stage_in_use(self):
        """S4-STG-09: tickets would be in a stage of another state than their own."""
        stage = self._stage("Own", "in_progress", self.support, sequence=-1)
        free = self._stage("Free", "in_progress", self.support)
        ticket = self._held_ticket(self.an, "in_progress")
        self.assertEqual(ticket.stage_id, stage)
        with self.assertRaises(ValidationError):
            stage.state = "done"
        free.state = "done"

    def test_without_any_stage(self):
        """S4-STG-09, S0-TKT-40: archived stages cost no ticket and keep nobody from working."""
        self.env["caredesk.support.group"].search([]).quality_check = False
        self.env["caredesk.ticket.stage"].search([]).active = False
        ticket = self._held_ticket(self.an, "done")
        self.assertState(ticket, "done", self.an)
        ticket.with_user(self.boss).action_reopen()
        self.assertState(ticket, "todo", self.an)

    def test_today_is_the_day_of_whoever_does_it(self):
        """S4-STG-01: an activity of mail that comes at night is not due the day before."""
        self._freeze("2026-03-02 23:30:00")
        self.an.tz = "Asia/Ho_Chi_Minh"
        self._stage(
            "Own",
            "todo",
            self.support,
            sequence=-1,
            activity_type_id=self.env.ref("mail.mail_activity_data_todo").id,
        )
        self.env.user.tz = False  # mail and scheduled actions have no zone of their own
        ticket = self.env["caredesk.ticket"].with_context(tz=False).create(self._ticket_vals())
        self.assertEqual(ticket.user_id, self.an)
        self.assertEqual(str(ticket.activity_ids.date_deadline), "2026-03-03")
