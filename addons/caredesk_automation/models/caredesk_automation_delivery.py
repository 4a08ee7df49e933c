import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import email_normalize, plaintext2html

from odoo.addons.caredesk_ticket.models.conflicts import CONFLICTS

from .caredesk_automation_rule_fire import BY_RULE

_logger = logging.getLogger(__name__)

#: Channels that reach people by their telephone number.
BY_PHONE = ("sms", "zalo")
#: What frames every mail of a rule.
_LAYOUT = "caredesk_automation.mail_layout"
#: A mail that a machine wrote: nobody's out-of-office shall answer it.
_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


class CaredeskAutomationMessage(models.Model):
    """Handing messages to the channels: everything is queued, nothing is called from here."""

    _inherit = "caredesk.automation.message"

    def _deliver(self, partner, content, sender):
        """Queue the message for one recipient.

        :param content: what ``_content_for`` returned
        :param sender: e-mail address the message comes from, with a name
        :return: dict with ``state``, ``recipient`` and, as known, ``reason`` and ``message_id``
        """
        self.ensure_one()
        return getattr(self, f"_deliver_{self.channel}")(partner, content, sender)

    def _is_needless(self, states):
        """Hook: tell whether a recipient need not get this message any more.

        :param states: ``{channel: state}`` of what he or she was sent of the rule so far
        """
        return False

    def _reach_key(self, partner):
        """Return what tells one who is reached from another: two may share an address."""
        address = False
        if self.channel == "email":
            address = partner.email_normalized
        elif self.channel in BY_PHONE:
            address = partner._phone_format(fname="phone")
        return self.channel, address or partner.id

    def _deliver_email(self, partner, content, sender):
        address = partner.email_normalized
        if not address:
            return self._refused(partner.name, self.env._("No valid e-mail address."))
        if reason := partner.with_env(self.env)._caredesk_refusal("email"):
            return self._refused(address, reason)
        leave = self.env["caredesk.automation.opt.out"]._url(partner, self.rule_id.company_id)
        body = self._framed(partner, content["body_html"] + self._opt_out_line(partner, leave))
        mail = self.env["mail.mail"].create(
            {
                "model": "res.partner",
                "res_id": partner.id,
                "subject": content["subject"],
                "body": content["body_html"],
                "body_html": body,
                "email_from": sender,
                "reply_to": sender,
                "recipient_ids": [fields.Command.link(partner.id)],
                "message_type": "email_outgoing",
                "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
                "is_notification": True,  # the message stays when the mail is out
                "auto_delete": True,
                "headers": repr(_HEADERS | _opt_out_headers(leave)),
            }
        )
        self.env["mail.notification"].create(
            {
                "mail_message_id": mail.mail_message_id.id,
                "mail_mail_id": mail.id,
                "res_partner_id": partner.id,
                "notification_type": "email",
                "notification_status": "ready",
                "is_read": True,
            }
        )
        return {"state": "sent", "recipient": address, "message_id": mail.mail_message_id.id}

    @api.model
    def _wake_mail_queue(self):
        """Have mails leave right after this transaction: the queue is looked at once an hour else.

        To be called once, when all of them are queued.
        """
        # sudo: a system job
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _framed(self, partner, body):
        """Return a mail with the logo above and the foot below of the company that writes it.

        Odoo's frames name the record it is about, in the language of whoever is at work, and
        advertise Odoo: a customer has no use for either.
        """
        lang = partner.lang or self.env.lang
        return (
            self.env["mail.render.mixin"]
            .with_context(lang=lang)
            ._render_encapsulate(
                _LAYOUT, body, add_context={"company": self.rule_id.company_id, "lang": lang}
            )
        )

    def _opt_out_line(self, partner, url):
        """Return the last line of a mail to a customer: how to get no more of them."""
        if not url:
            return Markup()
        here = self.with_context(lang=partner.lang or self.env.lang)
        line = Markup(
            '<p style="font-size:12px;color:#6c757d;margin-top:24px">%s <a href="%s">%s</a></p>'
        )
        question = here.env._("You do not want such messages any more?")
        return line % (question, url, here.env._("Unsubscribe"))

    def _deliver_sms(self, partner, content, _sender):
        number = partner._phone_format(fname="phone")
        if not number:
            return self._refused(partner.name, self.env._("No valid telephone number."))
        if reason := partner.with_env(self.env)._caredesk_refusal("sms"):
            return self._refused(number, reason)
        message = partner._message_sms(
            content["body_text"],
            partner_ids=partner.ids,
            sms_pid_to_number={partner.id: number},
            put_in_queue=True,
        )
        return {"state": "sent", "recipient": number, "message_id": message.id}

    def _deliver_notification(self, partner, content, _sender):
        """Notify in Odoo or by e-mail, as the user has chosen in his or her preferences."""
        users = partner.user_ids.filtered(lambda user: user.active and not user.share)
        if not users:
            return self._refused(partner.name, self.env._("Has no account to be notified in."))
        message = partner.with_context(mail_notify_force_send=False).message_notify(
            partner_ids=partner.ids,
            subject=self.rule_id.name,
            body=plaintext2html(content["body_text"]),
            author_id=self.env.ref("base.partner_root").id,
            # For whom Odoo notifies by e-mail.
            email_layout_xmlid=_LAYOUT,
            force_email_company=self.rule_id.company_id,
        )
        # Odoo has no inbox on the screen of whoever chose to be notified by e-mail.
        is_by_mail = "email" in message.notification_ids.mapped("notification_type")
        recipient = partner.name
        if is_by_mail:
            recipient = self.env._("%(address)s (by e-mail)", address=partner.email or partner.name)
        return {"state": "sent", "recipient": recipient, "message_id": message.id}

    def _deliver_voice(self, partner, _content, _sender):
        """Hook: an addon of a telephone provider overrides this."""
        return self._refused(
            partner.phone or partner.name, self.env._("No provider of voice calls is installed.")
        )

    def _refused(self, recipient, reason):
        return {"state": "failed", "recipient": recipient, "reason": reason}


