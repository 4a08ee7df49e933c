import re
from datetime import timedelta

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import is_html_empty

from ..domain.knowledge_text import (
    occurring,
    phrases_of,
    plain_answer,
    reading_query,
    words_of,
)
from .caredesk_ticket import CHANNELS

ACKNOWLEDGEMENT = "acknowledgement"
OUTSIDE_HOURS = "outside_hours"
KEYWORD = "keyword"
ARTICLE = "article"
KINDS = [
    (ACKNOWLEDGEMENT, "Acknowledgement"),
    (OUTSIDE_HOURS, "Outside Working Hours"),
    (KEYWORD, "Keyword"),
    (ARTICLE, "Knowledge Base"),
]
#: What a text may name. Nothing of it comes from the customer: his address may be forged.
PLACEHOLDERS = ("number", "group", "company")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


class CaredeskAutoReply(models.Model):
    """A rule: which new request gets which answer before a person has read it.

    A request gets at most one receipt (acknowledgement, or the notice that nobody is there) and
    one answer (by keyword or from the knowledge base). The texts are ours alone.
    """

    _name = "caredesk.auto.reply"
    _description = "Auto Reply"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default=KEYWORD)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        help="Empty: the rule is there for all companies.",
    )
    group_id = fields.Many2one(
        "caredesk.support.group",
        string="Support Group",
        index=True,
        ondelete="cascade",
        help="Empty: all groups. A rule of the group itself comes first.",
    )
    channel = fields.Selection(
        CHANNELS, string="Intake Channel", help="Empty: all channels customers write by."
    )
    keywords = fields.Char(
        translate=True,
        help="Words or phrases with commas between; one of them has to occur in title or "
        "content of the request, with or without accents.",
    )
    article_id = fields.Many2one(
        "caredesk.knowledge.article",
        check_company=True,
        domain="[('is_published', '=', True), ('group_ids', '=', False)]",
        index="btree_not_null",
        ondelete="cascade",
        help="Its answer and files are sent below the text.",
    )
    category_id = fields.Many2one(
        "caredesk.knowledge.category",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Only articles of this category are sent. Empty: all published ones.",
    )
    subject = fields.Char(
        required=True,
        translate=True,
        default=lambda self: self.env._("About your request {number}"),
    )
    body = fields.Html(
        "Text",
        translate=True,
        sanitize_attributes=True,
        sanitize_form=True,
        help="{number}, {group} and {company} stand for the ticket's number, its group and your "
        "company. Nothing else of the ticket can be named: the sender's address may be forged, "
        "and we carry no stranger's words to it.",
    )
    sent_count = fields.Integer("Sent in 30 Days", compute="_compute_sent_count", compute_sudo=True)

    # === COMPUTE ===

    @api.depends("group_id")
    def _compute_company_id(self):
        for rule in self:
            rule.company_id = rule.group_id.company_id or rule.company_id

    def _compute_sent_count(self):
        since = fields.Datetime.now() - timedelta(days=30)
        domain = [("rule_id", "in", self.ids), ("create_date", ">=", since)]
        logs = self.env["caredesk.auto.reply.log"]
        counts = dict(logs._read_group(domain, ["rule_id"], ["__count"]))
        for rule in self:
            rule.sent_count = counts.get(rule._origin, 0)

    # === CONSTRAINTS & ONCHANGE ===

    @api.constrains("subject", "body")
    def _check_placeholders(self):
        for rule in self:
            for name in _PLACEHOLDER.findall(f"{rule.subject} {rule.body or ''}"):
                if name not in PLACEHOLDERS:
                    raise ValidationError(
                        self.env._(
                            "{%(name)s} is unknown: only {number}, {group} and {company} can be "
                            "used in an auto reply.",
                            name=name,
                        )
                    )

    @api.constrains("kind", "body", "keywords", "article_id")
    def _check_complete(self):
        for rule in self:
            if rule.kind == KEYWORD and not phrases_of(rule.keywords):
                raise ValidationError(self.env._("Say which keywords %s waits for.", rule.name))
            if rule.kind != ARTICLE and is_html_empty(rule.body) and not rule.article_id:
                raise ValidationError(self.env._("%s has no text to send.", rule.name))

    # === BUSINESS ===

    @api.model
    def _choose(self, ticket):
        """Return what a new ticket gets: ``[(rule, article or none), …]``, two at most."""
        rules = self._rules_of(ticket)
        if not rules:
            return []
        receipt = rules.filtered(
            lambda rule: rule.kind == (ACKNOWLEDGEMENT if ticket._is_in_hours() else OUTSIDE_HOURS)
        )
        # Where nothing is said of closing time, the acknowledgement does at any time.
        receipt = receipt or rules.filtered(lambda rule: rule.kind == ACKNOWLEDGEMENT)
        chosen = [(rule, rule.article_id) for rule in receipt[:1]]
        text = words_of(f"{ticket.name} {plain_answer(ticket.description)}")
        for rule in rules:
            article = rule.article_id
            if rule.kind == KEYWORD and rule._hears(text):
                return [*chosen, (rule, article)]
            if rule.kind == ARTICLE and (article := rule._article_for(ticket, text)):
                return [*chosen, (rule, article)]
        return chosen

    @api.model
    def _rules_of(self, ticket):
        """Return the rules that concern ``ticket``, those of its group before the others'."""
        group = ticket.group_id
        domain = (
            Domain("company_id", "in", (ticket.company_id.id, False))
            & Domain("group_id", "in", (group.id, False))
            & Domain("channel", "in", (ticket.channel, False))
        )
        if not group.acknowledge_mail:
            domain &= Domain("kind", "!=", ACKNOWLEDGEMENT)
        # sudo: the system answers, whoever's request it is
        rules = self.sudo().search(domain)
        usable = rules.filtered(
            lambda rule: not rule.article_id or rule.article_id._is_public_for(ticket.company_id)
        )
        return usable.sorted(lambda rule: not rule.group_id)

    def _hears(self, text):
        """Tell whether a keyword of the rule, in any language, occurs in ``text`` (folded)."""
        self.ensure_one()
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        texts = {self.with_context(lang=code).keywords for code in installed}
        return any(occurring(phrases_of(keywords), text) for keywords in texts)

    def _article_for(self, ticket, text):
        """Return the public article one of whose keywords occurs in ``text``, the best first."""
        self.ensure_one()
        articles = self.env["caredesk.knowledge.article"].sudo()
        domain = articles._public_domain(ticket.company_id) & Domain("keywords", "!=", False)
        if self.category_id:
            domain &= Domain("category_id", "child_of", self.category_id.id)
        candidates = articles._ranked(reading_query(text), domain, 20)
        return candidates.filtered(
            lambda article: occurring(phrases_of(article.keywords), text)
        ).sorted(lambda article: article.lang != ticket._customer_lang())[:1]

    def _render(self, ticket, article):
        """Return subject and body (Markup) for ``ticket``, in the language of its customer."""
        self.ensure_one()
        rule = self.with_context(lang=ticket._customer_lang())
        ticket = ticket.with_env(rule.env)
        values = {
            "number": ticket.number,
            "group": ticket.group_id.name,
            "company": ticket.company_id.name,
        }

        def fill(text, quote):
            return _PLACEHOLDER.sub(lambda match: quote(values[match[1]] or ""), text or "")

        body = rule.env["ir.qweb"]._render(
            "caredesk_ticket.auto_reply_body",
            # the field was sanitised when it was written; what is filled in is escaped
            {
                "text": Markup(fill(rule.body, escape)),  # noqa: S704
                "article": article,
                "link": ticket._portal_link(),
            },
            minimal_qcontext=True,
        )
        body = rule.env["mail.render.mixin"]._replace_local_links(body)
        return fill(rule.subject, str), body
