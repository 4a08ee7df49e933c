from odoo import api, fields, models

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
    is_rated = fields.Boolean(
        "Rated",
        compute="_compute_is_rated",
        search="_search_is_rated",
        help="The customer said how satisfied he or she is.",
    )

    # What a period reads, by its day of arrival or of completion.
    _created_idx = models.Index("(create_date)")
    _completed_idx = models.Index("(done_at) WHERE state = 'done'")

    # === COMPUTE ===

    def _compute_is_rated(self):
        # sudo: whether a ticket is rated is told to whoever reads the ticket
        ratings_sudo = self.env["rating.rating"].sudo()
        domain = [*self._rated_domain(), ("res_id", "in", self.ids)]
        rated = {res_id for (res_id,) in ratings_sudo._read_group(domain, ["res_id"])}
        for ticket in self:
            ticket.is_rated = ticket.id in rated

    def _search_is_rated(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: as above
        ratings = self.env["rating.rating"].sudo()._search(self._rated_domain())
        return [("id", "in" if True in value else "not in", ratings.subselect("res_id"))]

    @api.model
    def _rated_domain(self):
        """Return which ratings are answers of customers about tickets."""
        return [("res_model", "=", self._name), ("consumed", "=", True), ("rating", ">=", 1)]

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

    @api.model
    def _satisfaction_of(self, domain):
        """Return how satisfied the customers of the tickets of ``domain`` are that rated them.

        :return: (average rating, 1 to 5, or None; how many tickets are rated)
        """
        tickets = self._search(domain)
        if tickets.is_empty():
            return None, 0
        # sudo: ratings of tickets that were searched for with the rights of the user
        ratings_sudo = self.env["rating.rating"].sudo()
        [(average, count)] = ratings_sudo._read_group(
            [*self._rated_domain(), ("res_id", "in", tickets.subselect())],
            [],
            ["rating:avg", "res_id:count_distinct"],
        )
        return (average, count) if count else (None, 0)
