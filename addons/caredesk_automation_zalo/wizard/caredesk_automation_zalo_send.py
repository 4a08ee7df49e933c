from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.caredesk_automation.wizard.caredesk_automation_send import MOST


class CaredeskAutomationZaloSend(models.TransientModel):
    """One message by Zalo to the customers chosen in a care list.

    Each gets it in his conversation, else by the template; who is reached by neither is named.
    """

    _name = "caredesk.automation.zalo.send"
    _description = "Send by Zalo"
    _inherit = ["caredesk.automation.send.mixin"]

    # Its own here, so that its table goes with this addon.
    partner_ids = fields.Many2many(
        "res.partner",
        "caredesk_automation_zalo_send_partner_rel",
        string="Recipients",
        required=True,
    )
    body = fields.Text("Content", required=True)
    template_id = fields.Many2one(
        "caredesk.zalo.template",
        "Else by Template",
        domain="[('state', '=', 'enabled'), ('model', '=', 'res.partner')]",
        ondelete="cascade",
        help="Goes to customers who have not written in the last 7 days, or are known by their "
        "phone only. Each one costs money.",
    )

    # === CONSTRAINTS & ONCHANGE ===

    @api.onchange("insert_field_id")
    def _onchange_insert_field_id(self):
        self.insert_field_id._put_into(self, "body")

    # === ACTIONS ===

    def action_send(self):
        """Queue the messages; say how many go which way, and who is reached by none."""
        self.ensure_one()
        self._check_list(MOST, self.body)
        ways, refused = {"chat": 0, "template": 0}, []
        # sudo: who may write to whom is a setting of the account, asked for each of them
        contacts_sudo = self.env["caredesk.zalo.contact"].sudo()
        known_sudo = contacts_sudo._of_partners(self.partner_ids, self.env.company)
        numbers = set()
        for partner in self.partner_ids:
            number = partner._phone_format(fname="phone")
            if number and number in numbers:
                refused.append(
                    self.env._("%s: Another one of them has the same number.", partner.name)
                )
                continue
            way, reason = self._send_to(partner, known_sudo.get(partner, contacts_sudo))
            if way:
                ways[way] += 1
                numbers.add(number)
            else:
                refused.append(f"{partner.name}: {reason}")
        if refused and not any(ways.values()):
            raise UserError("\n".join(refused[:10]))
        words = self.env._(
            "%(chat)s in their conversation, %(template)s by template, %(none)s not reached.",
            none=len(refused),
            **ways,
        )
        return self._tell(words, refused)

    # === BUSINESS ===

    def _send_to(self, partner, contact_sudo):
        """Queue the message to one customer; return the way it goes, or why it goes none.

        :param contact_sudo: the Zalo customer he is, perhaps none
        """
        account_sudo = contact_sudo.oa_id or self.template_id.sudo().oa_id
        if account_sudo and not account_sudo._may_send(self.env.user, contact_sudo.user_id):
            return "", self.env._("The settings of %s do not let you write.", account_sudo.name)
        if partner.sudo().phone_sanitized_blacklisted:
            return "", self.env._("Does not want messages to this number.")
        text = self._text_for(partner, self.body)
        way, _row, reason = contact_sudo._reach(
            text, partner.sudo(), template=self.template_id, phone=partner.phone
        )
        return way, reason


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_caredesk_send_zalo(self):
        """Write one message by Zalo to all of them."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send by Zalo"),
            "res_model": "caredesk.automation.zalo.send",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.ids},
        }


class CaredeskContract(models.Model):
    _inherit = "caredesk.contract"

    def action_send_zalo(self):
        """Write one message by Zalo to the customers."""
        return self.partner_id.action_caredesk_send_zalo()
