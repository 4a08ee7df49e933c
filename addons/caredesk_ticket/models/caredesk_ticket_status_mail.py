from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain.knowledge_text import plain_answer
from ..domain.states import next_state
from .batches import work_off

#: Letters of the request that a status mail quotes.
_QUOTED = 4000


class CaredeskTicket(models.Model):
    """Telling the customer how his request stands: by a button, or when the state changes."""

    _inherit = "caredesk.ticket"

    status_mail_pending = fields.Boolean(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="The state has changed; the customer is to be told by mail.",
    )
    request_text = fields.Text(
        "Content as Text",
        compute="_compute_request_text",
        exportable=False,
        help="What the customer wrote, without pictures, links and marks.",
    )

    _status_mail_idx = models.Index("(id) WHERE status_mail_pending IS TRUE")

    # === COMPUTE ===

    @api.depends("description")
    def _compute_request_text(self):
        for ticket in self:
            ticket.request_text = plain_answer(ticket.description)[:_QUOTED]

    # === ACTIONS ===

    def action_send_status(self):
        """Open a mail to the customer that says how the request stands, to be edited and sent.

        :raise UserError: there is nobody it could go to; as a message to nobody it would count
            as an answer
        """
        self.ensure_one()
        self.check_access("read")
        if not (self.email_from or self.partner_id.sudo().email):  # asked for, not shown
            raise UserError(
                self.env._(
                    "Nobody was told: ticket %(number)s has no customer with an e-mail address.",
                    number=self.number,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Status"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref("caredesk_ticket.mail_template_status").id,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "caredesk_quoted": True,
                "caredesk_number_only": self.state == "cancelled",
            },
        }

    # === BUSINESS ===

    def _transition(self, step, vals=None):
        """Mark the ticket when its group tells customers of the new state. One write for both.

        What the customer did himself he knows.
        """
        target = next_state(step, self.sudo().state)
        if target != self.sudo().state:
            states = self.env["caredesk.support.group"]._status_mail_states(self.sudo().group_id.id)
            tells = target in states and not self._is_by_customer()
            if tells or self.sudo().status_mail_pending:
                vals = {"status_mail_pending": tells, **(vals or {})}
        return super()._transition(step, vals)

    def _is_by_customer(self):
        """Tell whether it is the customer who takes the present step."""
        return self.env.user.share or bool(self.env.context.get("caredesk_by_customer"))

    # === CRON ===

    @api.model
    def _cron_send_status_mails(self):
        """Cron: mail customers the status of requests whose state has changed."""
        done, left = self._send_status_mails()
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    @api.model
    def _send_status_mails(self):
        """Queue a batch of status mails; one that fails does not stop the others.

        :return: how many were looked at, and how many (at most a batch) are left
        """
        return work_off(
            self,
            [("status_mail_pending", "=", True)],
            type(self)._send_status_mail,
            lambda batch: batch._own_code().write({"status_mail_pending": False}),
        )

    def _send_status_mail(self):
        """Queue the mail, unless there is nobody a machine may write to."""
        self.ensure_one()
        address = self._automatic_address()
        if not address or self.merged_into_id:  # its customer is told where it goes on
            return
        self._queue_template(self.env.ref("caredesk_ticket.mail_template_status"), address)
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
