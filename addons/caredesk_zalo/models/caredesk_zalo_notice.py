import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .caredesk_zalo_contact_reach import CHAT

MOMENTS = [
    ("created", "Ticket Created"),
    ("in_progress", "Work Begins"),
    ("waiting", "Ticket Waits"),
    ("done", "Ticket Done"),
    ("cancelled", "Ticket Cancelled"),
    ("rating", "Asked for a Rating"),
]
#: What a text may name.
PLACEHOLDERS = ("number", "title", "group", "company", "link")
#: Zalo takes texts of up to 2,000 characters; title and link come on top.
MOST_CHARACTERS = 1500
#: Characters of a ticket's title that are repeated to the customer.
MOST_TITLE = 200
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
#: Stands for the customer's own link until the moment of sending: no colleague reads it.
LINK = "{link}"


class CaredeskZaloNotice(models.Model):
    """What customers of an Official Account are told of their tickets, and when."""

    _name = "caredesk.zalo.notice"
    _description = "Zalo Notice of a Ticket"
    _order = "oa_id, id"
    _rec_name = "moment"

    oa_id = fields.Many2one(
        "caredesk.zalo.oa", "Official Account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="oa_id.company_id")
    active = fields.Boolean(default=True)
    moment = fields.Selection(MOMENTS, "When", required=True, default="created")
    text = fields.Text(
        required=True,
        translate=True,
        compute="_compute_text",
        store=True,
        readonly=False,
        precompute=True,
        help="Said in the conversation, as long as Zalo takes messages there. {number}, {title}, "
        "{group} and {company} stand for the ticket's; {link} for the customer's page of the "
        "ticket, or for the page on which he or she rates it.",
    )
    template_id = fields.Many2one(
        "caredesk.zalo.template",
        "Else by Template",
        domain="[('oa_id', '=', oa_id), ('model', '=', 'caredesk.ticket'), "
        "('state', '=', 'enabled')]",
        ondelete="set null",
        help="Goes to customers who have not written in the last 7 days. Each one costs money. "
        "Whoever is reached by neither gets the e-mail of the ticket, if there is one.",
    )

    _once = models.UniqueIndex(
        "(oa_id, moment) WHERE active IS TRUE", "There is a notice for this moment already."
    )

    @api.depends("moment")
    def _compute_text(self):
        for notice in self:
            if not notice.text:
                notice.text = notice._default_text()

    def _default_text(self):
        return {
            "created": self.env._(
                "We have received your request {number}: {title}. We will get back to you soon."
            ),
            "in_progress": self.env._("We are working on your request {number} now."),
            "waiting": self.env._("Your request {number} waits for something; we will tell you."),
            "done": self.env._(
                "Your request {number} is done. Is it not? Please write to us here."
            ),
            "cancelled": self.env._("Your request {number} was cancelled."),
            "rating": self.env._(
                "How satisfied are you with our help with {number}? Please tell us: {link}"
            ),
        }.get(self.moment, "")

    @api.constrains("text", "moment")
    def _check_text(self):
        for notice in self:
            text = notice.text or ""
            if unknown := set(_PLACEHOLDER.findall(text)) - set(PLACEHOLDERS):
                raise ValidationError(
                    self.env._(
                        "{%(name)s} is unknown: only {number}, {title}, {group}, {company} and "
                        "{link} can be used.",
                        name=min(unknown),
                    )
                )
            if len(text) > MOST_CHARACTERS:
                raise ValidationError(
                    self.env._("A notice has at most %s characters.", MOST_CHARACTERS)
                )
            if notice.moment == "rating" and LINK not in text:
                raise ValidationError(
                    self.env._("Whoever is asked for a rating needs the page for it: {link}.")
                )

    # === BUSINESS ===

    @api.model
    def _of(self, tickets, moment):
        """Return ``{ticket: notice}`` of the tickets whose accounts tell of a moment."""
        accounts = tickets.zalo_contact_id.oa_id
        # sudo: a setting, whoever takes the step
        found = self.sudo().search([("oa_id", "in", accounts.ids), ("moment", "=", moment)])
        notice_of = {notice.oa_id: notice for notice in found}
        return {
            ticket: notice_of[ticket.zalo_contact_id.oa_id]
            for ticket in tickets
            if ticket.zalo_contact_id.oa_id in notice_of
        }

    def _tell(self, ticket):
        """Tell the customer of a ticket; see ``_reach`` for what is returned.

        In Discuss the customer's own link is not shown: it is put in when the message leaves.
        """
        self.ensure_one()
        contact = ticket.zalo_contact_id
        text = self._text_for(ticket)
        shown = text.replace(LINK, self.env._("(personal link)"))
        way, row, reason = contact._reach(
            shown, ticket, template=self.template_id, phone=ticket.phone or ticket.partner_id.phone
        )
        if way:
            own = {"notice_id": self.id, "link_ticket_id": ticket.id}
            row.write({**own, "text": text} if way == CHAT else own)
        return way, row, reason

    def _text_for(self, ticket):
        """Return the text in the language of the customer, the link not filled in."""
        notice = self.with_context(lang=ticket._customer_lang())
        ticket = ticket.with_env(notice.env)
        values = {
            "number": ticket.number,
            "title": (ticket.name or "")[:MOST_TITLE],
            "group": ticket.group_id.name,
            "company": ticket.company_id.name,
        }
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]) or "", notice.text)


class CaredeskZaloOa(models.Model):
    _inherit = "caredesk.zalo.oa"

    notice_ids = fields.One2many("caredesk.zalo.notice", "oa_id", "Notices of Tickets", copy=True)


class CaredeskZaloMessage(models.Model):
    """A notice in the outbox: the customer's own link is put in when it leaves."""

    _inherit = "caredesk.zalo.message"

    notice_id = fields.Many2one(
        "caredesk.zalo.notice", readonly=True, ondelete="set null", index="btree_not_null"
    )
    link_ticket_id = fields.Many2one(
        "caredesk.ticket", readonly=True, ondelete="set null", index="btree_not_null"
    )

    def _outgoing_text(self):
        """Return what the customer reads."""
        ticket, text = self.link_ticket_id, self.text or ""
        if not ticket or LINK not in text:
            return text
        is_rating = self.notice_id.moment == "rating"
        return text.replace(LINK, ticket._rating_url() if is_rating else ticket._portal_link())
