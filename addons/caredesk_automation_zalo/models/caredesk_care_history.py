from odoo import fields, models
from odoo.exceptions import UserError


class CaredeskCareForm(models.Model):
    _inherit = "caredesk.care.form"

    sends_by_zalo = fields.Boolean(
        "Send It by Zalo",
        help="The content of a message in this form goes to the customer's Zalo when it is "
        "confirmed. Else it is only written down.",
    )
    zalo_template_id = fields.Many2one(
        "caredesk.zalo.template",
        "Else by Template",
        domain="[('state', '=', 'enabled'), ('model', '=', 'res.partner')]",
        ondelete="set null",
        help="Goes to customers who have not written in the last 7 days, or are known by their "
        "phone only. Each one costs money.",
    )


class CaredeskCareHistory(models.Model):
    """Messages of care forms that are sent by Zalo."""

    _inherit = "caredesk.care.history"

    zalo_message_id = fields.Many2one(
        "caredesk.zalo.message", readonly=True, copy=False, ondelete="set null",
        index="btree_not_null",
    )  # fmt: skip
    zalo_state = fields.Selection(
        related="zalo_message_id.state", string="State on Zalo", related_sudo=True
    )

    def _confirmed(self):
        for entry in self.filtered(lambda one: one._goes_by_zalo()):
            entry._send_by_zalo()
        return super()._confirmed()

    def _goes_by_zalo(self):
        sends = self.form_id.sudo().sends_by_zalo  # a setting of the form
        return self.action == "message" and self.medium == "zalo" and sends

    def _send_by_zalo(self):
        """Queue the content for the customer.

        :raise UserError: there is no content, or Zalo takes neither text nor template
        """
        text = (self.body or "").strip()
        if not text:
            raise UserError(self.env._("Write what the customer is to read on Zalo."))
        # sudo: the right to confirm the care was checked; it says who sent what
        self_sudo = self.sudo()
        partner = self_sudo.partner_id
        contacts_sudo = self_sudo.env["caredesk.zalo.contact"]
        contact_sudo = contacts_sudo._of_partner(partner, self_sudo.company_id)
        way, row, reason = contact_sudo._reach(
            text, partner, template=self_sudo.form_id.zalo_template_id, phone=partner.phone
        )
        if not way:
            raise UserError(
                self.env._(
                    "%(name)s is not reached on Zalo: %(why)s", name=partner.name, why=reason
                )
            )
        self_sudo.zalo_message_id = row
