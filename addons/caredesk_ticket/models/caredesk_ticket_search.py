from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ..domain.search_text import begins_word, fold, search_terms, searchable
from .text_search import domain_of_queries, domain_of_term

#: Up to so many tickets with the words that are looked for are few.
_FEW = 5000


class CaredeskTicket(models.Model):
    """Finding tickets by anything a person remembers, typed with or without accents."""

    _inherit = "caredesk.ticket"

    search_text = fields.Char(
        compute="_compute_search_text",
        store=True,
        precompute=True,
        export_string_translation=False,
        help="Number, title, content and contact details without accents and case.",
    )
    # On the text as it is, which costs less to keep up to date than without accents once more.
    _search_text_idx = models.Index(
        lambda registry: "USING gin (search_text gin_trgm_ops)" if registry.has_trigram else ""
    )
    search_any = fields.Char(
        "Anything",
        compute="_compute_search_any",
        search="_search_search_any",
        help="Finds number, title, content, customer, phone in any form, e-mail and performer.",
    )

    @api.depends(
        "number",
        "name",
        "description",
        "partner_name",
        "email_from",
        "phone",
        "partner_id.name",
        "partner_id.email",
        "partner_id.phone",
    )
    def _compute_search_text(self):
        for ticket in self:
            ticket.search_text = self._prepare_search_text(ticket, ticket.partner_id)

    @api.model
    def _prepare_search_text(self, source, partner):
        """Return the text a ticket is found by.

        :param source: the ticket, or the values of a new one with all its contact details
        """
        return searchable(
            source["number"],
            source["name"],
            source["partner_name"],
            partner.name,
            source["email_from"],
            partner.email,
            html2plaintext(source["description"] or ""),
            phones=(source["phone"], partner.phone),
        )

    def _compute_search_any(self):
        self.search_any = False

    @api.model
    def _search_search_any(self, operator, value):
        """Search method of ``search_any``: every word must occur, or the performer's name match."""
        return domain_of_queries(operator, value, self._domain_of_query)

    @api.model
    def _domain_of_query(self, query):
        terms = search_terms(query)
        if not terms:
            return Domain.TRUE
        text = self._narrowed(Domain.AND(domain_of_term(term) for term in terms))
        performers = self._performers_called(fold(query))
        return text | Domain("user_id", "in", performers) if performers else text

    @api.model
    def _narrowed(self, text):
        """Return the domain of a text search, by ids where it finds few tickets.

        PostgreSQL takes words for independent of each other. Where they are not, it expects many
        tickets and looks for the first page in the order of the list: through the whole history
        when there are few. Where there are many, that is the quick way.
        """
        # sudo: ids only; the caller's search applies the rules
        everything = self.sudo().with_context(active_test=False)
        query = everything._search(text, limit=_FEW + 1)
        ids = [row[0] for row in self.env.execute_query(query.select())]
        return Domain("id", "in", ids) if len(ids) <= _FEW else text

    @api.model
    def _performers_called(self, folded):
        """Return the ids of performers in whose name ``folded`` begins a word."""
        # sudo: names of performers are shown on the tickets anyway
        members_sudo = self.env["caredesk.support.member"].sudo()
        people = members_sudo.with_context(active_test=False).search_fetch([], ["user_id"]).user_id
        return [user.id for user in people if begins_word(folded, user.name)]
