from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Fields of a customer that answers may fill; beside them dates, and fields a firm added itself.
_FIELDS = (
    "name",
    "email",
    "phone",
    "function",
    "street",
    "street2",
    "city",
    "zip",
    "state_id",
    "country_id",
    "website",
    "vat",
    "industry_id",
    "lang",
    "category_id",
)
_OWN_TYPES = ("char", "text", "date", "selection", "many2one", "many2many", "integer", "float")


class SurveyQuestion(models.Model):
    """Which field of the customer an answer fills, and by which rule."""

    _inherit = "survey.question"

    writeback_field = fields.Selection(
        "_selection_writeback_field",
        string="Fills the Customer's",
        help="When a customer completes the survey, the answer goes into this field of the "
        "customer. What stood there before is kept in a log.",
    )
    writeback_rule = fields.Selection(
        [
            ("always", "Always"),
            ("empty", "Only When Empty"),
            ("propose", "Propose for Approval"),
        ],
        string="Write-Back Rule",
        default="empty",
        help="Always: the answer replaces what is there. Only when empty: it fills a gap. Propose: "
        "a survey manager decides.",
    )

    @api.model
    def _selection_writeback_field(self):
        """Return the customer's fields that answers may fill, with their labels."""
        partners = self.env["res.partner"]
        names = [
            name for name, field in partners._fields.items() if self._may_be_filled(name, field)
        ]
        # sudo: labels of fields, nothing of any customer
        described = partners.sudo().fields_get(names, ["string"])
        return [(name, described[name]["string"]) for name in names if name in described]

    @api.model
    def _may_be_filled(self, name, field):
        if not field.store or field.groups or field.related or field.company_dependent:
            return False
        if name in _FIELDS:
            return True
        if field.compute or field.readonly:
            return False
        return field.type == "date" or (field.manual and field.type in _OWN_TYPES)

    @api.constrains("writeback_field", "question_type", "is_page")
    def _check_writeback(self):
        offered = {name for name, _label in self._selection_writeback_field()}
        for question in self.filtered("writeback_field"):
            if question.writeback_field not in offered:
                raise ValidationError(self.env._("This field cannot be filled by answers."))
            if question.is_page or question.question_type == "matrix":
                raise ValidationError(
                    self.env._("A section or a matrix cannot fill a field of the customer.")
                )
