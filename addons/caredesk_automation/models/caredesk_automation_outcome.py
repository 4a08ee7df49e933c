from odoo import api, fields, models

from ..domain.occasions import retry_at

#: What a notification says when its mail or SMS will not arrive.
_FAILED = ("exception", "bounce")
#: Mails put back into the queue before the worker commits.
_BATCH = 50
#: Why a mail failed that failed for all others too.
_UNREACHED = "mail_smtp"
#: What it says when the mail or SMS went out.
_SENT = ("process", "pending", "sent")


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        result = super().write(vals)
        status = vals.get("notification_status")
        if status in _FAILED or status in _SENT:
            # sudo: the log of the rules, written by whatever sends mails and SMS
            self.env["caredesk.automation.log"].sudo()._follow(self, status in _FAILED)
        return result


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Have mails of rules tried again when the mail server could not be reached."""
        result = super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
        if failure_type == _UNREACHED:
            # sudo: the log of the rules, written by whatever sends mails
            self.env["caredesk.automation.log"].sudo()._plan_retry(self)
        return result


class CaredeskAutomationLog(models.Model):
    """What became of mails and SMS after the rules had handed them to their queues."""

    _inherit = "caredesk.automation.log"

    attempts = fields.Integer("Failed Attempts", readonly=True)
    retry_at = fields.Datetime("Sent Again at", readonly=True)

    _retry_idx = models.Index("(retry_at) WHERE retry_at IS NOT NULL")

    @api.model
    def _plan_retry(self, mails):
        """Plan when mails of rules are sent again, some minutes later each time.

        Odoo gives a mail up when it does not reach the mail server: an outage of a few minutes
        would cost the birthday greetings of the day.
        """
        lines = self.search(
            [("message_id", "in", mails.mail_message_id.ids), ("channel", "=", "email")]
        )
        now, worker = fields.Datetime.now(), self.env.ref("caredesk_automation.ir_cron_run")
        for line in lines:
            line.attempts += 1
            line.retry_at = retry_at(now, line.attempts)
        for moment in set(lines.mapped("retry_at")) - {False}:
            worker._trigger(at=moment)

    @api.model
    def _retry_batch(self):
        """Put a batch of mails back into Odoo's queue; return how many lines were dealt with.

        Not before their time: a rule may be stopped in the meantime.
        """
        due = self.search([("retry_at", "<=", fields.Datetime.now())], limit=_BATCH)
        lines = due.try_lock_for_update()
        again = lines.filtered(lambda line: line.run_id and not line.run_id._is_stopped())
        mails = self.env["mail.mail"].search(
            [("mail_message_id", "in", again.message_id.ids), ("state", "=", "exception")]
        )
        lines.retry_at = False
        if mails:
            mails.mark_outgoing()
            self.env["caredesk.automation.message"]._wake_mail_queue()
        return len(lines)

    @api.model
    def _follow(self, notices, is_failed):
        """Correct the lines about mails and SMS that turned out refused, or went out after all.

        One search on the index of the messages, most of which are no rule's.
        """
        # Lines of what a rule refused itself have no message: they stay failed.
        lines = self.search(
            [
                ("message_id", "in", notices.mail_message_id.ids),
                # Odoo says «failed» twice: before it knows the reason, and with it.
                ("state", "in", ("sent", "failed") if is_failed else ("failed",)),
                ("channel", "in", ("email", "sms")),
            ]
        )
        if not lines:
            return
        told = {(one.mail_message_id, one.res_partner_id, one.notification_type): one
                for one in notices}  # fmt: skip
        for line in lines:
            if notice := told.get((line.message_id, line.partner_id, line.channel)):
                reason = line._reason_of(notice) if is_failed else False
                line.write({"state": "failed" if is_failed else "sent", "reason": reason})
        # Odoo says «failed» before it hands a mail over, «sent» after it: who is in the way of
        # this line is met now, not when the mail is out and would go out once more.
        lines.flush_recordset()

    def _reason_of(self, notice):
        """Return why a mail or SMS did not arrive, in the language of who is in charge."""
        env = self.with_context(lang=self.rule_id.user_id.lang).env
        labels = dict(notice._fields["failure_type"]._description_selection(env))
        known = notice.failure_type if notice.failure_type != "unknown" else False
        return labels.get(known) or notice.failure_reason or labels["unknown"]
