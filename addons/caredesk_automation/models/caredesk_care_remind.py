import logging

from odoo import api, fields, models

from odoo.addons.caredesk_ticket.models.batches import work_off

from .caredesk_care_task import OPEN

_logger = logging.getLogger(__name__)


class CaredeskCareTask(models.Model):
    _inherit = "caredesk.care.task"

    @api.model_create_multi
    def create(self, vals_list):
        """Tell people of tasks given to them, where the tasks wish it."""
        tasks = super().create(vals_list)
        for task in tasks.filtered(lambda one: one.notify_email or one.notify_sms):
            task._tell_given(task.user_ids)
        return tasks

    def write(self, vals):
        """Tell people of tasks given to them later, where the tasks wish it."""
        if self._moves_start_alone(vals):
            return super().write(vals)  # comes back for each task, whole, and is told then
        told = {}
        if vals.keys() & {"user_ids", "notify_email", "notify_sms"}:
            told = {task: task._wishes() for task in self}
        if "date_start" in vals:
            self._take_reminders(self.user_ids)  # they come again, before the new start
        result = super().write(vals)
        for task, (people, by_mail, by_sms) in told.items():
            new_ways = (task.notify_email and not by_mail) or (task.notify_sms and not by_sms)
            task._tell_given(task.user_ids if new_ways else task.user_ids - people)
            task.sudo()._hand_on_reminder(people)  # written above, and perhaps given away with it
        return result

    def _wishes(self):
        return self.user_ids, self.notify_email, self.notify_sms

    def _tell_given(self, people):
        """Tell people by mail and SMS that they were given the task; the reminder comes later.

        Nobody is told what he did himself, nor twice where the reminder is due at once.
        """
        if self.state not in OPEN or not self.remind_at:
            return
        others = people - self.env.user
        if others and self.remind_at > fields.Datetime.now():
            self._notify_people(others)

    def _notify_people(self, people):
        if self.notify_email:
            self._remind_by_mail(people)
        if self.notify_sms:
            self._remind_by_sms(people)

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

    def _hand_on_reminder(self, former):
        """Give the reminder of those who did it before to those who do it now."""
        self._take_reminders(former - self.user_ids)
        if self.reminded and self.state in OPEN:
            self._put_reminders(self.user_ids - former)

    def _take_reminders(self, people):
        """Take the reminders of these tasks off the to-dos of people; what they noted stays."""
        tasks = self.filtered("reminded")
        if tasks and people:
            # sudo: the reminders are the system's; whoever gives the task to others moves them
            tasks.sudo().activity_search(
                ["mail.mail_activity_data_todo"], additional_domain=[("user_id", "in", people.ids)]
            ).unlink()

    def _put_reminders(self, people):
        """Put the task among the to-dos of people, in the app only."""
        self.ensure_one()
        day = fields.Date.context_today(
            self.with_context(tz=self.user_id.tz or self.company_id.partner_id.tz), self.date_start
        )
        # Mails are sent where the task wishes them.
        quiet = self.with_context(mail_activity_quick_update=True)
        for user in people:
            quiet.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=day,
                summary=self.name,
                user_id=user.id,
            )

    def _remind(self):
        """Put the task among the to-dos of each assignee; by mail and SMS where wished."""
        self.ensure_one()
        self._put_reminders(self.user_ids)
        self._notify_people(self.user_ids)

    def _remind_by_mail(self, people):
        # sudo: the text is the system's, the people are those of the task
        template_sudo = self.env.ref("caredesk_automation.mail_template_care_reminder").sudo()
        for user in people.filtered("email"):
            template_sudo.send_mail(
                self.id,
                email_values={"recipient_ids": [(6, 0, user.partner_id.ids)], "email_to": False},
            )

    def _remind_by_sms(self, people):
        """Queue an SMS to each of them with a number; Odoo's SMS queue sends it."""
        queue_sudo = self.env["sms.sms"].sudo()  # sudo: a text of ours to people of the task
        for user in people.filtered(lambda one: one.partner_id.phone_sanitized):
            queue_sudo.create(
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