class CaredeskAutomationRule(models.Model):
    """Who sends and who receives."""

    _inherit = "caredesk.automation.rule"

    sender_kind = fields.Selection(
        [
            ("company", "Company"),
            ("owner", "Person in charge of the record"),
            ("user", "A user"),
            ("custom", "Another address"),
        ],
        "Sender",
        default="company",
        required=True,
    )
    sender_user_id = fields.Many2one("res.users", "Sending User", domain="[('share', '=', False)]")
    sender_email = fields.Char("Sending Address")
    recipient_kind = fields.Selection(
        [
            ("customer", "Customer"),
            ("contacts", "Contacts of the customer"),
            ("customer_contacts", "Customer and its contacts"),
            ("contact", "Contact of the contract"),
            ("owner", "Person in charge of the record"),
            ("users", "Chosen users"),
            ("group", "Members of a support group"),
            ("custom", "Chosen contacts"),
        ],
        "Recipient",
        default="customer",
        required=True,
    )
    recipient_user_ids = fields.Many2many(
        "res.users",
        "caredesk_automation_rule_user_rel",
        string="Users",
        domain="[('share', '=', False)]",
    )
    recipient_group_id = fields.Many2one(
        "caredesk.support.group", "Support Group", ondelete="restrict"
    )
    recipient_partner_ids = fields.Many2many(
        "res.partner", "caredesk_automation_rule_partner_rel", string="Recipients"
    )

    # === BUSINESS ===

    def _send_messages(self, run, record):
        """Send every message to every recipient; write each into the log; return the results."""
        self.ensure_one()
        recipients = self.env["res.partner"]
        if self.content_ids:
            self._find_customer(record)
            recipients = self._recipients(record).filtered("active")
        if self.content_ids and not recipients:
            reason = self.env._("There is nobody to send to.")
            self.env["caredesk.automation.log"]._note(run, "failed", reason=reason)
            return ["failed"]
        if len(recipients) == 1:
            return self._send_to(recipients, run, record, self.content_ids)
        return self._send_to_several(recipients, run, record)

    def _find_customer(self, record):
        """Make a contact of who is only an address on a lead, as answering the lead does."""
        is_written_to = self.recipient_kind in ("customer", "customer_contacts", "contact")
        if not is_written_to or record._name != "crm.lead" or not record.email_from:
            return
        if not self._customer(record):
            lead = record.with_context(**{BY_RULE: True})
            lead._partner_find_from_emails_single([record.email_from])

    def _send_to_several(self, recipients, run, record):
        """Send to each of them alone: one who fails keeps nobody else from his message.

        An address that several of them share gets it once.
        """
        states, errors, taken = [], {}, set()
        for partner in recipients:
            keys = {message: message._reach_key(partner) for message in self.content_ids}
            own = self.content_ids.browse(one.id for one, key in keys.items() if key not in taken)
            try:
                with self.env.cr.savepoint():
                    states += self._send_to(partner, run, record, own)
            except CONFLICTS:
                raise  # nobody's fault: to be done again
            except Exception as error:
                errors[partner] = error
            else:
                taken |= {keys[message] for message in own}
        if errors and not states:
            raise next(iter(errors.values()))  # nobody got anything: all are tried again later
        for partner, error in errors.items():
            _logger.info("Automation %s failed for %s", run.id, partner.id, exc_info=error)
            self.env["caredesk.automation.log"]._note(
                run, "failed", partner_id=partner.id, recipient=partner.name, reason=str(error)
            )
        return states + ["failed"] * len(errors)

    def _send_to(self, partner, run, record, messages):
        """Send messages to one recipient; write each into the log; return the results."""
        sources, sender = self._sources(record, partner), self._sender(record)
        states = {}
        for message in messages:
            if message._is_needless(states):
                continue
            content = message._content_for(sources, partner.lang)
            result = message._deliver(partner, content, sender)
            self.env["caredesk.automation.log"]._note(
                run, partner_id=partner.id, channel=message.channel, **result
            )
            states[message.channel] = result["state"]
        return list(states.values())

    def _sources(self, record, recipient):
        """Return what placeholders are read from, by kind."""
        return {
            "record": record,
            "customer": self._customer(record),
            "recipient": recipient,
            "owner": self._owner(record),
            "company": self.company_id,
            "lists": self if self._is_once() else self.browse(),
        }

    def _customer(self, record):
        if self._is_once():
            return self.env["res.partner"]
        path = self._spec().customer
        customer = record.mapped(path) if path else record
        if not customer and record._name == "crm.lead" and record.email_from:
            # Known by the address already, although nobody has said so on the lead.
            customer = record._partner_find_from_emails_single([record.email_from], no_create=True)
        return customer

    def _owner(self, record):
        """Return the user in charge of the record, of its customer, or of the rule."""
        if self._is_once():
            return self.user_id
        owner = record.mapped(self._spec().owner).filtered("active")[:1]
        # Who left the company neither writes to customers nor is told of them.
        return owner or self._customer(record).user_id.filtered("active")[:1] or self.user_id

    def _recipients(self, record):
        """Return the partners who get the messages, each once."""
        customer = self._customer(record)
        company = customer.commercial_partner_id
        people = {
            "customer": lambda: customer,
            "contacts": lambda: company.child_ids.filtered(_is_person),
            "customer_contacts": lambda: customer | company.child_ids.filtered(_is_person),
            "contact": lambda: (
                record.mapped(self._spec().contact or self._spec().customer).filtered("active")
                or customer
            ),
            "owner": lambda: self._owner(record).partner_id,
            "users": lambda: self.recipient_user_ids.filtered("active").partner_id,
            "group": lambda: (
                self.recipient_group_id.member_ids.user_id.filtered("active").partner_id
            ),
            "custom": lambda: self.recipient_partner_ids,
        }
        return people[self.recipient_kind]()

    def _sender(self, record):
        """Return the address that messages come from."""
        company = self.company_id
        if self.sender_kind == "custom" and email_normalize(self.sender_email or ""):
            return self.sender_email
        user = self.env["res.users"]
        if self.sender_kind == "user":
            user = self.sender_user_id.filtered("active")
        elif self.sender_kind == "owner":
            user = self._owner(record)
        return user.email_formatted or company.email_formatted or self.user_id.email_formatted


def _opt_out_headers(url):
    """Return the headers by which mail programs offer to unsubscribe with one click (RFC 8058)."""
    if not url:
        return {}
    return {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _is_person(partner):
    """Tell whether a child of a customer is somebody to talk to, not a mere address."""
    return partner.type == "contact" and bool(partner.email or partner.phone)
