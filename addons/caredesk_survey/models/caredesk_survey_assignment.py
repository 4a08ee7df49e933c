from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from .survey_survey import CUSTOMER_KINDS


class CaredeskSurveyAssignment(models.Model):
    """A survey given to employees: to people, to support groups, until a day."""

    _name = "caredesk.survey.assignment"
    _description = "Survey Assignment"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "survey_id"

    survey_id = fields.Many2one(
        "survey.survey",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('is_caredesk', '=', True), ('is_template', '=', False)]",
    )
    mode = fields.Selection(
        [("self", "For Oneself"), ("interview", "While Interviewing Customers")],
        string="Performed",
        compute="_compute_mode",
        store=True,
        help="Surveys of employees are answered for oneself. Surveys of customers are filled in "
        "while the employee asks a customer.",
    )
    user_ids = fields.Many2many("res.users", string="Employees", domain="[('share', '=', False)]")
    support_group_ids = fields.Many2many(
        "caredesk.support.group", string="Support Groups", help="All members of these groups."
    )
    due_at = fields.Datetime("Due", tracking=True)
    remind_days = fields.Integer(
        "Remind Before", default=1, help="Days before it is due that employees are reminded."
    )
    wanted = fields.Integer(
        "Interviews Each", default=1, help="How many customers each employee interviews."
    )
    note = fields.Text("What It Is About")
    task_ids = fields.One2many("caredesk.survey.task", "assignment_id", string="Who Has Done It")
    task_count = fields.Integer("Assigned", compute="_compute_counts")
    done_count = fields.Integer("Done", compute="_compute_counts")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    _wanted_positive = models.Constraint(
        "CHECK (wanted > 0)", "Ask for at least one interview of each employee."
    )
    _remind_positive = models.Constraint(
        "CHECK (remind_days >= 0)", "The days before it is due cannot be negative."
    )

    # === COMPUTE ===

    @api.depends("survey_id.survey_type")
    def _compute_mode(self):
        for assignment in self:
            of_customers = assignment.survey_id.survey_type in CUSTOMER_KINDS
            assignment.mode = "interview" if of_customers else "self"

    @api.depends("task_ids.state")
    def _compute_counts(self):
        counts = {
            assignment.id: (count, done)
            for assignment, count, done in self.env["caredesk.survey.task"]._read_group(
                [("assignment_id", "in", self.ids)],
                ["assignment_id"],
                ["__count", "done_flag:sum"],
            )
        }
        for assignment in self:
            found = counts.get(assignment._origin.id, (0, 0))
            assignment.task_count, assignment.done_count = found

    @api.constrains("survey_id")
    def _check_survey(self):
        for assignment in self:
            if assignment.survey_id.is_template or not assignment.survey_id.is_caredesk:
                raise ValidationError(
                    self.env._("Choose a survey of employees or customers, not a template.")
                )

    # === ACTIONS ===

    def action_assign(self):
        """Give the survey to everybody chosen who does not have it yet."""
        self.check_access("write")
        for assignment in self:
            people = assignment._people()
            if not people:
                raise UserError(self.env._("Choose the employees or groups who get the survey."))
            assignment.survey_id.sudo().check_validity()  # sudo: reads whether there are questions
            assignment._add_tasks(people - assignment.task_ids.user_id)
        return True

    def action_tasks(self):
        """Open who has the survey and who has done it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_survey.caredesk_survey_task_action"
        )
        action["domain"] = [("assignment_id", "=", self.id)]
        action["context"] = {}
        return action

    # === BUSINESS ===

    def _people(self):
        """Return the active employees this assignment is for. Hook: departments add theirs."""
        self.ensure_one()
        # sudo: who the members are; the manager chose the groups
        members = self.support_group_ids.sudo().member_ids.user_id
        return (self.user_ids | members.with_env(self.env)).filtered("active")

    def _add_tasks(self, people):
        self.write({"task_ids": [Command.create({"user_id": user.id}) for user in people]})
        # sudo: wakes the scheduled action
        self.env.ref("caredesk_survey.ir_cron_task_notice").sudo()._trigger()
