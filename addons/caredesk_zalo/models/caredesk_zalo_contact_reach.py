from odoo import api, models
from odoo.exceptions import UserError

CHAT, TEMPLATE = "chat", "template"


class CaredeskZaloContact(models.Model):
    """How the system gets a message to a customer: in the conversation, else by template."""

    _inherit = "caredesk.zalo.contact"

    @api.model
    def _of_partner(self, partner, company):
        """Return the Zalo customer who is this partner: of several the one who wrote last."""
        return self._of_partners(partner, company).get(partner, self.browse())

    @api.model
    def _of_partners(self, partners, company):
        """Return ``{partner: Zalo customer}`` of those of these partners who are one."""
        found = self.search([("partner_id", "in", partners.ids), ("company_id", "=", company.id)])
        # Who wrote last comes first, and is the one that is kept.
        return {contact.partner_id: contact for contact in reversed(found)}

    def _reach(self, text, record, template=None, phone=None):
        """Queue a text in the conversation; where Zalo takes none, the template instead.

        Called for nobody (an empty recordset), only the template to ``phone`` is left.

        :param record: what it is about; the places of the template are filled from it
        :return: ``(way, row of the outbox, reason)``: the way is ``chat``, ``template`` or
            empty, and then the reason says why neither was possible
        """
        messages = self.env["caredesk.zalo.message"]
        if self and self._can_be_written_to():
            return CHAT, self._say(text).sudo().zalo_delivery_ids[:1], ""  # sudo: our own row
        if not template:
            reason = self.env._(
                "Has not written on Zalo in the last 7 days, and no template is set."
            )
            return "", messages, reason
        template_sudo = template.sudo()  # whoever set it up chose it
        same = self.filtered(lambda one: one.oa_id == template_sudo.oa_id)
        try:
            row = template_sudo._send(
                template_sudo._fill(record), contact=same or None, phone=phone, record=record
            )
        except UserError as error:
            return "", messages, str(error)
        return TEMPLATE, row, ""
