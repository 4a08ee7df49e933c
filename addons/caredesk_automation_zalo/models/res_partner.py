from odoo import api, models
from odoo.tools import SQL

from odoo.addons.caredesk_automation.models.contact_sources import ContactSource

#: What is said in a conversation, but for what rules say: the scheduled actions are user 1, and
#: what they hand on from customers has a guest as its author.
_IN_CONVERSATION = ContactSource(
    "mail_message",
    "contact.partner_id",
    "source.date",
    "source.model = 'discuss.channel' AND source.message_type = 'comment'"
    " AND (source.author_guest_id IS NOT NULL OR source.create_uid <> 1)",
    "JOIN caredesk_zalo_contact contact ON contact.channel_id = source.res_id",
)
#: Templates that somebody sent by hand.
_BY_TEMPLATE = ContactSource(
    "caredesk_zalo_message",
    "COALESCE(contact.partner_id, partner.id)",
    "source.create_date",
    "source.kind = 'template' AND source.create_uid <> 1",
    "LEFT JOIN caredesk_zalo_contact contact ON contact.id = source.contact_id"
    " LEFT JOIN res_partner partner ON source.res_model = 'res.partner'"
    " AND partner.id = source.res_id",
)


class ResPartner(models.Model):
    """Conversations on Zalo are contact with the customer too."""

    _inherit = "res.partner"

    @api.model
    def _contact_sources(self):
        own = {"said_on_zalo": _IN_CONVERSATION, "zalo_template": _BY_TEMPLATE}
        return super()._contact_sources() | own


class CaredeskZaloContact(models.Model):
    _inherit = "caredesk.zalo.contact"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("partner_id"):
            self._note_what_was_said()
        return result

    def _note_what_was_said(self):
        """Count what was said before it was known whose conversation it is."""
        self.flush_recordset(["partner_id", "last_customer_at"])
        spoke = self.filtered("last_customer_at")
        if spoke:
            self.env["res.partner"]._note_latest(
                SQL(
                    "SELECT partner_id AS id, last_customer_at AS moment"
                    " FROM caredesk_zalo_contact WHERE id IN %s AND partner_id IS NOT NULL",
                    tuple(spoke.ids),
                )
            )
