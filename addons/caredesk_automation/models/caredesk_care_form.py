from odoo import api, fields, models
from odoo.exceptions import UserError

ACTIONS = [
    ("give_points", "Give Points"),
    ("deduct_points", "Deduct Points"),
    ("give_money", "Give Accumulated Money"),
    ("deduct_money", "Deduct Accumulated Money"),
    ("call", "Call"),
    ("message", "Send Message"),
    ("email", "Send Email"),
    ("receive_call", "Receive Call"),
]
MEDIA = [
    ("phone", "Phone"),
    ("sms", "SMS"),
    ("zalo", "Zalo"),
    ("facebook", "Facebook"),
    ("viber", "Viber"),
    ("other", "Other"),
]
CONTENT_KINDS = [
    ("product", "Product"),
    ("thanks", "Thanks"),
    ("gift", "Gift"),
    ("promotion", "Promotion"),
]


class CaredeskCareForm(models.Model):
    """A named way of caring («hình thức chăm sóc») of one of the eight kinds of action."""

    _name = "caredesk.care.form"
    _description = "Care Form"
    _inherit = ["caredesk.care.keep"]
    _order = "action, name, id"

    action = fields.Selection(ACTIONS, string="Care Action", required=True, default="call")
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: of all companies.")
    create_uid = fields.Many2one("res.users", string="Created by", readonly=True)
    create_date = fields.Datetime("Created on", readonly=True)
    points = fields.Float("Points Offered", help="Filled in when the form is chosen.")
    amount = fields.Float("Money Offered", help="Filled in when the form is chosen.")
    medium = fields.Selection(MEDIA, help="Through what calls and messages of this form go.")
    content_kind = fields.Selection(CONTENT_KINDS, string="Kind of Content")
    template_id = fields.Many2one(
        "mail.template",
        string="Mail Template",
        domain="[('model', '=', 'caredesk.care.history')]",
    )
    note = fields.Text("Guideline", help="What to say and to ask; shown to who does the care.")

    _name_uniq = models.UniqueIndex(
        "(action, lower(name), (COALESCE(company_id, 0)))",
        "There is a care form of this name for this action already.",
    )
    _offer = models.Constraint(
        "CHECK ((points IS NULL OR points >= 0) AND (amount IS NULL OR amount >= 0))",
        "Points and money are written as positive figures; the action says which way they go.",
    )

    @api.model
    def _uses(self):
        return [
            ("caredesk.care.history", "form_id"),
            ("caredesk.care.task", "form_id"),
            ("caredesk.care.occasion", "form_id"),
            ("caredesk.care.invite", "form_id"),
        ]

    @api.depends("name", "action")
    @api.depends_context("caredesk_show_action")
    def _compute_display_name(self):
        labels = dict(self._fields["action"]._description_selection(self.env))
        for form in self:
            form.display_name = form.name
            if self.env.context.get("caredesk_show_action") and form.action:
                form.display_name = f"{labels[form.action]}: {form.name}"

    def write(self, vals):
        """Keep the action of a form that was used: its past would tell another story.

        :raise UserError: the action of a used form changes
        """
        if "action" in vals:
            changed = self.filtered(lambda form: form.action != vals["action"])
            if used := changed._used():
                raise UserError(
                    self.env._(
                        "«%s» was used already; make a new care form for the other action.",
                        used[0].name,
                    )
                )
        return super().write(vals)

    @api.model
    def _usual(self, action="call"):
        """Return the form that care begins with where nobody chose one: the first of a call."""
        return self.search(
            [("action", "=", action), ("company_id", "in", (self.env.company.id, False))],
            limit=1,
            order="id",
        )

    # === ACTIONS ===

    def action_show_list(self):
        """Go back to the list after saving."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_automation.caredesk_care_form_action"
        ) | {"target": "main"}

    def action_continue_adding(self):
        """Open an empty form after saving, for the next one."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Care Form"),
            "res_model": "caredesk.care.form",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_action": self[:1].action},
        }


class CaredeskCareReason(models.Model):
    """Why customers are cared for («lý do chăm sóc»), and in which forms."""

    _name = "caredesk.care.reason"
    _description = "Care Reason"
    _inherit = ["caredesk.care.keep"]
    _order = "sequence, name, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: of all companies.")
    form_ids = fields.Many2many(
        "caredesk.care.form", "caredesk_care_reason_form_rel", string="Care Forms"
    )

    _name_uniq = models.UniqueIndex(
        "(lower(name), (COALESCE(company_id, 0)))", "There is a care reason of this name already."
    )

    @api.model
    def _uses(self):
        return [
            ("caredesk.care.history", "reason_id"),
            ("caredesk.care.task", "reason_id"),
            ("caredesk.care.occasion", "reason_id"),
        ]
