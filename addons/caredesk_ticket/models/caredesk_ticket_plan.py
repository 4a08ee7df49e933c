from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: A form may be open for a while before it is saved.
_PATIENCE = timedelta(minutes=5)


class CaredeskTicket(models.Model):
    """What people plan for a ticket: when to begin, and until when it has to be done."""

    _inherit = "caredesk.ticket"

    _plan_order = models.Constraint(
        "CHECK(deadline_at >= planned_start_at)",
        "The planned deadline is before the planned start.",
    )

    # === BUSINESS ===

    @api.model
    def _check_vals(self, vals):
        super()._check_vals(vals)
        self._check_planned_deadline(vals)

    @api.model
    def _check_planned_deadline(self, vals):
        """Raise when a person plans a deadline that is over; imports may bring old ones."""
        if not vals.get("deadline_at"):
            return
        try:
            deadline = fields.Datetime.to_datetime(vals["deadline_at"])
        except (TypeError, ValueError, AttributeError) as error:
            raise ValidationError(
                self.env._("The planned deadline has to be a date and a time.")
            ) from error
        if self.env.context.get("import_file"):
            return
        if deadline < fields.Datetime.now() - _PATIENCE:
            shown = fields.Datetime.context_timestamp(self, deadline)
            raise ValidationError(
                self.env._(
                    "The planned deadline %(deadline)s is in the past. Choose a later one.",
                    deadline=shown.strftime("%d/%m/%Y %H:%M"),
                )
            )
