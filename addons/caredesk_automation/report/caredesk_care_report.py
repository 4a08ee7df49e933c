from odoo import fields, models
from odoo.tools import SQL

from ..models.caredesk_care_form import ACTIONS
from ..models.caredesk_care_task import STATES


class CaredeskCareReport(models.Model):
    """What became of planned care: done, missed or still to come. A view, nothing is stored.

    Missed is what the customer did not come to, and what is overdue now.
    """

    _name = "caredesk.care.report"
    _description = "Care Performance"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "task_id"
    _depends = {
        "caredesk.care.task": [
            "partner_id", "company_id", "user_id", "form_id", "action", "reason_id", "schedule_id",
            "product_id", "state", "date_start", "date_deadline", "evaluation",
        ],
    }  # fmt: skip

    task_id = fields.Many2one("caredesk.care.task", "Care Task", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    form_id = fields.Many2one("caredesk.care.form", "Care Form", readonly=True)
    action = fields.Selection(ACTIONS, "Care Action", readonly=True)
    reason_id = fields.Many2one("caredesk.care.reason", readonly=True)
    schedule_id = fields.Many2one("caredesk.care.schedule", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    date = fields.Datetime("Planned For", readonly=True)
    planned_count = fields.Integer("Planned", readonly=True)
    done_count = fields.Integer("Done", readonly=True)
    missed_count = fields.Integer("Missed", readonly=True)
    coming_count = fields.Integer("To Come", readonly=True)
    done_rate = fields.Float("Done %", readonly=True, aggregator="avg")
    evaluation = fields.Float("Evaluation (1 to 5)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        now = fields.Datetime.now()
        is_open = SQL("task.state IN ('planned', 'confirmed', 'in_progress')")
        late = SQL("(%s AND task.date_deadline < %s)", is_open, now)
        coming = SQL("(%s AND task.date_deadline >= %s)", is_open, now)
        return SQL(
            "SELECT task.id, task.id AS task_id, task.partner_id, task.company_id, task.user_id,"
            " task.form_id, task.action, task.reason_id, task.schedule_id, task.product_id,"
            " task.state, task.date_start AS date, 1 AS planned_count,"
            " (task.state = 'done')::int AS done_count,"
            " (task.state = 'no_show' OR %(late)s)::int AS missed_count,"
            " (%(coming)s)::int AS coming_count,"
            " CASE WHEN %(coming)s THEN NULL WHEN task.state = 'done' THEN 100.0 ELSE 0.0 END"
            " AS done_rate, task.evaluation::numeric AS evaluation"
            " FROM caredesk_care_task task WHERE task.state != 'cancelled'",
            late=late,
            coming=coming,
        )
