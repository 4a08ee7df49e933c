import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)


class CaredeskTicketType(models.Model):
    _inherit = "caredesk.ticket.type"

    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        ondelete="set null",
        domain="[('res_model', '=', 'caredesk.ticket'), ('company_id', 'in', (company_id, False))]",
        help="These activities are scheduled once, when a ticket of this type first gets its "
        "performer.",
    )


class CaredeskTicket(models.Model):
    """The activity plan of the type: scheduled once, when somebody is there to follow it."""

    _inherit = "caredesk.ticket"

    activities_planned = fields.Boolean(readonly=True, copy=False)

    # === BUSINESS ===

    def _after_create(self):
        super()._after_create()
        self._plan_activities()

    @api.model
    def _give(self, user_of, method, now, reason=None):
        result = super()._give(user_of, method, now, reason)
        for ticket in user_of:
            ticket._plan_activities()
        return result

    def _plan_activities(self):
        """Schedule the plans of the types for the tickets that have a performer, each once."""
        due = self.filtered(
            lambda ticket: (
                ticket.type_id.activity_plan_id and ticket.user_id and not ticket.activities_planned
            )
        )
        for ticket in due:
            ticket._own_code().write({"activities_planned": True})
            ticket._try_plan()

    def _try_plan(self):
        """Schedule the plan; one that cannot be followed costs nobody a ticket, it is noted."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                scheduled = self._schedule_plan()
        except Exception:
            _logger.exception("The activity plan of %s could not be scheduled", self)
            scheduled = False
        if not scheduled:
            self._message_log(
                body=self.env._(
                    "The activities of «%(plan)s» could not be scheduled.",
                    plan=self.type_id.activity_plan_id.name,
                )
            )

    def _schedule_plan(self):
        """Let Odoo schedule the plan; return whether it could."""
        self.ensure_one()
        dialog = (
            self.env["mail.activity.schedule"]
            .with_context(active_model=self._name, active_ids=self.ids)
            .create(
                {
                    "res_model": self._name,
                    "res_ids": str(self.ids),
                    "plan_id": self.type_id.activity_plan_id.id,
                    "plan_on_demand_user_id": self.user_id.id,
                }
            )
        )
        if not dialog.has_error:
            dialog.action_schedule_plan()
        return not dialog.has_error
