from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..domain.knowledge_text import plain_answer, words_of

#: What only a manager may change: it decides what customers and colleagues get to read.
_PUBLISHING = frozenset({"is_published", "shortcut", "group_ids", "company_id"})
#: What only the system writes.
_KEPT = frozenset({"canned_response_id", "usage_before"})


class CaredeskKnowledgeArticle(models.Model):
    """A question customers ask and the answer they get.

    Agents propose articles, managers publish them. Only published ones are offered to
    colleagues while they write, sent by auto replies and shown to customers.
    """

    _name = "caredesk.knowledge.article"
    _description = "Knowledge Article"
    _inherit = ["mail.thread"]
    _rec_name = "question"
    _order = "sequence, question, id"
    _mail_post_access = "read"  # who finds a mistake in a published article may say so

    # identity
    question = fields.Char(required=True, tracking=True)
    answer = fields.Html(required=True, sanitize_attributes=True, sanitize_form=True)
    answer_text = fields.Text(
        "Answer as Text",
        compute="_compute_search_words",
        store=True,
        help="What is put into chats and messages.",
    )
    keywords = fields.Char(
        help="Other words customers use for it, with commas between. An auto reply sends the "
        "article when one of them occurs in a request."
    )
    lang = fields.Selection("_get_languages", "Language", default=lambda self: self.env.lang)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    # relations
    category_id = fields.Many2one(
        "caredesk.knowledge.category", ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the article is there for all companies."
    )
    group_ids = fields.Many2many(
        "caredesk.support.group",
        string="Only for Groups",
        context={"active_test": False},  # an archived group makes nothing public
        help="Support groups that may use the article; others and customers do not see it. "
        "Empty: everybody.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "caredesk_knowledge_article_attachment_rel",
        string="Attachments",
        help="Go along when the answer is sent.",
    )

    # state
    is_published = fields.Boolean("Published", tracking=True, copy=False)
    can_edit = fields.Boolean(compute="_compute_can_edit", export_string_translation=False)
    shortcut = fields.Char(
        copy=False,
        help="Whoever types :: and this word in a message gets the answer, as with any canned "
        "response. Not for articles kept to groups or to one of several companies: canned "
        "responses are there for everybody.",
    )
    canned_response_id = fields.Many2one(
        "mail.canned.response", readonly=True, copy=False, index="btree_not_null"
    )

    # words to search by, folded; the database makes its search document of them
    search_question = fields.Char(
        compute="_compute_search_words", store=True, export_string_translation=False
    )
    search_keywords = fields.Char(
        compute="_compute_search_words", store=True, export_string_translation=False
    )
    search_answer = fields.Text(
        compute="_compute_search_words", store=True, export_string_translation=False
    )

    # === COMPUTE ===

    @api.depends("question", "keywords", "answer")
    def _compute_search_words(self):
        for article in self:
            article.answer_text = plain_answer(article.answer)
            article.search_question = words_of(article.question)
            article.search_keywords = words_of(article.keywords)
            article.search_answer = words_of(article.answer_text)

    @api.depends_context("uid")
    @api.depends("is_published")
    def _compute_can_edit(self):
        for article in self:
            article.can_edit = not article.is_published or self._may_publish()

    @api.model
    def _get_languages(self):
        return self.env["res.lang"].get_installed()

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_may_publish({name for name in vals.keys() & _PUBLISHING if vals[name]})
            self._check_kept(vals)
        articles = super(CaredeskKnowledgeArticle, self._without_foreign_defaults()).create(
            vals_list
        )
        articles = articles.with_env(self.env)
        articles._own_attachments()
        articles._sync_canned_response()
        return articles

    def write(self, vals):
        self._check_may_publish(vals.keys() & _PUBLISHING)
        self._check_kept(vals)
        if not all(article.can_edit for article in self):
            raise AccessError(
                self.env._(
                    "This article is published: only a support manager may change it. Make a "
                    "copy and propose that."
                )
            )
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        if vals.keys() & {
            "answer",
            "active",
            "is_published",
            "shortcut",
            "group_ids",
            "company_id",
        }:
            self._sync_canned_response()
        return result

    def unlink(self):
        responses = self.canned_response_id
        result = super().unlink()
        # sudo: the text behind the shortcut belongs to the article, whose deletion was checked
        responses.sudo().unlink()
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for article, vals in zip(self, vals_list, strict=True):
            if "question" not in (default or {}):
                vals["question"] = self.env._("%(question)s (copy)", question=article.question)
            if not self._may_publish():
                vals.pop("group_ids", None)
                vals.pop("company_id", None)
        return vals_list

    # === ACTIONS ===

    def action_publish(self):
        """Publish the articles: a support manager."""
        return self.write({"is_published": True})

    def action_unpublish(self):
        """Take published articles back to drafts: a support manager."""
        return self.write({"is_published": False})

    # === BUSINESS ===

    def _is_usable(self):
        self.ensure_one()
        return self.is_published and self.active

    def _may_publish(self):
        return self.env.su or self.env.user.has_group("caredesk_ticket.group_manager")

    def _check_may_publish(self, names):
        if names and not self._may_publish():
            raise AccessError(
                self.env._(
                    "Only a support manager publishes articles and decides who sees them. Save "
                    "your article as a draft."
                )
            )

    @api.model
    def _check_kept(self, vals):
        if vals.keys() & _KEPT and not self.env.su:
            raise AccessError(
                self.env._("The shortcut's text and the number of uses are kept by the system.")
            )

    @api.model
    def default_get(self, fields):
        """Give no default, whoever saved it, to what the system keeps."""
        return super().default_get([name for name in fields if name not in _KEPT])

    @api.model
    def _without_foreign_defaults(self):
        """Return ``self`` without ``default_…`` in the context of what the user may not decide."""
        names = _KEPT if self._may_publish() else _KEPT | _PUBLISHING
        barred = {f"default_{name}" for name in names}
        context = {key: value for key, value in self.env.context.items() if key not in barred}
        return self.with_env(self.env(context=context))

    def _own_attachments(self):
        """Tie the files to their article: who reads the article reads them."""
        for article in self:
            # sudo: the form uploads files before the article has an id; only one's own are tied
            loose = article.attachment_ids.sudo().filtered(
                lambda file: not file.res_id and file.create_uid == self.env.user
            )
            loose.write({"res_model": self._name, "res_id": article.id})

    def _sync_canned_response(self):
        """Keep the canned response of each shortcut as its article is; none for a draft."""
        agents = self.env.ref("caredesk_ticket.group_agent")
        # sudo: only how many there are
        several = self.env["res.company"].sudo().search_count([], limit=2) > 1
        for article in self:
            # sudo: whoever may publish decides about the shortcut; it is kept by the system
            response = article.canned_response_id.sudo()
            if not (article.shortcut and article._is_usable()):
                response.unlink()
                continue
            if article.group_ids or (several and article.company_id):
                response.unlink()  # canned responses know neither support groups nor companies
                continue
            vals = {
                "source": article.shortcut.strip(),
                "substitution": article.answer_text,
                "group_ids": [(6, 0, agents.ids)],
            }
            if response:
                response.write(vals)
            else:
                article.sudo().canned_response_id = response.create(vals)
