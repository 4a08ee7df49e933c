from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import formataddr

_TITLE = 80


class CaredeskHookWork(models.AbstractModel):
    """What a call asks for: a ticket, a message on one, or a lead. Runs as the system."""

    _name = "caredesk.hook.work"
    _description = "Work of the Inbound Hook"

    @api.model
    def _do(self, call, payload):
        """Do what ``payload`` asks for and note on ``call`` what became of it.

        :raise UserError: the content cannot be taken, with words for the caller
        """
        file_vals = self.env["caredesk.upload"]._check(payload.files)
        conversation = self.env["caredesk.hook.conversation"]
        if payload.external_id:
            conversation = conversation._claim(call.source_id, payload.external_id)
        if payload.action == "message" and self._add_message(
            call, conversation, payload, file_vals
        ):
            return
        if payload.action == "lead":
            target = {"lead_id": self._make_lead(call, payload, file_vals).id}
        else:
            target = {"ticket_id": self._make_ticket(call, payload, file_vals).id}
        call.write(target)
        if conversation:
            conversation.write({"ticket_id": False, "lead_id": False, **target})

    # === MESSAGES ===

    @api.model
    def _add_message(self, call, conversation, payload, file_vals):
        """Add the message where its conversation goes on; False when it needs a new ticket."""
        ticket = conversation.ticket_id
        if ticket:
            ticket = ticket._merge_target()
            if not (ticket.is_open or ticket._is_reopened_by_reply()):
                return False
        target = ticket or conversation.lead_id
        if not target:
            return False
        partner = target.partner_id
        if any(not user.share for user in partner.user_ids):
            partner = partner.browse()  # a colleague's own ticket: others do not speak as him
        name = payload.contact.get("name") or partner.name or call.source_id.name
        target.with_context(mail_notify_force_send=False).message_post(
            body=self._html_of(payload),
            author_id=partner.id,
            email_from=formataddr((name, partner.email or payload.contact.get("email") or "")),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[(vals["name"], vals["raw"]) for vals in file_vals],
            **({"date": payload.occurred_at} if payload.occurred_at else {}),
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        call.write({"ticket_id": ticket.id, "lead_id": conversation.lead_id.id})
        return True

    # === TICKETS ===

    @api.model
    def _make_ticket(self, call, payload, file_vals):
        source, intake = call.source_id, self.env["caredesk.intake"]
        company = source.company_id
        kind = self._type_named(payload.kind, company) if payload.kind else source.type_id
        vals = {
            **intake._customer_vals(payload.contact, company),
            "name": payload.subject or self._title_of(payload),
            "description": self._html_of(payload),
            "nature": payload.nature or source.nature,
            "type_id": kind.id,
            "group_id": source.group_id.id,
            "company_id": company.id,
        }
        if payload.priority:
            vals["priority"] = payload.priority
        tickets = self.env["caredesk.ticket"].with_context(mail_create_nosubscribe=True)
        ticket = tickets._create_from_channel(source.channel, [vals])
        self.env["caredesk.upload"]._attach(ticket, file_vals)
        intake._log(ticket, self._origin_of(call, payload))
        intake._log_typed(ticket, payload.contact)
        return ticket

    @api.model
    def _type_named(self, name, company):
        """Return the company's type with this name, in whatever language, or this ID."""
        kinds = self.env["caredesk.ticket.type"].search([("company_id", "=", company.id)])
        wanted = name.casefold()
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        for kind in kinds:
            names = {kind.with_context(lang=lang).name.casefold() for lang in langs}
            if wanted in names or name == str(kind.id):
                return kind
        raise UserError(self.env._("There is no ticket type «%(name)s».", name=name))

    # === LEADS ===

    @api.model
    def _make_lead(self, call, payload, file_vals):
        company, contact = call.source_id.company_id, payload.contact
        intake = self.env["caredesk.intake"]
        whose = intake._customer_vals(contact, company, create=False)
        lead = self.env["crm.lead"].create(
            {
                "name": payload.subject or self._title_of(payload),
                "description": self._html_of(payload),
                "partner_id": whose.get("partner_id", False),
                "contact_name": contact.get("name"),
                "email_from": contact.get("email"),
                "phone": contact.get("phone"),
                "company_id": company.id,
                "user_id": False,
            }
        )
        self.env["ir.attachment"].create(
            [{**vals, "res_model": lead._name, "res_id": lead.id} for vals in file_vals]
        )
        intake._log(lead, self._origin_of(call, payload))
        return lead

    # === WORDS ===

    @api.model
    def _html_of(self, payload):
        return self.env["caredesk.intake"]._html(payload.body or payload.subject)

    @api.model
    def _title_of(self, payload):
        line = " ".join(payload.body.split())
        return line if len(line) <= _TITLE else line[: _TITLE - 1].rstrip() + "…"

    @api.model
    def _origin_of(self, call, payload):
        lines = [self.env._("Received from %(system)s", system=call.source_id.name)]
        if payload.external_id:
            lines.append(
                self.env._("Conversation: %(conversation)s", conversation=payload.external_id)
            )
        if payload.occurred_at:
            moment = payload.occurred_at.strftime("%Y-%m-%d %H:%M UTC")
            lines.append(self.env._("Happened at: %(moment)s", moment=moment))
        return Markup("<br/>").join(lines)
