from odoo import fields, models


class SurveyUserInput(models.Model):
    """Attempts at what employees were assigned."""

    _inherit = "survey.user_input"

    task_id = fields.Many2one(
        "caredesk.survey.task", readonly=True, ondelete="set null", index="btree_not_null"
    )

    def _mark_in_progress(self):
        result = super()._mark_in_progress()
        self._tell_tasks()
        return result

    def _mark_done(self):
        result = super()._mark_done()
        self._tell_tasks()
        return result

    def _tell_tasks(self):
        # sudo: rows of the system; who may perform was checked when the attempt was begun
        self.sudo().task_id._follow_attempts()
