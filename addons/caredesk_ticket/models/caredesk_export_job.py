import logging
import tempfile

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..report.caredesk_report_reader import SHEET_TEXT
from ..report.render_xlsx import write_xlsx
from .conflicts import CONFLICTS
from .mail_job import number_of

_logger = logging.getLogger(__name__)

#: A job whose process died this often is given up: its file may be what kills the process.
_MAX_ATTEMPTS = 3
#: Days the files are kept for those who asked for them.
_KEEP_DAYS = 7


class CaredeskExportJob(models.Model):
    """A big export that is prepared in the background and arrives as a notification.

    It runs with the rights, language, time zone and companies of who asked for it.
    """

    _name = "caredesk.export.job"
    _description = "Export in the Background"
    _order = "id desc"
    _rec_name = "file_name"

    user_id = fields.Many2one(
        "res.users", string="Requested by", required=True, readonly=True, ondelete="cascade"
    )
    file_name = fields.Char("File", required=True, readonly=True)
    domain = fields.Json(readonly=True, export_string_translation=False)
    filters = fields.Json(readonly=True, export_string_translation=False)
    settings = fields.Json(
        readonly=True,
        export_string_translation=False,
        help="Language, time zone and companies of who asked for it.",
    )
    column_ids = fields.Many2many("caredesk.report.column", string="Columns", readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        default="waiting",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    total = fields.Integer("Tickets", readonly=True)
    done = fields.Integer("Written", readonly=True)
    progress = fields.Integer("Progress (%)", compute="_compute_progress")
    error = fields.Text("Reason", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="set null")
    ended_at = fields.Datetime("Ended", readonly=True)

    _unfinished_idx = models.Index("(id) WHERE state IN ('waiting', 'running')")
    _user_idx = models.Index("(user_id, id)")

    # === COMPUTE ===

    @api.depends("state", "done", "total")
    def _compute_progress(self):
        for job in self:
            share = 100 * job.done // job.total if job.total else 0
            job.progress = 100 if job.state == "done" else min(share, 99)

    # === ACTIONS ===

    def action_download(self):
        """Download the file."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "self",
        }

    # === BUSINESS: ASKING ===

    @api.model
    def _enqueue(self, export):
        """Have the Excel file of a dialog prepared; return what its user is shown."""
        # sudo: rows are added by the system only; the export is the user's own
        job = self.sudo().create(
            {
                "user_id": self.env.uid,
                "file_name": export._file_name("xlsx"),
                "domain": _as_json(export._ticket_domain()),
                "filters": export._export_filters(),
                "settings": {
                    "lang": self.env.lang,
                    "tz": str(self.env.tz),
                    "allowed_company_ids": export.company_ids.ids or self.env.companies.ids,
                },
                "column_ids": [fields.Command.set(export.column_ids.ids)],
            }
        )
        self.env.ref("caredesk_ticket.ir_cron_export").sudo()._trigger()  # sudo: wakes the cron
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "title": self.env._("The file is being prepared"),
                "message": self.env._(
                    "You get a notification as soon as %(file)s is ready. How far it is: "
                    "Reports, My Exports.",
                    file=job.file_name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === CRON ===

    @api.model
    def _cron_run(self):
        """Cron: prepare the files people asked for, one after the other."""
        commit = self.env["ir.cron"]._commit_progress
        pending = [("state", "in", ("waiting", "running"))]
        while job := self.search(pending, order="attempts, id", limit=1).try_lock_for_update():
            # Only one process runs this: a job that is running was left behind by one that died.
            job.write({"state": "running", "attempts": job.attempts + 1, "done": 0})
            commit(remaining=1)
            job._attempt()
            if not commit(1, remaining=self.search_count(pending, limit=1)):
                return

    def _attempt(self):
        """Make the file; what goes wrong is shown to who asked for it."""
        self.ensure_one()
        try:
            if self.attempts > _MAX_ATTEMPTS:
                raise RuntimeError(  # noqa: TRY301
                    self.env._("The server stopped each time while the file was made.")
                )
            self._make()
        except CONFLICTS:
            raise
        except Exception as error:
            self.env.cr.rollback()
            _logger.info("Export %s failed", self.id, exc_info=True)
            self.write({"state": "failed", "error": str(error), "ended_at": fields.Datetime.now()})
        self._tell()

    def _make(self):
        mine = self._as_requester()
        table = mine.env["caredesk.report.reader"]._read_table(
            Domain(self.domain),
            mine.column_ids,
            mine.env._("Ticket Report"),
            [tuple(line) for line in self.filters],
            SHEET_TEXT,
        )
        self.total = table.count
        with tempfile.TemporaryFile() as stream:
            write_xlsx(table, stream, mine.env._("Tickets"), self._report_progress)
            stream.seek(0)
            content = stream.read()
        attachment = self.env["ir.attachment"].create(
            {
                "name": self.file_name,
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,  # readable by who may read the job: who asked for it
            }
        )
        self.write(
            {
                "state": "done",
                "done": table.count,
                "attachment_id": attachment.id,
                "ended_at": fields.Datetime.now(),
            }
        )

    def _as_requester(self):
        """Return the job with rights, language, time zone and companies of who asked for it.

        :raise AccessError: he may not use one of the companies any more
        """
        self.ensure_one()
        requester = self.with_user(self.user_id).with_context(**self.settings)
        requester.env.companies  # noqa: B018  (raises where a company is not allowed)
        return requester

    def _report_progress(self, done):
        """Show how far it is, and let the cron know that it is alive."""
        self.done = done
        self.env["ir.cron"]._commit_progress(remaining=max(self.total - done, 1))

    def _tell(self):
        """Notify who asked, on the screen and as he likes to be notified."""
        self.ensure_one()
        user = self.user_id
        here = self.with_context(lang=user.lang)
        if self.state == "done":
            subject = here.env._("%(file)s is ready", file=self.file_name)
            body = Markup('<p>%s</p><p><a href="/web/content/%s?download=true">%s</a></p>') % (
                here.env._("%(count)s tickets", count=self.total),
                self.attachment_id.id,
                here.env._("Download"),
            )
        else:
            subject = here.env._("%(file)s could not be made", file=self.file_name)
            body = Markup("<p>%s</p>") % self.error
        kind = "success" if self.state == "done" else "danger"
        user._bus_send("simple_notification", {"type": kind, "message": subject, "sticky": True})
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids, subject=subject, body=body
        )

    # === VACUUM ===

    @api.autovacuum
    def _gc_old(self):
        """Forget files that have been lying ready for some days."""
        days = number_of(self.env, "export_keep_days", _KEEP_DAYS)
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        jobs = self.search([("ended_at", "<", limit)], limit=1000)
        jobs.attachment_id.unlink()
        jobs.unlink()


def _as_json(domain):
    """Return a domain as lists a column of JSON can hold."""
    return [
        [*term[:2], list(term[2]) if isinstance(term[2], (set, tuple, frozenset)) else term[2]]
        if isinstance(term, (tuple, list))
        else term
        for term in domain
    ]
