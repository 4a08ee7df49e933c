from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..report import render_xlsx
from .common import CareDeskCase
from .export_common import ExportMixin


@tagged("post_install", "-at_install")
class TestExportJob(ExportMixin, CareDeskCase):
    """Big exports, prepared in the background."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("caredesk_ticket.export_background_rows", "2")
        self.tickets = self._tickets(3, type_id=self.kind.id)

    def _ask(self, by=None, **vals):
        export = self._export(by=by, **vals)
        self.assertTrue(export.is_in_background)
        action = export.action_export_xlsx()
        self.assertEqual(action["tag"], "display_notification")
        return self.env["caredesk.export.job"].search([], limit=1)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_export").method_direct_trigger()
        self.env.invalidate_all()

    def test_arrives_by_notification(self):
        """S0-TKT-35, IE-14: made in the background, told to who asked, and to nobody else."""
        job = self._ask(date_from="2020-01-01")
        self._run_cron()
        self.assertEqual((job.state, job.done, job.progress), ("done", 3, 100))
        rows = self._sheet(job.attachment_id.raw)
        self.assertEqual([row[0] for row in rows[1:]], self.tickets.mapped("number"))
        message = self.env["mail.message"].search(
            [("partner_ids", "in", self.manager.partner_id.ids)], order="id desc", limit=1
        )
        self.assertIn(f"/web/content/{job.attachment_id.id}", message.body)
        self.assertEqual(
            job.with_user(self.manager).action_download()["type"], "ir.actions.act_url"
        )
        self.assertTrue(job.attachment_id.with_user(self.manager).has_access("read"))
        other = self._user("dung", "manager")
        self.assertFalse(job.attachment_id.with_user(other).has_access("read"))
        with self.assertRaises(AccessError):
            job.with_user(other).action_download()

    def test_with_the_rights_of_who_asked(self):
        """S0-TKT-36: the background changes nothing about what a person may see."""
        elsewhere = self._group("Elsewhere", self._user("dung", "agent"))
        hidden = self._ticket(group_id=elsewhere.id)
        job = self._ask(by=self.an, group_ids=[])
        self._run_cron()
        numbers = [row[0] for row in self._sheet(job.attachment_id.raw)]
        self.assertIn(self.tickets[0].number, numbers)
        self.assertNotIn(hidden.number, numbers)

    def test_rights_lost_meanwhile(self):
        """IE-14: who lost his rights since gets nothing, and is told so; the next is served."""
        job = self._ask(by=self.an)
        self.an.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        good = self._ask()
        self._run_cron()
        self.assertEqual((job.state, good.state), ("failed", "done"))
        self.assertTrue(job.error)
        self.assertFalse(job.attachment_id)

    def test_progress_is_shown(self):
        """S0-TKT-35: how far it is can be read while it is made."""
        job = self._ask()
        self.patch(render_xlsx, "_STEP", 1)
        seen = []
        report = type(job)._report_progress

        def spy(self, done):
            report(self, done)
            seen.append((self.done, self.total, self.progress))

        with patch.object(type(job), "_report_progress", spy):
            self._run_cron()
        self.assertEqual(seen, [(1, 3, 33), (2, 3, 66), (3, 3, 99)])

    def test_a_process_that_dies_is_not_repeated_for_ever(self):
        """IE-14: begun three times and never finished, it is given up and said to be."""
        job = self._ask()
        job.sudo().write({"state": "running", "attempts": 3})
        self._run_cron()
        self.assertEqual(job.state, "failed")
        begun_once = self._ask()
        begun_once.sudo().write({"state": "running", "attempts": 1})
        self._run_cron()
        self.assertEqual(begun_once.state, "done")

    def test_files_are_forgotten(self):
        """IE-14: files with customers' data do not lie about for ever."""
        with freeze_time("2026-03-02 10:00:00"):
            job = self._ask()
            self._run_cron()
        attachment = job.attachment_id
        with freeze_time("2026-03-08 10:00:00"):
            self.env["caredesk.export.job"]._gc_old()
            self.assertTrue(job.exists())
        with freeze_time("2026-03-10 10:00:00"):
            self.env["caredesk.export.job"]._gc_old()
        self.assertFalse(job.exists() or attachment.exists())
