from odoo import fields, models
from odoo.exceptions import UserError


class CaredeskAutomationMessage(models.Model):
    """Zalo among the channels of a rule.

    Who wrote in the last days reads the text in his conversation; for all others Zalo takes
    approved templates only, so the rule names one for them.
    """

    _inherit = "caredesk.automation.message"

    channel = fields.Selection(selection_add=[("zalo", "Zalo")], ondelete={"zalo": "cascade"})
    zalo_template_id = fields.Many2one(
        "caredesk.zalo.template",
        "Else by Template",
        domain="[('state', '=', 'enabled'), ('model', '=', 'res.partner')]",
        ondelete="set null",
        help="Goes to customers who have not written in the last 7 days, or are known by their "
        "phone only. Each one costs money.",
    )

    # === BUSINESS ===

    def _deliver_zalo(self, partner, content, _sender):
        """Queue the text in the conversation, else the template; see ``_deliver``."""
        contact_sudo = self._zalo_contact(partner)
        if contact_sudo._can_be_written_to():
            message = contact_sudo._say(content["body_text"])
            return {"state": "sent", "recipient": contact_sudo.name, "message_id": message.id}
        if not self.zalo_template_id:
            return self._refused(
                partner.name,
                self.env._("Has not written on Zalo in the last 7 days, and no template is set."),
            )
        return self._deliver_zalo_template(partner, contact_sudo)

    def _deliver_zalo_template(self, partner, contact_sudo):
        template_sudo = self.zalo_template_id.sudo()  # the rule's author chose it
        same = contact_sudo.filtered(lambda one: one.oa_id == template_sudo.oa_id)
        try:
            template_sudo._send(
                template_sudo._fill(partner),
                contact=same or None,
                phone=partner.phone,
                record=partner,
            )
        except UserError as error:
            return self._refused(partner.phone or partner.name, str(error))
        return {"state": "sent", "recipient": same.name or partner.phone}

    def _zalo_contact(self, partner):
        """Return the Zalo customer who is this partner: the one who wrote last."""
        # sudo: rules work for everybody; the log says what they sent
        contacts_sudo = self.env["caredesk.zalo.contact"].sudo()
        company = self.rule_id.company_id
        return contacts_sudo.search(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)], limit=1
        )
