import io
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..domain.report_table import cell_text
from ..report.caredesk_report_reader import SHEET_TEXT
from ..report.render_xlsx import write_xlsx
from .conflicts import CONFLICTS

_logger = logging.getLogger(__name__)

#: A report that fails is tried again after these minutes, then given up and shown.
_RETRY_MINUTES = (10, 60)
#: Tickets listed in the mail itself.
_ROWS_IN_MAIL = 50
#: Missed times that are logged as skipped.
_MAX_SKIPPED = 31


class CaredeskReportSchedule(models.Model):
    """Making and mailing reports, once per period."""

    _inherit = "caredesk.report.schedule"

    # === ACTIONS ===

    def action_send_test(self):
        """Send the report as it would be now to the user himself; counts as no sending."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.email_normalized:
            raise UserError(self.env._("You have no e-mail address. Enter one in your profile."))
        # sudo: the log is written by the system; reading below is done as the owner
        run = (
            self.env["caredesk.report.schedule.run"]
            .sudo()
            .create({"schedule_id": self.id, "due_at": fields.Datetime.now(), "is_test": True})
        )
        self.sudo()._make_and_queue(
            run, {self.env.user.email_normalized: self.env.user.email_formatted}
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The report was sent to %(address)s.", address=run.recipients
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === CRON ===

    @api.model
    def _cron_send(self):
        """Cron: mail the reports that are due, and try again those that failed."""
        commit = self.env["ir.cron"]._commit_progress
        now = fields.Datetime.now()
        runs = self.env["caredesk.report.schedule.run"]
        waiting = [("state", "=", "waiting"), ("is_test", "=", False), ("retry_at", "<=", now)]
        for schedule in self.search([("next_run_at", "<=", now)], order="next_run_at, id"):
            schedule.try_lock_for_update()._claim(now)
            if not commit(1, remaining=runs.search_count(waiting, limit=1)):
                return
        while run := runs.search(waiting, order="retry_at, id", limit=1).try_lock_for_update():
            # Counted and put off before it begins: a crash leaves it to be tried again, later.
            run.write({"attempts": run.attempts + 1, "retry_at": self._retry_at(run.attempts)})
            commit(remaining=1)
            run.schedule_id._attempt(run)
            if not commit(1, remaining=runs.search_count(waiting, limit=1)):
                return

    @api.model
    def _retry_at(self, attempts):
        minutes = _RETRY_MINUTES[min(attempts, len(_RETRY_MINUTES) - 1)]
        return fields.Datetime.now() + timedelta(minutes=minutes)

    def _claim(self, now):
        """Enter the time that is due into the ledger and move on to the next one.

        After a standstill only the latest report goes out; those missed are logged.
        """
        for schedule in self:
            rhythm = schedule._rhythm()
            latest = rhythm.last_until(now)
            due, skipped = schedule.next_run_at, []
            while due < latest and len(skipped) < _MAX_SKIPPED:
                skipped.append(due)
                due = rhythm.next_after(due)
            # Set by hand off its rhythm, a missed time may lie in the very period that goes out.
            period = rhythm.period_of(latest)
            missed = [due for due in skipped if rhythm.period_of(due) != period]
            schedule._enter([(due, "skipped") for due in missed], rhythm)
            schedule._enter([(latest, "waiting")], rhythm)
            schedule.next_run_at = rhythm.next_after(now)

    def _enter(self, times, rhythm):
        """Insert rows of the ledger; a period that has one keeps it."""
        for due, state in times:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO caredesk_report_schedule_run (schedule_id, period_key, due_at,"
                    " state, retry_at, attempts, is_test, create_uid, create_date, write_uid,"
                    " write_date) VALUES (%(schedule)s, %(key)s, %(due)s, %(state)s, %(now)s, 0,"
                    " FALSE, %(uid)s, %(now)s, %(uid)s, %(now)s)"
                    " ON CONFLICT (schedule_id, period_key) WHERE period_key IS NOT NULL"
                    " DO NOTHING",
                    schedule=self.id,
                    key=rhythm.period_of(due),
                    due=due,
                    state=state,
                    now=fields.Datetime.now(),
                    uid=self.env.uid,
                )
            )
        self.invalidate_recordset(["run_ids", "last_state"])

    def _attempt(self, run):
        """Make and queue one report; what goes wrong is shown and, at last, given up."""
        try:
            with self.env.cr.savepoint():
                self._make_and_queue(run, self._recipients())
        except CONFLICTS:
            raise
        except Exception as error:
            _logger.info("Report %s of %s failed", run.id, self.id, exc_info=True)
            run.error = str(error)
            if run.attempts > len(_RETRY_MINUTES):
                run.state = "failed"
                self._tell_owner(run)

    def _tell_owner(self, run):
        """Plan an activity for the owner: nobody would notice a mail that does not come."""
        owner = self.user_id if self.user_id.active else self.env.ref("base.user_admin")
        here = self.with_context(lang=owner.lang)
        here.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=owner.id,
            summary=here.env._("The report could not be sent"),
            note=run.error,
        )

    # === MAKING ===

    def _make_and_queue(self, run, recipients):
        """Make the report as its owner and queue a mail for each recipient.

        :param recipients: ``{normalized address: formatted address}``
        :raise UserError: the owner is gone, nobody is to get it, or it is too big
        """
        self.ensure_one()
        if not self.user_id.active:
            raise UserError(self.env._("The owner of the report is archived."))
        if not recipients:
            raise UserError(self.env._("None of the recipients has an e-mail address."))
        mine = self._as_owner()
        mine.env["caredesk.ticket"].check_access("read")
        body, count = mine._mail_body(run.due_at)
        attachments = self.env["ir.attachment"].create(
            [
                {"name": name, "raw": content, "res_model": run._name, "res_id": run.id}
                for name, content in mine._files(run.due_at)
            ]
        )
        values = {
            "subject": self.name if not run.is_test else mine.env._("Test: %s", self.name),
            "body_html": body,
            "email_from": self.company_id.email_formatted or self.user_id.email_formatted,
            "attachment_ids": [fields.Command.set(attachments.ids)],
            "auto_delete": False,
            "headers": repr({"Auto-Submitted": "auto-generated"}),
        }
        mails = self.env["mail.mail"].create(
            [{**values, "email_to": address} for address in recipients.values()]
        )
        run.write(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "error": False,
                "ticket_count": count,
                "recipients": ", ".join(recipients),
                "mail_ids": [fields.Command.set(mails.ids)],
                "attachment_ids": [fields.Command.set(attachments.ids)],
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _table_for(self, due, text_limit):
        return self.env["caredesk.report.reader"]._read_table(
            self._ticket_domain(due),
            self.column_ids,
            self.name,
            self._report_filters(due),
            text_limit,
        )

    def _mail_body(self, due):
        """Return the HTML of the mail and how many tickets it is about."""
        table = self._table_for(due, 120)
        rows = []
        for row in table.rows:  # to the end: the figures count every ticket
            if len(rows) < _ROWS_IN_MAIL:
                rows.append(row)
        labels = dict(self.env["caredesk.ticket"]._fields["state"]._description_selection(self.env))
        body = self.env["ir.qweb"]._render(
            "caredesk_ticket.mail_ticket_report",
            {
                "schedule": self,
                "table": table,
                "rows": rows,
                "states": [(labels[key], table.summary.states[key]) for key in labels],
                "cell_text": cell_text,
                "more": self._more_in_words(len(rows), table.count),
                "made": self.env._("Made on %(moment)s", moment=table.made),
            },
        )
        return body, table.count

    def _more_in_words(self, shown, count):
        """Return what the reader is told when the mail lists only some of the tickets."""
        if shown == count:
            return ""
        if self.attach_xlsx:
            return self.env._(
                "The first %(shown)s of %(count)s tickets; the attached Excel file has all of "
                "them.",
                shown=shown,
                count=count,
            )
        return self.env._("The first %(shown)s of %(count)s tickets.", shown=shown, count=count)

    def _files(self, due):
        """Yield name and content of each file to be attached."""
        export = self.env["caredesk.ticket.export"]
        if self.attach_xlsx:
            stream = io.BytesIO()
            write_xlsx(self._table_for(due, SHEET_TEXT), stream, self.env._("Tickets"))
            yield export._file_name("xlsx", self.name), stream.getvalue()
        on_paper = [extension for extension in ("docx", "pdf") if self[f"attach_{extension}"]]
        if not on_paper:
            return
        table = self._table_for(due, 400)
        if table.count > export._paper_rows():
            raise UserError(
                self.env._(
                    "%(count)s tickets are too many for Word and PDF. Attach Excel "
                    "instead, or choose a shorter period.",
                    count=table.count,
                )
            )
        table.rows = list(table.rows)  # read once for both
        for extension in on_paper:
            yield export._file_name(extension, self.name), export._on_paper(table, extension)[0]
