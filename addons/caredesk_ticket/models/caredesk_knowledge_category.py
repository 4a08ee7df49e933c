from odoo import api, fields, models


class CaredeskKnowledgeCategory(models.Model):
    """A heading of the knowledge base; headings may lie in one another."""

    _name = "caredesk.knowledge.category"
    _description = "Knowledge Category"
    _parent_store = True
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    parent_id = fields.Many2one(
        "caredesk.knowledge.category", string="Part of", ondelete="restrict", index=True
    )
    parent_path = fields.Char(index=True, export_string_translation=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the category is there for all companies."
    )
    display_name = fields.Char(recursive=True)
    article_count = fields.Integer("Articles", compute="_compute_article_count")

    # === COMPUTE ===

    @api.depends("name", "parent_id.display_name")
    def _compute_display_name(self):
        for category in self:
            parent = category.parent_id
            category.display_name = (
                f"{parent.display_name} / {category.name}" if parent else category.name
            )

    def _compute_article_count(self):
        counts = dict(
            self.env["caredesk.knowledge.article"]._read_group(
                [("category_id", "in", self.ids)], ["category_id"], ["__count"]
            )
        )
        for category in self:
            category.article_count = counts.get(category, 0)
