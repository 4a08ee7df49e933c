from odoo import api, fields, models
from odoo.tools import SQL, formatLang

KINDS = [
    ("order", "Order"),
    ("ticket", "Ticket"),
    ("task", "Care Task"),
    ("care", "Care"),
    ("points", "Points or Money"),
    ("level", "Level"),
    ("purchase", "Purchase"),
    ("survey", "Survey"),
]
#: model, table, kind of what a line opens; the order is that of the columns in _rows().
_MODEL_OF = {
    "order": "sale.order",
    "ticket": "caredesk.ticket",
    "task": "caredesk.care.task",
    "care": "caredesk.care.history",
    "purchase": "caredesk.care.purchase",
    "survey": "survey.user_input",
}
#: kind -> model and field whose selection the code of a line is one of
_CODED = {
    "order": ("sale.order", "state"),
    "ticket": ("caredesk.ticket", "state"),
    "task": ("caredesk.care.task", "state"),
    "care": ("caredesk.care.history", "action"),
    "purchase": ("caredesk.care.purchase", "state"),
}


class CaredeskCareTimeline(models.Model):
    """All that happened with a customer, newest first, in one list. A view, nothing is stored."""

    _name = "caredesk.care.timeline"
    _description = "Timeline of a Customer"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "name"

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    name = fields.Char("What", readonly=True)
    code = fields.Char(readonly=True, export_string_translation=False)
    detail = fields.Char(compute="_compute_detail")
    res_id = fields.Integer("Record", readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)

    @api.model
    def _rows(self):
        """Return the parts; numbers are made distinct by the last digit."""
        rows = [
            "SELECT id * 10 AS id, partner_id, company_id, date_order AS date, 'order' AS kind,"
            " name, state AS code, id AS res_id, user_id FROM sale_order WHERE state = 'sale'",
            "SELECT id * 10 + 1, partner_id, company_id, create_date, 'ticket', number || ' ' ||"
            " name, state, id, user_id FROM caredesk_ticket WHERE partner_id IS NOT NULL",
            "SELECT id * 10 + 2, partner_id, company_id, date_start, 'task', name, state, id,"
            " user_id FROM caredesk_care_task WHERE state IN ('done', 'no_show')",
            "SELECT id * 10 + 3, partner_id, company_id, date, 'care', subject, action, id,"
            " user_id FROM caredesk_care_history WHERE state != 'cancelled'",
            "SELECT history.id * 10 + 4, card.partner_id, card.company_id, history.create_date,"
            " 'points', history.description, (coalesce(history.issued, 0) -"
            " coalesce(history.used, 0))::text, history.id, history.create_uid"
            " FROM loyalty_history history JOIN loyalty_card card ON card.id = history.card_id"
            " WHERE card.partner_id IS NOT NULL",
            "SELECT change.id * 10 + 5, account.partner_id, account.company_id,"
            " change.create_date, 'level', level.name ->> 'en_US', change.reason, change.id,"
            " change.create_uid FROM caredesk_customer_level_change change JOIN"
            " caredesk_customer_account account ON account.id = change.account_id LEFT JOIN"
            " caredesk_customer_level level ON level.id = change.to_level_id",
            "SELECT purchase.id * 10 + 6, purchase.partner_id, purchase.company_id,"
            " purchase.date + time '05:00', 'purchase', coalesce(purchase.reference,"
            " template.name ->> 'en_US'), purchase.state, purchase.id, purchase.user_id"
            " FROM caredesk_care_purchase purchase JOIN product_product product"
            " ON product.id = purchase.product_id JOIN product_template template"
            " ON template.id = product.product_tmpl_id",
        ]
        if "survey.user_input" in self.env:  # Odoo's surveys are installed
            rows.append(
                "SELECT input.id * 10 + 7, input.partner_id, NULL::int, coalesce("
                " input.end_datetime, input.create_date), 'survey', survey.title ->> 'en_US',"
                " CASE WHEN survey.scoring_type != 'no_scoring'"
                " THEN round(input.scoring_percentage)::int || ' %%' END, input.id, survey.user_id"
                " FROM survey_user_input input JOIN survey_survey survey"
                " ON survey.id = input.survey_id WHERE input.state = 'done'"
                " AND input.partner_id IS NOT NULL AND input.test_entry IS NOT TRUE"
            )
        return rows

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(SQL(part) for part in self._rows())  # constant texts

    @api.depends("kind", "code")
    def _compute_detail(self):
        """Say state or action in the reader's language; other details are texts already."""
        labels = {
            kind: dict(self.env[model]._fields[name]._description_selection(self.env))
            for kind, (model, name) in _CODED.items()
        }
        for line in self:
            if line.kind == "points":
                line.detail = self._signed(float(line.code))
            else:
                line.detail = labels.get(line.kind, {}).get(line.code, line.code)

    def _signed(self, change):
        """Return a change as people write it: +1.200.000."""
        digits = 0 if change == int(change) else 2
        return ("+" if change > 0 else "") + formatLang(self.env, change, digits=digits)

    def action_open(self):
        """Open what the line stands for; lines that are all there is to see stay."""
        self.ensure_one()
        model = _MODEL_OF.get(self.kind)
        if not model or not self.env[model].browse(self.res_id).has_access("read"):
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
