from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CaredeskZaloLeadMap(models.Model):
    """Which fields of a lead a conversion takes over, besides those it always does."""

    _name = "caredesk.zalo.lead.map"
    _description = "Lead Field Taken Over"
    _order = "target, id"
    _rec_name = "lead_field_id"

    lead_field_id = fields.Many2one(
        "ir.model.fields",
        required=True,
        ondelete="cascade",
        domain="[('model', '=', 'crm.lead'), ('store', '=', True)]",
    )
    partner_field_id = fields.Many2one(
        "ir.model.fields",
        "Contact Field",
        required=True,
        ondelete="cascade",
        domain="[('model', '=', 'res.partner'), ('store', '=', True), ('readonly', '=', False)]",
    )
    target = fields.Selection(
        [("contact", "Contact"), ("company", "Company")], required=True, default="contact"
    )

    _field_uniq = models.Constraint(
        "UNIQUE (target, partner_field_id)", "This field of the contact is filled already."
    )

    @api.constrains("lead_field_id", "partner_field_id")
    def _check_fit(self):
        for row in self:
            source, goal = row.lead_field_id, row.partner_field_id
            right = source.model == "crm.lead" and goal.model == "res.partner"
            if not right or (source.ttype, source.relation) != (goal.ttype, goal.relation):
                raise ValidationError(
                    row.env._(
                        "%(source)s and %(goal)s do not hold the same kind of value.",
                        source=source.field_description,
                        goal=goal.field_description,
                    )
                )
