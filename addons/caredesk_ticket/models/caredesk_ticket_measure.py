from odoo import fields, models

#: the moment that ends a measurement -> the field that holds how long it took
_MEASURED = {
    "first_response_at": "first_response_seconds",
    "done_at": "resolution_seconds",
}


class CaredeskTicket(models.Model):
    """How long customers wait for the first answer and for the end, in working hours.

    Measured once, when it happens, in the hours of the group at that time. A report over years
    then sums up a column, and a holiday entered later does not change what was reported.
    """

    _inherit = "caredesk.ticket"

    first_response_seconds = fields.Integer(
        "First Response Time",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="From creation to the first answer of a person, in the working hours of the group.",
    )
    resolution_seconds = fields.Integer(
        "Resolution Time",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="From creation to completion, waiting included, in the working hours of the group.",
    )
    # What a period reads, by its day of arrival or of completion.
    _created_idx = models.Index("(create_date)")
    _completed_idx = models.Index("(done_at) WHERE state = 'done'")

    # === CRUD ===

    def write(self, vals):
        result = super().write(vals)
        for moment in vals.keys() & _MEASURED.keys():
            for ticket_sudo in self.sudo():  # whoever took the step was checked there
                seconds = ticket_sudo._working_seconds_until(ticket_sudo[moment])
                ticket_sudo._own_code().write({_MEASURED[moment]: seconds})
        return result

    # === BUSINESS ===

    def _working_seconds_until(self, moment):
        """Return the working time from the creation of the ticket to ``moment``, 0 without one."""
        self.ensure_one()
        if not moment:
            return 0
        return self.group_id._hours().between(self.create_date, moment)
