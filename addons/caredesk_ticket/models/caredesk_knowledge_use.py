from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.mail.tools.discuss import Store

#: Days after which single uses are added up.
_KEPT_DAYS = 30
#: Rows added up in one go.
_BATCH = 5000
#: Articles counted for one message at most.
_MOST = 50


class CaredeskKnowledgeUse(models.Model):
    """One time an article was sent. A row of its own each: senders never wait for each other."""

    _name = "caredesk.knowledge.use"
    _description = "Use of a Knowledge Article"
    _order = "id desc"

    article_id = fields.Many2one(
        "caredesk.knowledge.article", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", string="Sent by", ondelete="set null")

    @api.autovacuum
    def _gc_uses(self):
        """Add old uses up in their articles, so that the rows stay few."""
        before = fields.Datetime.now() - timedelta(days=_KEPT_DAYS)
        old = self.search([("create_date", "<", before)], limit=_BATCH, order="id")
        articles = old.article_id.try_lock_for_update()
        old = old.filtered(lambda use: use.article_id in articles)
        for article, uses in old.grouped("article_id").items():
            article.usage_before += len(uses)
        old.unlink()
        return len(old), len(old) == _BATCH


class CaredeskKnowledgeArticle(models.Model):
    """Putting an answer into a message, and counting when it is sent."""

    _inherit = "caredesk.knowledge.article"

    usage_before = fields.Integer(
        readonly=True, copy=False, aggregator=None, export_string_translation=False
    )
    usage_count = fields.Integer(
        "Times Sent", compute="_compute_usage_count", aggregator="sum", compute_sudo=True
    )

    # === COMPUTE ===

    @api.depends("usage_before")
    def _compute_usage_count(self):
        counts = dict(
            self.env["caredesk.knowledge.use"]._read_group(
                [("article_id", "in", self.ids)], ["article_id"], ["__count"]
            )
        )
        for article in self:
            article.usage_count = article.usage_before + counts.get(article._origin, 0)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Give the figure as SQL, which makes it sortable."""
        if field_expr != "usage_count":
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            "(COALESCE(%s, 0) + (SELECT count(*) FROM caredesk_knowledge_use used"
            " WHERE used.article_id = %s))",
            super()._field_to_sql(alias, "usage_before", query),
            SQL.identifier(alias, "id"),
        )

    # === ACTIONS ===

    def action_quick_reply(self):
        """Return what a composer needs to take these answers over, in this order.

        The files are copied for the message: what happens to it leaves the articles alone.

        :return: ``{"answers": [{id, text, html}], "attachment_ids": […], "store_data": …}``
        """
        self.check_access("read")
        # sudo: who reads an article may send its files; the copies belong to the sender
        files = self.attachment_ids.sudo()
        copies = self.env["ir.attachment"].browse(
            file.copy({"res_model": "mail.compose.message", "res_id": 0, "res_field": False}).id
            for file in files
        )
        store = Store().add(copies, extra_fields=copies._get_store_ownership_fields())
        return {
            "answers": [
                {"id": article.id, "text": article.answer_text or "", "html": article.answer}
                for article in self
            ],
            "attachment_ids": copies.ids,
            "store_data": store.get_result(),
        }

    # === BUSINESS ===

    @api.model
    def _count_sent(self, article_ids, canned_response_ids=()):
        """Count one use of each article that the user just sent, by picker or by shortcut.

        What a browser says is not believed: only ids of articles the user may read count.
        """
        if not self.has_access("read"):
            return
        articles = self.browse(_ids_in(article_ids)).exists()._filtered_access("read")
        if canned_ids := _ids_in(canned_response_ids):
            articles |= self.search([("canned_response_id", "in", canned_ids)])
        # sudo: agents have no right on the ledger; who may read an article may have sent it
        self.env["caredesk.knowledge.use"].sudo().create(
            [{"article_id": article.id, "user_id": self.env.uid} for article in articles]
        )
        articles.invalidate_recordset(["usage_count"])


def _ids_in(values):
    """Return the different positive numbers in what came from outside."""
    items = values if isinstance(values, list | tuple) else ()
    return list(dict.fromkeys(item for item in items if type(item) is int and item > 0))[:_MOST]
