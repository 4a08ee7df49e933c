from odoo import api, fields, models
from odoo.exceptions import UserError

#: Customers written to at once; more than these are the work of a rule.
MOST = 200


class CaredeskAutomationZaloSend(models.TransientModel):
    """One message by Zalo to the customers chosen in a care list.

    Each gets it in his conversation, else by the template; who is reached by neither is named.
    """

    _name = "caredesk.automation.zalo.send"
    _description = "Send by Zalo"

    partner_ids = fields.Many2many("res.partner", string="Recipients", required=True)
    body = fields.Text("Content", required=True)
    insert_field_id = fields.Many2one(
        "caredesk.automation.merge.field",
        "Insert Merge Field",
        store=False,
        domain="['|', ('model', '=', False), ('model', '=', 'res.partner')]",
        help="Is put at the end of the text; move it to where it belongs.",
    )
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
        if self.insert_field_id:
            self.body = f"{self.body or ''}{{{{{self.insert_field_id.token}}}}}"
            self.insert_field_id = False

    # === ACTIONS ===

    def action_send(self):
        """Queue the messages; say how many go which way, and who is reached by none."""
        self.ensure_one()
        self._check()
        ways, refused = {"chat": 0, "template": 0}, []
        # sudo: who may write to whom is a setting of the account, asked for each of them
        contacts_sudo = self.env["caredesk.zalo.contact"].sudo()
        known_sudo = contacts_sudo._of_partners(self.partner_ids, self.env.company)
        for partner in self.partner_ids:
            way, reason = self._send_to(partner, known_sudo.get(partner, contacts_sudo))
            if way:
                ways[way] += 1
            else:
                refused.append(f"{partner.name}: {reason}")
        if refused and not any(ways.values()):
            raise UserError("\n".join(refused[:10]))
        words = self.env._(
            "%(chat)s in their conversation, %(template)s by template, %(none)s not reached.",
            none=len(refused),
            **ways,
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "message": "\n".join([words, *refused[:10]]),
                "sticky": bool(refused),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === BUSINESS ===

    def _check(self):
        if len(self.partner_ids) > MOST:
            raise UserError(
                self.env._(
                    "Choose up to %s customers at once. A rule writes to more of them, and keeps "
                    "to the hourly limit.",
                    MOST,
                )
            )
        self.partner_ids.check_access("read")
        unknown = self.env["caredesk.automation.merge.field"]._unknown_in(self.body, "res.partner")
        if unknown:
            raise UserError(
                self.env._("«%(word)s» is no placeholder.", word=f"{{{{{unknown[0]}}}}}")
            )

    def _send_to(self, partner, contact_sudo):
        """Queue the message to one customer; return the way it goes, or why it goes none.

        :param contact_sudo: the Zalo customer he is, perhaps none
        """
        account_sudo = contact_sudo.oa_id or self.template_id.sudo().oa_id
        if account_sudo and not account_sudo._may_send(self.env.user, contact_sudo.user_id):
            return "", self.env._("The settings of %s do not let you write.", account_sudo.name)
        way, _row, reason = contact_sudo._reach(
            self._text_for(partner), partner.sudo(), template=self.template_id, phone=partner.phone
        )
        return way, reason

    def _text_for(self, partner):
        """Return what one customer reads, with values for the placeholders."""
        # sudo: placeholders as rules read them; the right to read the customer was checked
        partner_sudo = partner.sudo()
        sources = {
            "record": partner_sudo,
            "customer": partner_sudo,
            "recipient": partner_sudo,
            "owner": partner_sudo.user_id or self.env.user.sudo(),
            "company": self.env.company.sudo(),
        }
        here = self.env["caredesk.automation.merge.field"].with_context(
            lang=partner.lang or self.env.lang
        )
        sources = {
            kind: record.with_context(lang=here.env.lang) for kind, record in sources.items()
        }
        return here._fill(self.body, sources, "res.partner")


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
