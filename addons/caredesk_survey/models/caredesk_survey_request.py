from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize

from odoo.addons.caredesk_ticket.models.batches import work_off

from .survey_survey import CUSTOMER_KINDS

#: Days a customer is left alone after an invitation, and days an invitation can be answered.
PAUSE_DAYS = 30
ANSWER_DAYS = 14


class CaredeskSurveyRequest(models.Model):
    """One invitation by itself: once a completed ticket, not too often a customer.

    The row is written when the ticket is completed, or by whatever else calls for it; a scheduled
    action sends, so that nobody who completes a ticket waits for mail or SMS, and nothing is sent
    twice. Invitations that people send are noted too: they count for the pause.
    """

    _name = "caredesk.survey.request"
    _description = "Survey Invitation"
    _order = "id desc"
    _rec_name = "survey_id"

    ticket_id = fields.Many2one("caredesk.ticket", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_from_ticket",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    survey_id = fields.Many2one("survey.survey", required=True, readonly=True, ondelete="cascade")
    state = fields.Selection(
        [("pending", "Waiting"), ("sent", "Sent"), ("skipped", "Not Sent")],
        default="pending",
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    customer_key = fields.Char(readonly=True, export_string_translation=False)
    sent_at = fields.Datetime("Sent on", readonly=True)
    user_input_id = fields.Many2one(
        "survey.user_input", string="Invitation", readonly=True, index="btree_not_null"
    )
    by_hand = fields.Boolean("Sent by Hand", readonly=True)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_from_ticket",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )

    _once = models.UniqueIndex("(ticket_id)", "The customer of this ticket was invited already.")
    _pending_idx = models.Index("(id) WHERE state = 'pending'")
    _customer_idx = models.Index("(customer_key, sent_at) WHERE state = 'sent'")

    # === COMPUTE ===

    @api.depends("ticket_id")
    def _compute_from_ticket(self):
        """Note whose ticket it was; what is not about a ticket is created with both."""
        for request in self.filtered("ticket_id"):
            request.partner_id = request.ticket_id.partner_id
            request.company_id = request.ticket_id.company_id

    # === BUSINESS ===

    @api.model
    def _ask_after(self, ticket, survey):
        """Note that the customer of ``ticket`` is to be invited to ``survey``, once."""
        self.env.execute_query(
            SQL(
                "INSERT INTO caredesk_survey_request (ticket_id, partner_id, company_id, survey_id,"
                " state, create_uid, create_date)"
                " VALUES (%s, %s, %s, %s, 'pending', %s, now() AT TIME ZONE 'UTC')"
                " ON CONFLICT (ticket_id) DO NOTHING RETURNING id",
                ticket.id,
                ticket.partner_id.id or None,
                ticket.company_id.id,
                survey.id,
                self.env.uid,
            )
        )
        self._wake()

    @api.model
    def _ask_customer(self, partner, survey, company):
        """Note that ``partner`` is to be invited to ``survey``, for no ticket."""
        self.create({"partner_id": partner.id, "survey_id": survey.id, "company_id": company.id})
        self._wake()

    @api.model
    def _note_by_hand(self, entries):
        """Note that customers were invited by somebody's hand, as the pause is to know."""
        asked = entries.filtered(lambda entry: entry.survey_id.survey_type in CUSTOMER_KINDS)
        self.create(
            [
                {
                    "partner_id": entry.partner_id.id,
                    "survey_id": entry.survey_id.id,
                    "company_id": (entry.company_id or self.env.company).id,
                    "state": "sent",
                    "by_hand": True,
                    "sent_at": fields.Datetime.now(),
                    "customer_key": self._customer_key(entry.partner_id, entry.email),
                    "user_input_id": entry.id,
                }
                for entry in asked
            ]
        )

    @api.model
    def _wake(self):
        # sudo: wakes the scheduled action
        self.env.ref("caredesk_survey.ir_cron_request").sudo()._trigger()

    def _send(self):
        """Invite the customer, or note why not."""
        self.ensure_one()
        obstacle = self._obstacle()
        if obstacle:
            self.write({"state": "skipped", "reason": obstacle})
            return
        ticket, survey = self.ticket_id, self.survey_id
        days = survey._setting("answer_days", ANSWER_DAYS)
        # sudo: the cron's own work; the firm's setting says that customers are invited
        entry = survey.sudo()._create_answer(
            partner=self._customer(),
            email=ticket and ticket._automatic_address(),
            check_attempts=False,
            ticket_id=ticket.id,
            company_id=self.company_id.id,
            deadline=days and fields.Datetime.now() + timedelta(days=days),
        )
        if ticket and not entry.email:
            entry.email = ticket._automatic_address()  # the customer's record has none
        sent = entry._invite_by(survey.invite_channel)
        if not sent:
            entry.unlink()
            self._note_unreachable()
            return
        self.write(
            {
                "state": "sent",
                "reason": False,
                "sent_at": fields.Datetime.now(),
                "customer_key": self._key(),
                "user_input_id": entry.id,
            }
        )

    def _note_unreachable(self):
        """Note that the customer was not invited: the pause counts for nobody who got nothing."""
        reason = self.env._("The customer has neither address nor phone number.")
        self.write({"state": "skipped", "reason": reason})

    def _obstacle(self):
        """Return why the customer must not be invited now, empty when nothing speaks against."""
        self.ensure_one()
        ticket = self.ticket_id
        if ticket and (ticket.merged_into_id or ticket.state != "done"):
            return self.env._("The ticket is no longer done.")
        if not self.survey_id.active or self.survey_id.is_template:
            return self.env._("The survey is closed.")
        keys = self._known_keys()
        if not keys:
            return self.env._("The customer has neither address nor phone number.")
        days = self.survey_id._setting("pause_days", PAUSE_DAYS)
        since = fields.Datetime.now() - timedelta(days=days)
        recent = [("customer_key", "in", keys), ("state", "=", "sent"), ("sent_at", ">", since)]
        if days and self.search_count(recent, limit=1):
            return self.env._("The customer was invited not long ago.")
        return ""

    def _key(self):
        """Return by what the customer of this row is known again."""
        customer = self._customer()
        return self._customer_key(customer, not customer and self.ticket_id._automatic_address())

    def _known_keys(self):
        """Return by what the customer may have been invited: he may have been an address before."""
        tickets = self.ticket_id  # one, or none for who is invited by a rule
        addresses = [self._customer().email, *(one._automatic_address() for one in tickets)]
        keys = {self._key(), *(self._customer_key(None, address) for address in addresses)}
        return sorted(keys - {""})

    @api.model
    def _customer_key(self, customer, address):
        """Return by what a customer is known again: the record, or else the address."""
        if customer:
            return f"partner-{customer.commercial_partner_id.id}"
        return email_normalize(address or "") or ""

    def _customer(self):
        """Return who is invited: the ticket's customer as it is by now."""
        return self.ticket_id.partner_id or self.partner_id

    # === CRON ===

    @api.model
    def _cron_send(self):
        """Cron: invite the customers of completed tickets."""

        def settle(batch):
            # What failed is not tried for ever; the log has the reason.
            failed = batch.filtered(lambda row: row.state == "pending")
            failed.write({"state": "skipped", "reason": self.env._("An error occurred.")})

        done, left = work_off(self, [("state", "=", "pending")], type(self)._send, settle)
        self.env["ir.cron"]._commit_progress(done, remaining=left)
