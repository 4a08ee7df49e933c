from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Hours Vietnam is ahead of UTC; it has no daylight saving time.
VIETNAM_HOURS = 7


class CaredeskZaloResponse(models.Model):
    """One wait of a customer: from his first unanswered message to our answer.

    The figures of the reports; written in passing, so that no report reads the messages.
    """

    _name = "caredesk.zalo.response"
    _description = "Response Time on Zalo"
    _order = "asked_at, id"
    _rec_name = "contact_id"

    contact_id = fields.Many2one(
        "caredesk.zalo.contact", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    oa_id = fields.Many2one(
        "caredesk.zalo.oa", "Official Account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        "Answered by",
        readonly=True,
        ondelete="set null",
        help="Empty: nobody yet, or a colleague in Zalo's own OA Manager.",
    )
    agent_id = fields.Many2one(related="contact_id.user_id", string="Agent")
    asked_at = fields.Datetime("Waiting Since", required=True, readonly=True)
    answered_at = fields.Datetime("Answered", readonly=True)
    hours = fields.Float("Response Time", readonly=True, aggregator="avg")
    hour = fields.Integer(
        "Hour of the Day", readonly=True, aggregator=False, help="In Vietnam, 0 to 23."
    )
    is_first = fields.Boolean(
        "First Response",
        readonly=True,
        help="The first wait of a conversation: since it began, or since it was opened again.",
    )
    conversations = fields.Integer(readonly=True, help="1 for the first wait of a conversation.")
    state = fields.Selection(
        [("waiting", "Waiting"), ("answered", "Answered"), ("closed", "Closed Unanswered")],
        required=True,
        readonly=True,
        default="waiting",
    )
    age = fields.Float("Waits", compute="_compute_age")

    _waiting_uniq = models.UniqueIndex(
        "(contact_id) WHERE state = 'waiting'", "This customer waits already."
    )
    _waiting_idx = models.Index("(asked_at, id) WHERE state = 'waiting'")
    _time_idx = models.Index("(company_id, asked_at)")
    _contact_idx = models.Index("(contact_id)")

    @api.depends("asked_at", "answered_at")
    def _compute_age(self):
        now = fields.Datetime.now()
        for row in self:
            row.age = ((row.answered_at or now) - row.asked_at).total_seconds() / 3600

    # === ACTIONS ===

    def action_open_conversation(self):
        """Open the conversation in which the customer waits."""
        self.ensure_one()
        return self.contact_id.action_open_conversation()

    # === BUSINESS ===

    @api.model
    def _asked(self, contact, moment):
        """Note that a customer waits from a moment on, unless he does already."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO %s (contact_id, oa_id, company_id, asked_at, hour, is_first,
                                   conversations, state, create_uid, create_date)
                   VALUES (%s, %s, %s, %s, %s, %s, %s, 'waiting', %s, %s)
                   ON CONFLICT (contact_id) WHERE state = 'waiting' DO NOTHING""",
                SQL.identifier(self._table),
                contact.id,
                contact.oa_id.id,
                contact.company_id.id,
                moment,
                (moment + timedelta(hours=VIETNAM_HOURS)).hour,
                not contact.is_in_talk,
                int(not contact.is_in_talk),
                self.env.uid,
                self.env.cr.now(),
            )
        )
        if self.env.cr.rowcount and not contact.is_in_talk:
            contact.is_in_talk = True

    @api.model
    def _answered(self, contact, user, moment=None):
        """Note that the customer waits no longer; an answer he did not wait for counts nothing.

        :param moment: when he was answered, if it was not now; if he has spoken since, he waits
            again
        """
        waiting = self.search([("contact_id", "=", contact.id), ("state", "=", "waiting")])
        if not waiting or (moment and moment < waiting.asked_at):
            return
        moment = moment or fields.Datetime.now()
        hours = max((moment - waiting.asked_at).total_seconds(), 0) / 3600
        waiting.write(
            {"answered_at": moment, "hours": hours, "user_id": user.id, "state": "answered"}
        )
        if contact._spoke_after(moment):
            waiting.flush_recordset()
            self._asked(contact, contact.last_customer_at)

    @api.model
    def _closed(self, contact):
        """Note that a conversation was closed: who waited there is not answered any more."""
        waiting = self.search([("contact_id", "=", contact.id), ("state", "=", "waiting")])
        waiting.write({"state": "closed"})
        contact.is_in_talk = False


class CaredeskZaloContact(models.Model):
    _inherit = "caredesk.zalo.contact"

    is_in_talk = fields.Boolean(
        readonly=True,
        export_string_translation=False,
        help="The customer wrote since the conversation was closed; else it begins anew.",
    )


class DiscussChannel(models.Model):
    """Where customers are answered."""

    _inherit = "discuss.channel"

    def _zalo_answered(self):
        result = super()._zalo_answered()
        contact_sudo = self.zalo_contact_id.sudo()  # figures of the system
        contact_sudo.env["caredesk.zalo.response"]._answered(contact_sudo, self.env.user)
        return result

    def _zalo_set_status(self, status, reason=False):
        result = super()._zalo_set_status(status, reason)
        if status == "closed":
            contact_sudo = self.zalo_contact_id.sudo()  # figures of the system
            contact_sudo.env["caredesk.zalo.response"]._closed(contact_sudo)
        return result
