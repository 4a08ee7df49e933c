from odoo import fields, models


class CaredeskSurveyAssignment(models.Model):
    _inherit = "caredesk.survey.assignment"

    department_ids = fields.Many2many(
        "hr.department",
        string="Departments",
        help="All employees of these departments, and of those below, who have an account.",
    )

    def _people(self):
        """Add the employees of the departments."""
        people = super()._people()
        if not self.department_ids:
            return people
        # sudo: who works in the departments the manager chose
        employees_sudo = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("department_id", "child_of", self.department_ids.ids),
                    ("company_id", "=", self.company_id.id),
                    ("user_id", "!=", False),
                ]
            )
        )
        members = employees_sudo.user_id.with_env(self.env)
        return people | members.filtered(lambda user: user.active and not user.share)
