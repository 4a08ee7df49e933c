from odoo import fields, models
from odoo.exceptions import UserError

from .caredesk_care_task import OPEN

#: step -> states it may start from
_FROM = {
    "planned": ("no_show", "cancelled"),
    "confirmed": ("planned",),
    "in_progress": ("planned", "confirmed"),
    "done": OPEN,
    "no_show": OPEN,
    "cancelled": OPEN,
}


class CaredeskCareTask(models.Model):
    _inherit = "caredesk.care.task"

    # === ACTIONS ===

    def action_confirm(self):
        """Note that the customer agreed to the time."""
        return self._step("confirmed")

    def action_start(self):
        """Begin."""
        return self._step("in_progress")

    def action_done(self, result=None, evaluation=None):
        """Finish.

        :param result: what came of it, as text
        :param evaluation: ``"1"`` to ``"5"``
        """
        vals = {"done_at": fields.Datetime.now()}
        if result:
            vals["result"] = result
        if evaluation:
            vals["evaluation"] = evaluation
        self._step("done", vals)
        self.activity_feedback(["mail.mail_activity_data_todo"], feedback=result or None)
        return True

    def action_no_show(self):
        """Note that the customer did not come or could not be reached."""
        self._step("no_show", {"done_at": fields.Datetime.now()})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_cancel(self):
        """Call it off."""
        self._step("cancelled")
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_plan_again(self):
        """Take up a task that was cancelled or missed."""
        return self._step("planned", {"done_at": False, "withdrawn": False})

    def _step(self, state, vals=None):
        """Bring the tasks into ``state``.

        :raise UserError: one of them cannot go there
        """
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for task in self:
            if task.state not in _FROM[state]:
                raise UserError(
                    self.env._(
                        "«%(task)s» is %(now)s and cannot become %(then)s.",
                        task=task.name,
                        now=labels[task.state],
                        then=labels[state],
                    )
                )
        # sudo: checked above; nobody may write these fields himself
        self.sudo().write({"state": state, **(vals or {})})
        return True

    def _withdraw(self):
        """Cancel what has not begun, because its purchase is off; what happened stays."""
        planned = self.filtered(lambda task: task.state in ("planned", "confirmed"))
        planned.write({"state": "cancelled", "withdrawn": True})
        planned.activity_unlink(["mail.mail_activity_data_todo"])
        return planned

    # === WHAT IS DONE FROM A TASK ===

    def action_care(self):
        """Open the care history with the form of the task filled in."""
        return self._open_care(self.action)

    def action_call(self):
        """Note a call to the customer."""
        return self._open_care("call")

    def action_message(self):
        """Write a message to the customer."""
        return self._open_care("message")

    def action_email(self):
        """Write a mail to the customer."""
        return self._open_care("email")

    def _open_care(self, action):
        self.ensure_one()
        self.check_access("read")
        context = {
            "default_partner_id": self.partner_id.id,
            "default_task_id": self.id,
            "default_action": action or "call",
            "default_company_id": self.company_id.id,
            "default_subject": self.name,
            "default_reason_id": self.reason_id.id,
        }
        if self.form_id and self.action == action:
            context["default_form_id"] = self.form_id.id
        if self.occasion_id.template_id:
            context["default_template_id"] = self.occasion_id.template_id.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Care"),
            "res_model": "caredesk.care.history",
            "view_mode": "form",
            "context": context,
        }

    def action_ticket(self):
        """Open a ticket for what the customer asks for, or the one that was opened."""
        self.ensure_one()
        self.check_access("write")
        if not self.ticket_id:
            tickets = self.env["caredesk.ticket"].with_company(self.company_id)
            ticket = tickets.create(
                {
                    "name": self.name,
                    "partner_id": self.partner_id.id,
                    "channel": "other",
                    "description": self.description or self.name,
                }
            )
            self.sudo().ticket_id = ticket.id  # checked above
        return {
            "type": "ir.actions.act_window",
            "res_model": "caredesk.ticket",
            "res_id": self.sudo().ticket_id.id,
            "view_mode": "form",
        }

    def action_order(self):
        """Start a quotation for the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Quotation"),
            "res_model": "sale.order",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }

    def action_next(self):
        """Plan what follows: the same customer and people, from today on."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Next Task"),
            "res_model": "caredesk.care.task",
            "view_mode": "form",
            "context": {
                "default_name": self.name,
                "default_partner_id": self.partner_id.id,
                "default_contact_id": self.contact_id.id,
                "default_form_id": self.form_id.id,
                "default_reason_id": self.reason_id.id,
                "default_user_ids": self.user_ids.ids,
                "default_previous_id": self.id,
                "default_company_id": self.company_id.id,
            },
        }
