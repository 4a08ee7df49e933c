from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.caredesk_automation.tests.automation_common import AutomationCase


@tagged("post_install", "-at_install")
class TestDepartments(AutomationCase):
    """Rules that write to whole departments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        departments = cls.env["hr.department"]
        cls.shop = departments.create({"name": "Shop"})
        cls.branch = departments.create({"name": "Branch", "parent_id": cls.shop.id})

    def _employee(self, name, department, user=None):
        return self.env["hr.employee"].create(
            {
                "name": name,
                "department_id": department.id,
                "user_id": user and user.id,
                "work_email": f"{name.lower()}@caredesk.test",
            }
        )

    def _news(self):
        return self._message(subject="News", body_html="<p>{{recipient_name}}, read this.</p>")

    def _told(self, **vals):
        """Return whom a rule about no customer told."""
        rule = self._rule(
            "weekly",
            audience="once",
            recipient_kind="departments",
            recipient_department_ids=[Command.set(self.shop.ids)],
            content_ids=[self._news()],
            **vals,
        )
        rule.action_run_now()
        self._cron("run")
        return self._log(rule)

    def test_departments_and_those_below(self):
        """S0-AUT-X5: everybody of the department and of those below, with or without account."""
        account = self._employee("Mai", self.shop, self.mai)
        below = self._employee("Binh", self.branch)
        self._employee("Elsewhere", self.env["hr.department"].create({"name": "Stock"}))
        gone = self._employee("Gone", self.shop)
        gone.active = False
        log = self._told()
        self.assertEqual(set(log.mapped("state")), {"sent"})
        self.assertEqual(log.partner_id, self.mai.partner_id | below.work_contact_id)
        self.assertEqual(account.user_id, self.mai)

    def test_colleagues_of_another_company(self):
        """S0-AUT-X5, IE-47: a department that several companies share: only one's own people."""
        self.shop.company_id = False
        near = self._employee("Near", self.shop)
        far = self.env["res.company"].create({"name": "Far"})
        self._employee("Away", self.shop).company_id = far
        self.assertEqual(self._told().partner_id, near.work_contact_id)

    def test_empty_department_is_read_in_the_log(self):
        """S0-AUT-X5, IE-25: nobody works there: failed with its reason."""
        log = self._told()
        self.assertEqual(log.reason, "There is nobody to send to.")

    def test_departments_are_named(self):
        """S0-AUT-07: without a department the rule cannot be saved."""
        with self.assertRaisesRegex(ValidationError, "Departments"):
            self._rule(
                "weekly",
                audience="once",
                recipient_kind="departments",
                content_ids=[self._news()],
            )

    def test_without_departments_no_customer_reads_it(self):
        """S0-AUT-X5: when Employees are uninstalled, what was for colleagues is stopped."""
        rule = self._rule("partner_create", recipient_kind="departments",
                          recipient_department_ids=[Command.link(self.shop.id)])  # fmt: skip
        self._customer("Lan")
        field = self.env["ir.model.fields"]._get(rule._name, "recipient_kind")
        gone = field.selection_ids.filtered(lambda one: one.value == "departments")
        gone._process_ondelete()
        self.assertEqual((rule.recipient_kind, rule.state), ("owner", "stopped"))
        self.assertRuns(rule, "cancelled")
