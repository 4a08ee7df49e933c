from odoo import api, fields, models

from .mail_job import number_of

#: Days the log and the files of sent reports are kept.
_KEEP_DAYS = 90


class CaredeskReportScheduleRun(models.Model):
    """One time a scheduled report was due: the ledger that keeps it from going out twice.

    The row of a period is inserted before anything is done; a second cron, process or run after
    a crash finds it there. The mails are queued in the same transaction that marks it as sent.
    """

    _name = "caredesk.report.schedule.run"
    _description = "Sent Report"
    _order = "id desc"
    _rec_name = "due_at"

    schedule_id = fields.Many2one(
        "caredesk.report.schedule", required=True, readonly=True, ondelete="cascade", index=True
    )
    period_key = fields.Char(
        "Period", readonly=True, help="The day, week or month; empty for a test."
    )
    due_at = fields.Datetime("Due", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Being Made"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("skipped", "Skipped"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    is_test = fields.Boolean("Test", readonly=True)
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime("Next Attempt", readonly=True)
    error = fields.Text("Reason", readonly=True)
    sent_at = fields.Datetime("Sent on", readonly=True)
    ticket_count = fields.Integer("Tickets", readonly=True)
    recipients = fields.Char(readonly=True)
    mail_ids = fields.Many2many("mail.mail", readonly=True, groups="base.group_system")
    undelivered = fields.Char(
        compute="_compute_undelivered", help="Addresses the mail server refused."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files", readonly=True)

    _once_uniq = models.UniqueIndex(
        "(schedule_id, period_key) WHERE period_key IS NOT NULL",
        "This report has already been made for the period.",
    )
    _waiting_idx = models.Index("(retry_at) WHERE state = 'waiting'")

    @api.depends("state")
    def _compute_undelivered(self):
        for run in self:
            # sudo: whether the mails of a report the user may see have left the house
            failed = run.sudo().mail_ids.filtered(lambda mail: mail.state == "exception")
            run.undelivered = ", ".join(mail.email_to or "" for mail in failed)

    @api.autovacuum
    def _gc_old(self):
        """Forget what was sent months ago, with its files and mails."""
        days = number_of(self.env, "report_keep_days", _KEEP_DAYS)
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        runs = self.search([("due_at", "<", limit), ("state", "!=", "waiting")], limit=1000)
        runs.attachment_ids.unlink()
        runs.mail_ids.unlink()
        runs.unlink()
