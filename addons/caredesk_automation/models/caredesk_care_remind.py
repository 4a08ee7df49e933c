import logging

from odoo import api, fields, models

from odoo.addons.caredesk_ticket.models.batches import work_off

_logger = logging.getLogger(__name__)


class CaredeskCareTask(models.Model):
    _inherit = "caredesk.care.task"

    @api.model
    def _cron_remind(self):
        """Cron: remind the assignees of tasks whose reminder time has come."""
        done, left = self._remind_due()
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    @api.model
    def _remind_due(self):
        """Remind of a batch of due tasks; return how many, and how many (at most a batch) wait."""
        due = [
            ("remind_at", "<=", fields.Datetime.now()),
            ("reminded", "!=", True),
            ("state", "in", ("planned", "confirmed")),
        ]
        return work_off(self, due, type(self)._remind, type(self)._mark_reminded, "remind_at, id")

    def _mark_reminded(self):
        self.write({"reminded": True})

    def _remind(self):
        """Put the task among the activities of each assignee; by mail and SMS where wished."""
        self.ensure_one()
        day = fields.Date.context_today(
            self.with_context(tz=self.user_id.tz or self.company_id.partner_id.tz), self.date_start
        )
        # In the app only: mails are sent where the task wishes them.
        quiet = self.with_context(mail_activity_quick_update=True)
        for user in self.user_ids:
            quiet.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=day,
                summary=self.name,
                user_id=user.id,
            )
        if self.notify_email:
            self._remind_by_mail()
        if self.notify_sms:
            self._remind_by_sms()

    def _remind_by_mail(self):
        template = self.env.ref("caredesk_automation.mail_template_care_reminder")
        for user in self.user_ids.filtered("email"):
            template.send_mail(
                self.id,
                email_values={"recipient_ids": [(6, 0, user.partner_id.ids)], "email_to": False},
            )

    def _remind_by_sms(self):
        """Queue an SMS to each assignee with a number; Odoo's SMS queue sends it."""
        for user in self.user_ids.filtered(lambda one: one.partner_id.phone_sanitized):
            self.env["sms.sms"].create(
                {
                    "number": user.partner_id.phone_sanitized,
                    "partner_id": user.partner_id.id,
                    "body": self.env._(
                        "%(task)s: %(customer)s, %(when)s",
                        task=self.name,
                        customer=self.partner_id.name,
                        when=fields.Datetime.context_timestamp(
                            self.with_context(tz=user.tz), self.date_start
                        ).strftime("%d/%m %H:%M"),
                    ),
                }
            )
