from odoo import api, fields, models
from odoo.fields import Domain

#: What people and customers say to each other, wherever it was said; no log lines, no notices.
SPOKEN = ("comment", "email", "email_outgoing", "sms", "snailmail", "auto_comment")
#: Models with a customer whose conversations belong to him, if they are installed.
_OF_CUSTOMER = {
    "caredesk.ticket": "partner_id",
    "crm.lead": "partner_id",
    "sale.order": "partner_id",
    "calendar.event": "partner_ids",
    "discuss.channel": "channel_partner_ids",
}
#: Records of a customer's family that are looked through, the newest of each model.
_NEWEST = 1000


class MailMessage(models.Model):
    """What was said with a customer, found in one place wherever it was said."""

    _inherit = "mail.message"

    caredesk_partner_id = fields.Many2one(
        "res.partner",
        string="Customer of Conversation",
        compute="_compute_caredesk_partner_id",
        search="_search_caredesk_partner_id",
        export_string_translation=False,
        help="For searching: what was said with a customer and the contacts below, anywhere.",
    )

    def _compute_caredesk_partner_id(self):
        self.caredesk_partner_id = False

    @api.model
    def _search_caredesk_partner_id(self, operator, value):
        """Find what the customers wrote, and what was said on records that are theirs.

        mail.message itself leaves out what the user may not read.
        """
        if operator != "in":
            return NotImplemented
        partners = self.env["res.partner"].with_context(active_test=False)
        family_ids = partners.search([("id", "child_of", list(value))]).ids
        domain = Domain("author_id", "in", family_ids)
        domain |= Domain("model", "=", "res.partner") & Domain("res_id", "in", family_ids)
        for model, field in _OF_CUSTOMER.items():
            if model not in self.env or not self.env[model].has_access("read"):
                continue
            records = self.env[model].with_context(active_test=False)
            theirs = records.search([(field, "in", family_ids)], order="id desc", limit=_NEWEST)
            # Ids, not a query: so PostgreSQL reads the messages by their index.
            domain |= Domain("model", "=", model) & Domain("res_id", "in", theirs.ids)
        spoken = Domain("message_type", "in", SPOKEN)
        return domain & (spoken | Domain("mail_activity_type_id", "!=", False))
