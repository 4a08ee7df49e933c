from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.mail_triage import loop_key
from .caredesk_rating_settings import DONE, STAGE
from .mail_job import number_of

#: Customers asked or reminded before the cron commits.
_BATCH = 50


class CaredeskRatingRequest(models.Model):
    """One thank-you mail with the question how satisfied the customer is.

    The row is written first, the mail after it; the database takes one row for a ticket, so no
    second worker and no second run asks again.
    """

    _name = "caredesk.rating.request"
    _description = "Rating Request"
    _order = "id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade", readonly=True)
    address_key = fields.Char(
        "Address",
        readonly=True,
        help="Address that was asked, in the form by which addresses are counted.",
    )
    remind_at = fields.Datetime("Reminder Planned", readonly=True)
    reminded_at = fields.Datetime("Reminded on", readonly=True)

    _once = models.UniqueIndex("(ticket_id)", "The customer of this ticket was asked already.")
    _address_idx = models.Index("(address_key, create_date)")
    _remind_idx = models.Index("(remind_at) WHERE remind_at IS NOT NULL")

    # === BUSINESS ===

    @api.model
    def _asked_at(self, ticket):
        """Return when the customer of ``ticket`` was asked, False when he was not."""
        return self.sudo().search([("ticket_id", "=", ticket.id)], limit=1).create_date

    @api.model
    def _stop_reminding(self, ticket):
        """Forget the reminder: the customer has answered."""
        requests_sudo = self.sudo()  # the system's own rows
        requests_sudo.search([("ticket_id", "=", ticket.id)]).write({"remind_at": False})

    @api.model
    def _claim(self, ticket, address):
        """Note that the customer is asked; empty when he was, or another time not long ago."""
        key, now = loop_key(address), fields.Datetime.now()
        pause = number_of(self.env, "rating_pause_days", 0)
        recent = [("address_key", "=", key), ("create_date", ">", now - timedelta(days=pause))]
        if pause and self.search_count(recent, limit=1):
            return self.browse()
        days = ticket.group_id.rating_reminder_days
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO caredesk_rating_request"
                " (ticket_id, address_key, remind_at, create_uid, create_date)"
                " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (ticket_id) DO NOTHING RETURNING id",
                ticket.id,
                key,
                now + timedelta(days=days) if days else None,
                self.env.uid,
                now,
            )
        )
        return self.browse(row[0] for row in rows)

    # === CRON ===

    @api.model
    def _cron_remind(self):
        """Cron: remind customers, once, who have not rated their tickets."""
        done, left = self._remind_due()
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    @api.model
    def _remind_due(self):
        """Remind a batch of customers; one that fails does not stop the others.

        :return: how many were looked at, and how many (at most a batch) are left
        """
        domain = [("remind_at", "<=", fields.Datetime.now())]
        due = self.search(domain, limit=_BATCH, order="remind_at").try_lock_for_update()
        self.env["caredesk.ticket"]._tell_each(due, type(self)._remind)
        due.write({"remind_at": False})
        return len(due), self.search_count(domain, limit=_BATCH)

    def _remind(self):
        self.ensure_one()
        ticket = self.ticket_id
        address = ticket._automatic_address()
        # Asked again only at the address that was asked before, and while he can still answer.
        if not address or loop_key(address) != self.address_key or ticket.rated_at:
            return
        if ticket._is_worth_rating() and ticket._rating_open_until():
            self.reminded_at = fields.Datetime.now()
            template = self.env.ref("caredesk_ticket.mail_template_rating_reminder")
            note = self.env._("The customer was reminded to rate this request.")
            ticket._send_rating_mail(template, address, note)


class CaredeskTicket(models.Model):
    """Asking the customer for a rating: when, and by which mail."""

    _inherit = "caredesk.ticket"

    rating_pending = fields.Boolean(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="The customer is to be asked how satisfied he or she is.",
    )

    _rating_pending_idx = models.Index("(id) WHERE rating_pending IS TRUE")

    # === BUSINESS ===

    def _after_completion(self):
        """Mark a ticket whose group asks for a rating when the work is done and checked."""
        group_sudo = self.group_id.sudo()  # a setting, not a secret
        if group_sudo.rating_moment == DONE and self.email_from and not self.is_check_pending:
            self.sudo()._own_code().write({"rating_pending": True})
        super()._after_completion()

    def _enter_stage(self):
        """Mark tickets that came to a stage in which their groups ask for a rating."""
        super()._enter_stage()
        asking_ids = self.env["caredesk.ticket.stage"]._ids_asking_rating()
        if not asking_ids:
            return
        # sudo: a setting of the group, not a secret
        marked = self.sudo().filtered(
            lambda ticket: (
                ticket.stage_id.id in asking_ids and ticket.group_id.rating_moment == STAGE
            )
        )
        marked._own_code().write({"rating_pending": True})

    def _is_worth_rating(self):
        """Tell whether it still makes sense to ask: not of what was reopened or cancelled."""
        self.ensure_one()
        if self.merged_into_id or self.state == "cancelled":
            return False
        return self.state == "done" or self.group_id.rating_moment == STAGE

    def _ask_for_rating(self):
        """Queue the thank-you mail, unless there is nobody a machine may write to."""
        self.ensure_one()
        address = self._automatic_address()
        if not address or self.rated_at or not self._is_worth_rating():
            return
        if not self.env["caredesk.rating.request"]._claim(self, address):
            return
        template = self.group_id.rating_template_id
        if template.model != self._name:
            template = self.env.ref("caredesk_ticket.mail_template_rating")
        note = self.env._("The customer was asked how satisfied he or she is.")
        self._send_rating_mail(template, address, note)

    def _send_rating_mail(self, template, address, note):
        """Queue ``template`` to the customer; on the ticket stands ``note`` in its place.

        Whoever reads the conversation is not to find the customer's own link in it.
        """
        mail_id = self._queue_template(template, address)
        mail_sudo = self.env["mail.mail"].sudo().browse(mail_id)  # queued by the system itself
        mail_sudo.write({"body": Markup("<p>%s</p>") % note})
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    # === CRON ===

    @api.model
    def _cron_ask_for_ratings(self):
        """Cron: ask the customers of finished tickets how satisfied they are."""
        done, left = self._ask_for_ratings()
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    @api.model
    def _ask_for_ratings(self):
        """Queue a batch of thank-you mails; one that fails does not stop the others.

        :return: how many were looked at, and how many (at most a batch) are left
        """
        domain = [("rating_pending", "=", True)]
        tickets = self.search(domain, limit=_BATCH, order="id").try_lock_for_update()
        for lang, those in tickets.grouped(lambda t: t.company_id.partner_id.lang).items():
            self._tell_each(those.with_context(lang=lang), type(tickets)._ask_for_rating)
        tickets._own_code().write({"rating_pending": False})
        return len(tickets), self.search_count(domain, limit=_BATCH)
