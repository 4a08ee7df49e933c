from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.caredesk_ticket.models.batches import work_off

from ..zalo_client import bodies
from .caredesk_zalo_notice import LINK

#: Days it matters who was told of what.
KEPT_DAYS = 180
GC_LIMIT = 1000


class CaredeskZaloNoticeJob(models.Model):
    """A customer who is to be told of his ticket: written with the step, told by a worker."""

    _name = "caredesk.zalo.notice.job"
    _description = "Zalo Notice to Send"
    _order = "id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "caredesk.ticket", required=True, readonly=True, ondelete="cascade", index=True
    )
    notice_id = fields.Many2one(
        "caredesk.zalo.notice", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id")
    state = fields.Selection(
        [("pending", "Pending"), ("told", "Told"), ("skipped", "Not Told")],
        default="pending",
        required=True,
        readonly=True,
    )
    way = fields.Selection(
        [("chat", "Conversation"), ("template", "Template"), ("email", "E-mail")], readonly=True
    )
    reason = fields.Char(readonly=True)
    has_mail = fields.Boolean(
        readonly=True, help="The group would have written an e-mail; it does if Zalo fails."
    )

    _pending_idx = models.Index("(id) WHERE state = 'pending'")

    # === BUSINESS ===

    @api.model
    def _plan(self, tickets, moment):
        """Have the customers of these tickets told, where their accounts say so."""
        notices = self.env["caredesk.zalo.notice"]._of(tickets, moment)
        if not notices:
            return
        # A customer who is told on Zalo is not written to as well; the mail steps in if Zalo fails.
        mailed = tickets.filtered(lambda one: one in notices and one.status_mail_pending)
        self.sudo().create(  # sudo: the system's own rows
            [
                {"ticket_id": one.id, "notice_id": notice.id, "has_mail": one in mailed}
                for one, notice in notices.items()
            ]
        )
        mailed._own_code().write({"status_mail_pending": False})
        self.env.ref("caredesk_zalo.ir_cron_notices").sudo()._trigger()  # sudo: a system job

    @api.model
    def _cron_tell(self):
        """Cron: tell customers of their tickets."""
        done, left = work_off(
            self,
            [("state", "=", "pending")],
            type(self)._tell,
            lambda batch: batch.filtered(lambda job: job.state == "pending").write(
                {"state": "skipped"}
            ),
        )
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    def _tell(self):
        """Tell one customer; a ticket that has moved on meanwhile is told of by its own job."""
        ticket, notice = self.ticket_id, self.notice_id
        if notice.moment not in ("created", ticket.state) or ticket.merged_into_id:
            self.write({"state": "skipped", "reason": self.env._("The ticket has moved on.")})
            return
        way, _row, reason = notice._tell(ticket)
        if not way and self.has_mail and ticket._automatic_address():
            ticket._send_status_mail()
            way = "email"
        self.write({"state": "told" if way else "skipped", "way": way, "reason": reason})
        if not way:
            ticket._message_log(body=self.env._("The customer was not told on Zalo: %s", reason))

    @api.autovacuum
    def _gc(self):
        """Forget who was told long ago."""
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        old = self.search(
            [("state", "!=", "pending"), ("create_date", "<", before)], limit=GC_LIMIT, order="id"
        )
        old.unlink()
        return len(old), len(old) == GC_LIMIT


class CaredeskZaloMessage(models.Model):
    """Notices with a link leave with the link in them; one that fails becomes an e-mail."""

    _inherit = "caredesk.zalo.message"

    is_mailed = fields.Boolean(
        readonly=True,
        export_string_translation=False,
        help="An e-mail went out in place of this notice; sending it again brings no second one.",
    )

    def _fail(self, reason, code):
        super()._fail(reason, code)
        notices = self.filtered(
            lambda one: one.notice_id and one.link_ticket_id and not one.is_mailed
        )
        self.env["caredesk.ticket"]._tell_each(notices, type(self)._mail_instead)

    def _mail_instead(self):
        """Write the e-mail in place of a notice that Zalo did not take."""
        ticket = self.link_ticket_id
        if not ticket._automatic_address():
            return
        self.is_mailed = True
        if self.notice_id.moment == "rating":
            ticket._mail_rating_request()
        elif self.env["caredesk.zalo.notice.job"].search_count(
            [
                ("ticket_id", "=", ticket.id),
                ("notice_id", "=", self.notice_id.id),
                ("has_mail", "=", True),
            ],
            limit=1,
        ):
            ticket._send_status_mail()

    def _send_with(self, client):
        if self.kind == "text" and self.link_ticket_id and LINK in (self.text or ""):
            return client.messages.send(
                self.contact_id.zalo_user_id, bodies.text(self._outgoing_text())
            )
        return super()._send_with(client)
