from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL

from odoo.addons.caredesk_ticket.domain.search_text import search_terms, searchable
from odoo.addons.caredesk_ticket.models.text_search import domain_of_queries, domain_of_term

#: What a customer is to the company, from a mere voice to a company.
KINDS = [
    ("unlinked", "Not Linked"),
    ("raw", "Raw Customer"),
    ("lead", "Lead"),
    ("contact", "Contact"),
    ("company", "Company"),
]


class CaredeskZaloContact(models.Model):
    """What agents sort and find customers by: kind, tags, a star, name and phone in any form."""

    _inherit = "caredesk.zalo.contact"

    kind = fields.Selection(KINDS, compute="_compute_kind", store=True, string="Customer Kind")
    tag_ids = fields.Many2many("caredesk.tag", string="Tags")
    starred_user_ids = fields.Many2many(
        "res.users",
        "caredesk_zalo_contact_star_rel",
        "contact_id",
        "user_id",
        string="Followed By",
        readonly=True,
        copy=False,
    )
    is_starred = fields.Boolean(
        "Followed by Me",
        compute="_compute_is_starred",
        inverse="_inverse_is_starred",
        search="_search_is_starred",
    )
    is_unread = fields.Boolean("Unread", compute="_compute_is_unread", search="_search_is_unread")
    search_text = fields.Char(
        compute="_compute_search_text", store=True, export_string_translation=False
    )
    search_any = fields.Char(
        "Name or Phone", compute="_compute_search_any", search="_search_search_any"
    )

    _search_text_idx = models.Index(
        lambda registry: "USING gin (search_text gin_trgm_ops)" if registry.has_trigram else ""
    )
    _kind_idx = models.Index("(kind, last_customer_at DESC NULLS LAST, id DESC)")

    # === COMPUTE ===

    @api.depends("partner_id.is_company", "lead_id.is_raw")
    def _compute_kind(self):
        for contact in self:
            if contact.partner_id:
                contact.kind = "company" if contact.partner_id.is_company else "contact"
            elif contact.lead_id:
                contact.kind = "raw" if contact.lead_id.is_raw else "lead"
            else:
                contact.kind = "unlinked"

    @api.depends("name", "phone", "partner_id.name", "partner_id.phone")
    def _compute_search_text(self):
        for contact in self:
            partner = contact.partner_id
            contact.search_text = searchable(
                contact.name, partner.name, phones=(contact.phone, partner.phone)
            )

    @api.depends("starred_user_ids")
    @api.depends_context("uid")
    def _compute_is_starred(self):
        for contact in self:
            contact.is_starred = self.env.user in contact.starred_user_ids

    def _inverse_is_starred(self):
        for contact in self:
            contact._star(contact.is_starred)

    @api.model
    def _search_is_starred(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("starred_user_ids", "in", self.env.user.ids)]

    @api.depends_context("uid")
    def _compute_is_unread(self):
        unread = self.search([("id", "in", self.ids), ("is_unread", "=", True)])
        for contact in self:
            contact.is_unread = contact in unread

    @api.model
    def _search_is_unread(self, operator, value):
        """Something was said in the conversation since the user last read it."""
        if operator != "in":
            return NotImplemented
        me = self.env.user.partner_id.id

        def to_sql(contacts, alias, _query):
            return SQL(
                """EXISTS (
                    SELECT 1 FROM discuss_channel_member member
                      JOIN mail_message message
                        ON message.model = 'discuss.channel'
                       AND message.res_id = member.channel_id
                       AND message.id >= member.new_message_separator
                       AND message.message_type = 'comment'
                     WHERE member.channel_id = %s AND member.partner_id = %s)""",
                contacts._field_to_sql(alias, "channel_id"),
                me,
            )

        return Domain.custom(to_sql=to_sql)

    def _compute_search_any(self):
        self.search_any = False

    @api.model
    def _search_search_any(self, operator, value):
        """Every word typed must occur, without regard to accents; a phone in any form."""
        return domain_of_queries(operator, value, self._domain_of_words)

    @api.model
    def _domain_of_words(self, query):
        terms = [domain_of_term(term) for term in search_terms(query)]
        return Domain.AND(terms) if terms else Domain.TRUE

    # === ACTIONS ===

    def action_toggle_star(self):
        """Follow the customer, or no longer."""
        self.ensure_one()
        self.check_access("read")
        self._star(not self.is_starred)
        return self.is_starred

    # === BUSINESS ===

    def _star(self, is_starred):
        """Note whether the user follows the customer; it is his own mark, not the record's."""
        command = Command.link if is_starred else Command.unlink
        # sudo: who reads the customer may follow him; nothing but the own mark changes
        self.sudo().starred_user_ids = [command(self.env.uid)]
        self.invalidate_recordset(["is_starred"])
