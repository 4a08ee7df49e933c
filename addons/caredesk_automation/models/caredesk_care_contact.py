from odoo import models
from odoo.exceptions import UserError


class CaredeskCareHistory(models.Model):
    _inherit = "caredesk.care.history"

    # === ACTIONS: WHAT REACHES THE CUSTOMER ===

    def action_email(self):
        """Write to the customer; the mail and the answers stay in this entry's conversation."""
        self.ensure_one()
        self.check_access("write")
        if not self.partner_id.email:
            raise UserError(self.env._("%s has no mail address.", self.partner_id.name))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Email"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": self.template_id.id,
                "default_partner_ids": self.partner_id.ids,
                "default_subject": self.subject,
                "force_email": True,
            },
        }

    def action_sms(self):
        """Write an SMS to the customer; it is kept in this entry's conversation."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send SMS"),
            "res_model": "sms.composer",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_composition_mode": "comment",
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_recipient_single_number_itf": self.partner_id.phone_sanitized
                or self.partner_id.phone,
                "default_body": self.body or "",
                "default_number_field_name": "phone",
            },
        }

    def action_ticket(self):
        """Open a ticket for what the customer needs, or the one that was opened."""
        self.ensure_one()
        self.check_access("write")
        if not self.ticket_id:
            tickets = self.env["caredesk.ticket"].with_company(self.company_id)
            ticket = tickets.create(
                {
                    "name": self.subject or self.form_id.name,
                    "partner_id": self.partner_id.id,
                    "channel": "hotline" if self.action == "receive_call" else "other",
                    "description": self.body or self.result or self.subject,
                }
            )
            self.ticket_id = ticket
        return {
            "type": "ir.actions.act_window",
            "res_model": "caredesk.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
        }

    def action_save(self):
        """Confirm and, when it belongs to a task, finish that too."""
        self.action_confirm()
        for task in self.filtered(lambda one: one.state == "confirmed").task_id:
            if task.state in ("planned", "confirmed", "in_progress"):
                task.action_done(result=self[:1].result)
        return True

    # === MAIL HOOKS ===

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["partner_id"]

    def _phone_get_number_fields(self):
        return ["phone"]
