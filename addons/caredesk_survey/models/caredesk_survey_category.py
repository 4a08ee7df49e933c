from odoo import fields, models


class CaredeskSurveyCategory(models.Model):
    """What the questions of the bank are sorted by, e.g. after-sales or product knowledge."""

    _name = "caredesk.survey.category"
    _description = "Question Category"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()

    _name_uniq = models.Constraint("UNIQUE (name)", "There is a question category of this name.")
