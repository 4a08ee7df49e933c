from odoo import api, fields, models

from ..domain.occasions import retry_at
from .caredesk_automation_log import QUEUED

#: Lines whose mails and SMS are put back into their queues before the worker commits.
_BATCH = 50
#: Why a mail or an SMS failed that failed for all others too.
_UNREACHED = ("mail_smtp", "sms_server")


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
        if failure_type in _UNREACHED:
            # sudo: the log of the rules, written by whatever sends mails
            self.env["caredesk.automation.log"].sudo()._plan_retry(self.mail_message_id, "email")
        return result


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _handle_call_result_hook(self, results):
        """Have SMS of rules tried again when the gateway could not be reached.

        Not where it has no credit: somebody has to pay first.
        """
        result = super()._handle_call_result_hook(results)
        unreached = self.filtered(lambda sms: sms._is_failed() and sms.failure_type in _UNREACHED)
        if unreached:
            # sudo: the log of the rules, written by whatever sends SMS
            logs_sudo = self.env["caredesk.automation.log"].sudo()
            logs_sudo._plan_retry(unreached.mail_message_id, "sms")
        return result

    def _is_failed(self):
        """Tell whether an SMS failed and is still there to be sent again."""
        return self.state == "error" and not self.to_delete


class CaredeskAutomationLog(models.Model):
    """Sending again what rules had handed to the queues and did not get out."""

    _inherit = "caredesk.automation.log"

    attempts = fields.Integer("Failed Attempts", readonly=True)
    retry_at = fields.Datetime("Sent Again at", readonly=True)

    _retry_idx = models.Index("(retry_at) WHERE retry_at IS NOT NULL")

    # === ACTIONS ===

    def action_send_again(self):
        """Put failed mails and SMS back into their queues at once; say how many, or why none."""
        rules = self.rule_id
        rules.check_access("write")
        # sudo: log and queues are the system's; the right to write the rule was checked
        failed_sudo = self.sudo().filtered(lambda line: line.state == "failed")
        again_sudo = failed_sudo._queue_again()
        again_sudo.write({"attempts": 0, "retry_at": False})
        if again_sudo:
            words = self.env._(
                "%(count)s of %(all)s are sent again.", count=len(again_sudo), all=len(self)
            )
            return rules._notify_user(words)
        if not failed_sudo:
            words = self.env._("Choose lines that failed: only these are sent again.")
        else:
            words = self.env._(
                "There is nothing to send again: only an e-mail or SMS that failed on its way is. "
                "What was refused before goes out by «Try Again» under «Waiting Messages», filter "
                "«Failed», when the reason is mended."
            )
        return rules._notify_user(words, kind="warning")

    # === BUSINESS ===

    @api.model
    def _plan_retry(self, messages, kind):
        """Plan when mails or SMS of rules are sent again, some minutes later each time.

        Odoo gives up what does not reach the mail server or the gateway: an outage of a few
        minutes would cost the birthday greetings of the day.

        :param kind: ``email`` or ``sms``
        """
        lines = self.search([("message_id", "in", messages.ids), ("channel", "in", _by(kind))])
        now, worker = fields.Datetime.now(), self.env.ref("caredesk_automation.ir_cron_run")
        for line in lines:
            line.attempts += 1
            again = retry_at(now, line.attempts)
            line.retry_at = again and line.rule_id._after_quiet(again)
        for moment in set(lines.mapped("retry_at")) - {False}:
            worker._trigger(at=moment)

    @api.model
    def _retry_batch(self):
        """Put a batch back into Odoo's queues; return how many lines were dealt with.

        Not before their time: a rule may be stopped in the meantime.
        """
        now = fields.Datetime.now()
        lines = self.search([("retry_at", "<=", now)], limit=_BATCH).try_lock_for_update()
        lines.retry_at = False
        again = lines.filtered(lambda line: line.run_id and not line.run_id._is_stopped())
        for rule, some in again.grouped("rule_id").items():
            morning = rule._after_quiet(now)
            if morning > now:  # the worker comes late
                some.retry_at = morning
            else:
                some._queue_again()
        return len(lines)

    def _queue_again(self):
        """Put what failed back into Odoo's queues, nothing twice; return the lines it was of."""
        lines = self.filtered(lambda line: line.channel in QUEUED and not line._is_unwanted())
        messages = lines._queue_mails_again() | lines._queue_sms_again()
        again = lines.filtered(lambda line: line.message_id in messages)
        for line in again:
            line.recipient = line._address() or line.recipient
        return again

    def _is_unwanted(self):
        """Tell whether the recipient has opted out since, and note it."""
        here = self.with_context(lang=self.rule_id.user_id.lang)
        reason = here.partner_id._caredesk_refusal(self.channel)
        if reason:
            self.reason = reason
        return bool(reason)

    def _address(self):
        """Return where the recipient is reached now: the address may have been mended."""
        partner = self.partner_id
        if self.channel == "email":
            return partner.email_normalized
        return self.channel == "sms" and partner and partner._phone_format(fname="phone")

    def _messages_by(self, kind):
        return self.filtered(lambda line: line.channel in _by(kind)).message_id

    def _queue_mails_again(self):
        """Return the messages whose mails wait to be sent again."""
        failed = [
            ("mail_message_id", "in", self._messages_by("email").ids),
            ("state", "=", "exception"),
        ]
        mails = self.env["mail.mail"].search(failed)
        if mails:
            mails.mark_outgoing()
            notices = mails.mail_message_id.notification_ids
            notices.filtered(lambda notice: notice.mail_mail_id in mails).write(
                {"notification_status": "ready", "failure_type": False, "failure_reason": False}
            )
            self.env["caredesk.automation.message"]._wake_mail_queue()
        return mails.mail_message_id

    def _queue_sms_again(self):
        """Return the messages whose SMS wait to be sent again."""
        lines = {line.message_id: line for line in self if line.channel == "sms"}
        failed = [("mail_message_id", "in", self._messages_by("sms").ids), ("state", "=", "error")]
        texts = self.env["sms.sms"].search(failed).filtered(lambda sms: sms._is_failed())
        for sms in texts:
            sms.number = lines[sms.mail_message_id]._address() or sms.number
        if texts:
            texts.action_set_outgoing()
            self.env.ref("sms.ir_cron_sms_scheduler_action").sudo()._trigger()  # a system job
        return texts.mail_message_id


def _by(kind):
    """Return the channels whose messages wait in the queue of mails, or in that of SMS."""
    return [channel for channel, queue in QUEUED.items() if queue == kind]
