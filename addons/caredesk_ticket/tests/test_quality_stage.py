from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .process_common import ProcessCase


@tagged("post_install", "-at_install")
class TestQualityStage(ProcessCase):
    """S4-STG-05: while a group checks quality, nobody takes the stage away it checks in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.support.quality_check = True
        cls.stage = cls.env.ref("caredesk_ticket.stage_quality_check")

    def test_the_last_check_stage_of_a_group_stays(self):
        """S4-STG-05: archived, unticked, given to others, taken off the group, deleted: refused."""
        stage, group = self.stage.with_user(self.boss), self.support.with_user(self.boss)
        away = (
            lambda: stage.write({"active": False}),
            lambda: stage.write({"is_quality_check": False}),
            lambda: stage.write({"group_ids": [Command.unlink(self.support.id)]}),
            lambda: group.write({"stage_ids": [Command.unlink(self.stage.id)]}),
            stage.unlink,
        )
        for take_away in away:
            with self.assertRaisesRegex(ValidationError, "quality"), self.env.cr.savepoint():
                take_away()
        self.assertTrue(self._held_ticket(self.an, "done").is_check_pending)

    def test_another_check_stage_is_enough(self):
        """S4-STG-05: with a stage of its own the group needs the shared one no more."""
        own = self.env["caredesk.ticket.stage"].create(
            {
                "name": "Four eyes",
                "state": "done",
                "is_quality_check": True,
                "group_ids": self.support.ids,
            }
        )
        self.stage.group_ids = [Command.unlink(self.support.id)]
        self.assertEqual(self._held_ticket(self.an, "done").stage_id, own)

    def test_groups_that_check_nothing_need_no_stage(self):
        """S4-STG-05: switched off first, the stage may go; ordinary changes are never stopped."""
        self.stage.with_user(self.boss).write({"name": "Inspection", "fold": True})
        self.env["caredesk.support.group"].search([]).quality_check = False
        self.stage.with_user(self.boss).active = False
        self.assertFalse(self._held_ticket(self.an, "done").is_check_pending)

    def test_tickets_that_wait_for_a_check_are_not_let_off(self):
        """S4-STG-05: a group that stops checking still checks what waits."""
        own = self.env["caredesk.ticket.stage"].create(
            {
                "name": "Four eyes",
                "state": "done",
                "is_quality_check": True,
                "group_ids": self.support.ids,
            }
        )
        ticket = self._held_ticket(self.an, "done")
        self.support.quality_check = False
        with self.assertRaisesRegex(ValidationError, "Check them first"):
            own.with_user(self.boss).is_quality_check = False
        ticket.with_user(self.binh).action_check(True, True)
        own.with_user(self.boss).is_quality_check = False
        self.assertFalse(own.is_quality_check)
