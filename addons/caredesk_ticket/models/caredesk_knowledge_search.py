from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain.knowledge_text import plain_answer, reading_query, typed_query
from .text_search import domain_of_queries

#: Articles returned at most, whatever a caller asks for.
_MOST = 100
#: What a word counts in the answer, the keywords and the question (D is not used).
_WEIGHTS = "{0, 0.15, 0.5, 1.0}"
#: Letters of an answer shown in a list of results.
_PREVIEW = 300


class CaredeskKnowledgeArticle(models.Model):
    """Finding articles: ranked full-text search, with or without accents."""

    _inherit = "caredesk.knowledge.article"

    search_any = fields.Char("Anything", compute="_compute_search_any", search="_search_search_any")

    def init(self):
        """Let the database keep the search document itself, whatever writes the words."""
        # Odoo has no field for a tsvector; a generated column needs none.
        self.env.cr.execute(
            """
            ALTER TABLE caredesk_knowledge_article
            ADD COLUMN IF NOT EXISTS search_document tsvector GENERATED ALWAYS AS (
                setweight(to_tsvector('simple', coalesce(search_question, '')), 'A')
                || setweight(to_tsvector('simple', coalesce(search_keywords, '')), 'B')
                || setweight(to_tsvector('simple', coalesce(search_answer, '')), 'C')
            ) STORED;
            CREATE INDEX IF NOT EXISTS caredesk_knowledge_article_search_document_idx
            ON caredesk_knowledge_article USING gin (search_document)
            """
        )

    # === COMPUTE ===

    def _compute_search_any(self):
        self.search_any = False

    @api.model
    def _search_search_any(self, operator, value):
        """Search method of ``search_any``: all words, the last one perhaps unfinished."""
        return domain_of_queries(
            operator,
            value,
            lambda typed: Domain("id", "in", self._matching(typed_query(typed), Domain.TRUE)),
        )

    # === BUSINESS ===

    @api.model
    def search_articles(self, query, limit=20, ticket_id=False, published=True):
        """Return the articles that fit best what somebody types, for pickers and other callers.

        Readable by RPC for agents; record rules apply.

        :param str query: words with or without accents, the last one may be unfinished; empty
            gives what fits the ticket, else what is used most
        :param int limit: most articles wanted
        :param ticket_id: ticket the answer is for
        :param published: leave drafts out
        :return: list of ``{id, question, preview, category, file_count, usage_count,
            canned_response_id}``
        """
        self.browse().check_access("read")
        limit = _as_limit(limit)
        domain = Domain("is_published", "=", True) if published else Domain.TRUE
        words = typed_query(query if isinstance(query, str) else "")
        if words:
            # A whole sentence has words that no article has: then the nearest ones are shown.
            articles = self._ranked(words, domain, limit) or self._ranked(
                reading_query(query), domain, limit
            )
        else:
            known = ticket_id if isinstance(ticket_id, int) else 0
            ticket = self.env["caredesk.ticket"].browse(known or ()).exists()
            articles = ticket._suggested_articles(limit) if ticket else self.browse()
            articles = articles or self.search(domain, limit=limit, order="usage_count desc, id")
        return articles._as_results()

    @api.model
    def _suggest_published(self, text, lang=None, limit=5, company=None):
        """Return published articles for what a customer writes, for pages anybody may open.

        Holds nothing but what customers may read: no drafts, no articles kept to groups, no
        other company's.

        :param text: what the customer has typed so far
        :param lang: code of the customer's language; articles in it come before the others
        :return: list of ``{id, question, answer}``, the answer as sanitised HTML
        """
        company = company or self.env.company
        domain = self._public_domain(company)
        # sudo: visitors have no right on articles; the domain holds what they may read
        articles_sudo = self.sudo()
        limit = min(max(int(limit), 1), _MOST)
        text = text if isinstance(text, str) else ""
        found = articles_sudo._ranked(reading_query(text), domain, limit * 2)
        found = found or articles_sudo._ranked(typed_query(text), domain, limit * 2)
        found = found.sorted(lambda article: bool(lang and article.lang != lang))
        return [
            {"id": article.id, "question": article.question, "answer": article.answer}
            for article in found[:limit]
        ]

    @api.model
    def _public_domain(self, company):
        """Return the domain of the articles any customer of ``company`` may read."""
        return (
            Domain("is_published", "=", True)
            & Domain("group_ids", "=", False)
            & Domain("company_id", "in", (company.id, False))
        )

    def _is_public_for(self, company):
        """Tell whether any customer of ``company`` may read this article, see above."""
        self.ensure_one()
        return self._is_usable() and bool(self.filtered_domain(self._public_domain(company)))

    @api.model
    def _ranked(self, tsquery, domain, limit):
        """Return the articles of ``domain`` that match ``tsquery``, the best first."""
        if not tsquery:
            return self.browse()
        query = self._matching(tsquery, domain)
        query.order = SQL(
            "ts_rank(%s, %s, to_tsquery('simple', %s), 1) DESC, %s, %s",
            _WEIGHTS,
            SQL.identifier(query.table, "search_document"),
            tsquery,
            SQL.identifier(query.table, "sequence"),
            SQL.identifier(query.table, "id"),
        )
        query.limit = limit
        return self.browse(query.get_result_ids())

    @api.model
    def _matching(self, tsquery, domain):
        """Return the query of the articles the user may read that match ``tsquery``."""
        self.flush_model(["search_question", "search_keywords", "search_answer"])
        query = self._search(domain)
        query.add_where(
            SQL(
                "%s @@ to_tsquery('simple', %s)",
                SQL.identifier(query.table, "search_document"),
                tsquery,
            )
        )
        return query

    def _as_results(self):
        return [
            {
                "id": article.id,
                "question": article.question,
                "preview": " ".join((article.answer_text or "").split())[:_PREVIEW],
                "category": article.category_id.display_name or "",
                "file_count": len(article.attachment_ids),
                "usage_count": article.usage_count,
                "canned_response_id": article.canned_response_id.id,
            }
            for article in self
        ]


class CaredeskTicket(models.Model):
    _inherit = "caredesk.ticket"

    def suggest_articles(self, limit=5):
        """Return the published articles that fit this ticket, the best first.

        :return: as :meth:`search_articles` of the article
        """
        self.ensure_one()
        self.check_access("read")
        return self._suggested_articles(_as_limit(limit))._as_results()

    def _suggested_articles(self, limit):
        self.check_access("read")
        articles = self.env["caredesk.knowledge.article"]
        words = reading_query(self.name, plain_answer(self.description))
        return articles._ranked(words, Domain("is_published", "=", True), limit)


def _as_limit(value):
    """Return how many articles a caller gets; what is no number asks for the most."""
    return min(max(value, 1), _MOST) if type(value) is int else _MOST
