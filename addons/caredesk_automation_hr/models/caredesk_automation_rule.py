from odoo import api, fields, models


class CaredeskAutomationRule(models.Model):
    """Whole departments as recipients."""

    _inherit = "caredesk.automation.rule"

    recipient_kind = fields.Selection(
        selection_add=[("departments", "Employees of departments"), ("custom",)],
        # What was written for colleagues goes to no customer.
        ondelete={
            "departments": lambda rules: rules.write(
                {"recipient_kind": "owner", "state": "stopped"}
            )
        },
    )
    recipient_department_ids = fields.Many2many(
        "hr.department",
        "caredesk_automation_rule_department_rel",
        string="Departments",
        help="All employees of these departments, and of those below.",
    )

    # === BUSINESS ===

    @api.model
    def _recipient_fields(self):
        return {**super()._recipient_fields(), "departments": "recipient_department_ids"}

    def _recipients(self, record):
        """Return the people of the departments: their account's contact, else the work contact."""
        if self.recipient_kind != "departments":
            return super()._recipients(record)
        # sudo: who works in the departments the rule's author chose
        employees_sudo = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("department_id", "child_of", self.recipient_department_ids.ids),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        people = self.env["res.partner"]
        for employee_sudo in employees_sudo:
            people |= employee_sudo.user_id.partner_id or employee_sudo.work_contact_id
        return people.with_env(self.env)
