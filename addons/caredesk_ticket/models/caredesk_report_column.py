from odoo import fields, models


class CaredeskReportColumn(models.Model):
    """A column that reports of tickets can have: data that comes with the addon.

    What it holds is written in the reader, under its key.
    """

    _name = "caredesk.report.column"
    _description = "Report Column"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    key = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    is_default = fields.Boolean("Chosen at First", default=True)

    _key_uniq = models.Constraint("UNIQUE (key)", "Two report columns have this key.")
