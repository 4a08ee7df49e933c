from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.caredesk_survey.tests.common import SurveyCase


@tagged("post_install", "-at_install")
class TestDepartments(SurveyCase):
    """Surveys for whole departments."""

    def test_departments_and_those_below(self):
        """S0-SVY-15: everybody of the department who has an account, and nobody else."""
        departments = self.env["hr.department"]
        shop = departments.create({"name": "Shop"})
        branch = departments.create({"name": "Branch", "parent_id": shop.id})
        for user, department in ((self.hoa, shop), (self.kim, branch), (self.maker, departments)):
            self.env["hr.employee"].create(
                {"name": user.name, "user_id": user.id, "department_id": department.id}
            )
        self.env["hr.employee"].create({"name": "No account", "department_id": shop.id})
        assignment = (
            self.env["caredesk.survey.assignment"]
            .with_user(self.maker)
            .create(
                {
                    "survey_id": self._survey({"caredesk_type": "stars"}, kind="employee").id,
                    "department_ids": [Command.set(shop.ids)],
                }
            )
        )
        assignment.action_assign()
        self.assertEqual(assignment.task_ids.user_id, self.hoa + self.kim)
