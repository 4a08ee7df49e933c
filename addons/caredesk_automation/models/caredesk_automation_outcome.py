from odoo import api, models

from .caredesk_automation_log import QUEUED

#: What a notification says when its mail or SMS will not arrive.
_FAILED = ("exception", "bounce")
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


class CaredeskAutomationLog(models.Model):
    """What became of mails and SMS after the rules had handed them to their queues."""

    _inherit = "caredesk.automation.log"

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
                ("channel", "in", [*QUEUED]),
            ]
        )
        if not lines:
            return
        told = {(one.mail_message_id, one.res_partner_id, one.notification_type): one
                for one in notices}  # fmt: skip
        for line in lines:
            if notice := told.get((line.message_id, line.partner_id, QUEUED[line.channel])):
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
