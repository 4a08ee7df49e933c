from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CaredeskAutomationMessage(models.Model):
    """Zalo among the channels of a rule.

    Who wrote in the last days reads the text in his conversation; for all others Zalo takes
    approved templates only, so the rule names one for them. Whom neither reaches gets the
    messages of the rule that are kept for that.
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
    is_zalo_fallback = fields.Boolean(
        "Only If Zalo Fails",
        help="Goes only to whom the message by Zalo does not reach, neither in the conversation "
        "nor by template; also when Zalo says so later.",
    )

    @api.constrains("is_zalo_fallback", "channel", "sequence", "rule_id")
    def _check_is_zalo_fallback(self):
        for message in self.filtered("is_zalo_fallback"):
            earlier = message.rule_id.content_ids.sorted("sequence").mapped("channel")
            earlier = earlier[: earlier.index(message.channel)]
            if "zalo" not in earlier:
                raise ValidationError(
                    message.env._(
                        "Put the message by Zalo before those that are sent only if Zalo fails."
                    )
                )

    # === BUSINESS ===

    def _is_needless(self, states):
        reached = self.is_zalo_fallback and states.get("zalo") == "sent"
        return reached or super()._is_needless(states)

    def _deliver_zalo(self, partner, content, _sender):
        """Queue the text in the conversation, else the template; see ``_deliver``."""
        # sudo: rules work for everybody; the log says what they sent
        contacts_sudo = self.env["caredesk.zalo.contact"].sudo()
        contact_sudo = contacts_sudo._of_partner(partner, self.rule_id.company_id)
        if partner.phone_sanitized_blacklisted:
            reason = self.env._("Does not want messages to this number.")
            return self._refused(partner.phone, reason)
        way, row, reason = contact_sudo._reach(
            content["body_text"], partner, template=self.zalo_template_id, phone=partner.phone
        )
        name = contact_sudo.name or partner.phone or partner.name
        if not way:
            return self._refused(name, reason)
        return {
            "state": "sent",
            "recipient": name,
            "message_id": row.mail_message_id.id,
            "zalo_message_id": row.id,
        }
