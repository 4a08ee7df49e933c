from odoo import api, fields, models
from odoo.exceptions import UserError

#: How far a message is; it only ever climbs.
LADDER = ("queued", "sending", "sent", "delivered", "read")


class CaredeskZaloMessage(models.Model):
    """A message of ours on its way to a customer, and how far it got.

    A message that went out and whose answer was lost is uncertain: it may have arrived. It is
    never sent again by itself, only by the agent who decides so.
    """

    _name = "caredesk.zalo.message"
    _description = "Zalo Message"
    _order = "id desc"

    # identity
    contact_id = fields.Many2one(
        "caredesk.zalo.contact",
        "Customer",
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    oa_id = fields.Many2one(
        "caredesk.zalo.oa",
        "Official Account",
        compute="_compute_oa_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="oa_id.company_id")
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, ondelete="set null", index="btree_not_null"
    )
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="set null")
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("image", "Picture"),
            ("gif", "Moving Picture"),
            ("file", "File"),
            ("request_info", "Request for Information"),
        ],
        required=True,
        readonly=True,
    )
    text = fields.Text(readonly=True)
    quote_id = fields.Char(readonly=True, export_string_translation=False)
    zalo_message_id = fields.Char("Zalo Message ID", readonly=True)

    # state
    state = fields.Selection(
        [
            ("queued", "Pending"),
            ("sending", "Being Sent"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("failed", "Failed"),
            ("uncertain", "Perhaps Sent"),
        ],
        default="queued",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    next_try_at = fields.Datetime(readonly=True)
    queued_at = fields.Datetime(readonly=True, help="When an agent had it sent once more.")
    sending_at = fields.Datetime(readonly=True)
    error_code = fields.Integer(readonly=True)
    reason = fields.Char(readonly=True)

    _zalo_idx = models.UniqueIndex(
        "(oa_id, zalo_message_id) WHERE zalo_message_id IS NOT NULL",
        "This message of Zalo is known already.",
    )
    _queue_idx = models.Index("(id) WHERE state IN ('queued', 'sending')")

    @api.depends("contact_id.oa_id")
    def _compute_oa_id(self):
        for message in self.filtered("contact_id"):
            message.oa_id = message.contact_id.oa_id

    # === STATES ===

    @api.model
    def _of_zalo(self, account, zalo_message_ids):
        """Return the messages of an account that Zalo knows by these ids."""
        # An empty id would be all messages that Zalo does not know.
        known = list(filter(None, zalo_message_ids))
        return self.search([("oa_id", "=", account.id), ("zalo_message_id", "in", known)])

    @api.model
    def _under_way(self, contact):
        """Tell whether a message to a customer is out and its answer not stored yet."""
        domain = [("contact_id", "=", contact.id), ("state", "=", "sending")]
        return bool(self.search_count(domain, limit=1))

    def _advance(self, state):
        """Note how far messages got; a late word of an earlier step changes nothing."""
        step = LADDER.index(state)
        behind = self.filtered(
            lambda message: message.state not in LADDER or LADDER.index(message.state) < step
        )
        behind.write({"state": state, "reason": False, "error_code": False})
        behind.mail_message_id._zalo_push_state()

    # === ACTIONS ===

    def action_retry(self):
        """Send failed or uncertain messages once more: the agent decided so."""
        self.check_access("read")
        self.contact_id.channel_id.check_access("write")
        stuck = self.filtered(lambda message: message.state in ("failed", "uncertain"))
        if not stuck:
            raise UserError(self.env._("Only a message that failed can be sent again."))
        if any(contact.erased_at for contact in stuck.contact_id):
            raise UserError(self.env._("The customer of this conversation was deleted."))
        # sudo: messages are the system's; who may write in the conversation may repeat it
        stuck.sudo().write(
            {
                "state": "queued",
                "attempts": 0,
                "next_try_at": False,
                "queued_at": fields.Datetime.now(),
            }
        )
        stuck.mail_message_id._zalo_push_state()
        self._wake()

    @api.model
    def _wake(self):
        """Have the queue served right after this transaction."""
        self.env.ref("caredesk_zalo.ir_cron_outbox").sudo()._trigger()  # sudo: a system job
