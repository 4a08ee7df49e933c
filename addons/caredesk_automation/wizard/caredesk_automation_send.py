from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

#: Customers written to at once; more than these are the work of a rule.
MOST = 200
#: Customers named in the notice when they were not reached.
_NAMED = 10


class CaredeskAutomationSendMixin(models.AbstractModel):
    """A message to the customers chosen in a care list, with the placeholders of rules."""

    _name = "caredesk.automation.send.mixin"
    _description = "Sending to a Care List"

    partner_ids = fields.Many2many("res.partner", string="Recipients", required=True)
    insert_field_id = fields.Many2one(
        "caredesk.automation.merge.field",
        "Insert Merge Field",
        store=False,
        domain="[('source', '!=', 'lists'), ('model', 'in', ['res.partner', False])]",
        help="Is put at the end of the text; move it to where it belongs.",
    )

    def _check_list(self, most, *texts):
        """Raise for too many customers, unreadable ones and placeholders without a meaning."""
        if len(self.partner_ids) > most:
            raise UserError(
                self.env._(
                    "Choose up to %s customers at once. A rule writes to more of them, and keeps "
                    "to the hourly limit.",
                    most,
                )
            )
        self.partner_ids.check_access("read")
        merge = self.env["caredesk.automation.merge.field"]
        for text in texts:
            if unknown := merge._unknown_in(text, "res.partner"):
                raise UserError(self.env._("«%(word)s» is no placeholder.", word=unknown[0]))

    def _text_for(self, partner, text):
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
            lang=partner.lang or self.env.lang, tz=self.env.company._caredesk_tz()
        )
        sources = {
            kind: record.with_context(**here.env.context) for kind, record in sources.items()
        }
        return here._fill(text, sources, "res.partner")

    def _tell(self, words, refused):
        """Return the notice of how many were written to, and who was not and why."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "message": "\n".join([words, *refused[:_NAMED]]),
                "sticky": bool(refused),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class CaredeskAutomationSend(models.TransientModel):
    """One e-mail or SMS to each of the customers chosen in a care list.

    They go the way messages of rules go: into Odoo's queues, not to who opted out, each e-mail
    with the link to get no more of them.
    """

    _name = "caredesk.automation.send"
    _description = "Send to Customers"
    _inherit = ["caredesk.automation.send.mixin"]

    channel = fields.Selection(
        [("email", "E-mail"), ("sms", "SMS")], required=True, readonly=True, default="email"
    )
    subject = fields.Char()
    body_html = fields.Html("Content", sanitize_overridable=False, sanitize_attributes=True)
    body_text = fields.Text("Text")

    # === CONSTRAINTS & ONCHANGE ===

    @api.onchange("insert_field_id")
    def _onchange_insert_field_id(self):
        name = "body_html" if self.channel == "email" else "body_text"
        self.insert_field_id._put_into(self, name)

    # === ACTIONS ===

    def action_send(self):
        """Queue the messages; say how many, and who gets none and why."""
        self.ensure_one()
        texts = self._texts()
        self._check_list(MOST, *texts.values())
        message_sudo, sender = self._message_sudo(), self._sender()
        count, refused, addresses = 0, [], set()
        for partner in self.partner_ids:
            reason = self._send_to(partner, message_sudo, texts, sender, addresses)
            if reason:
                refused.append(f"{partner.display_name}: {reason}")
            else:
                count += 1
        if not count:
            raise UserError("\n".join(refused[:_NAMED]))
        message_sudo._wake_mail_queue()
        words = self.env._(
            "%(count)s messages are on their way, %(none)s customers not reached.",
            count=count,
            none=len(refused),
        )
        return self._tell(words, refused)

    # === BUSINESS ===

    def _texts(self):
        """Return what is written, by field.

        :raise UserError: something of it is empty
        """
        names = ("subject", "body_html") if self.channel == "email" else ("body_text",)
        for name in names:
            if not self[name] or (name == "body_html" and is_html_empty(self[name])):
                label = self._fields[name]._description_string(self.env)
                raise UserError(self.env._("Please fill in «%(field)s».", field=label))
        return {name: self[name] for name in names}

    def _message_sudo(self):
        """Return a message of rules that is nowhere stored: it knows the way of each channel."""
        # sudo: mails and SMS are the system's; who may read the customers was checked
        rule_sudo = (
            self.env["caredesk.automation.rule"].sudo().new({"company_id": self.env.company.id})
        )
        return (
            self.env["caredesk.automation.message"]
            .sudo()
            .new({"rule_id": rule_sudo, "channel": self.channel})
        )

    def _sender(self):
        user = self.env.user
        return user.email_formatted or self.env.company.email_formatted

    def _send_to(self, partner, message_sudo, texts, sender, addresses):
        """Queue the message to one customer; return why not, if so.

        :param addresses: set of those written to so far; it grows
        """
        partner_sudo = partner.sudo()  # the right to read the customer was checked
        if self.channel == "email":
            address = partner_sudo.email_normalized
        else:
            address = partner_sudo._phone_format(fname="phone")
        if address in addresses:
            return self.env._("Another one of them has the same address.")
        content = {name: self._text_for(partner, text) for name, text in texts.items()}
        result = message_sudo._deliver(partner_sudo, content, sender)
        if result["state"] == "sent":
            addresses.add(address)
            return ""
        return result["reason"]
