from datetime import timedelta

from odoo import api, fields, models


class CaredeskCareClose(models.TransientModel):
    """Dialog: finish a task, say what came of it, plan the next one."""

    _name = "caredesk.care.close"
    _description = "Finish a Care Task"

    task_id = fields.Many2one("caredesk.care.task", required=True, readonly=True)
    result = fields.Text()
    evaluation = fields.Selection(selection="_selection_evaluation")
    plan_next = fields.Boolean("Plan the Next Care")
    next_days = fields.Integer("In Days", default=30)

    _next = models.Constraint(
        "CHECK (next_days BETWEEN 0 AND 3650)", "The next care lies 0 to 3650 days ahead."
    )

    @api.model
    def _selection_evaluation(self):
        tasks = self.env["caredesk.care.task"]
        return tasks._fields["evaluation"]._description_selection(tasks.env)

    def action_close(self):
        """Finish, and plan what follows when wished."""
        self.ensure_one()
        task = self.task_id
        task.action_done(self.result, self.evaluation)
        if self.plan_next:
            start = fields.Datetime.now().replace(second=0) + timedelta(days=self.next_days)
            length = task.date_deadline - task.date_start
            task.env[task._name].create(
                {
                    "name": task.name,
                    "partner_id": task.partner_id.id,
                    "contact_id": task.contact_id.id,
                    "company_id": task.company_id.id,
                    "form_id": task.form_id.id,
                    "reason_id": task.reason_id.id,
                    "user_ids": [(6, 0, task.user_ids.ids)],
                    "previous_id": task.id,
                    "date_start": start,
                    "date_deadline": start + length,
                }
            )
        return {"type": "ir.actions.act_window_close"}
