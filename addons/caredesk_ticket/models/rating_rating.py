from odoo import api, fields, models
from odoo.exceptions import AccessError


class RatingRating(models.Model):
    """Ratings of tickets: read by who may read the ticket, written by the customer's page alone."""

    _inherit = "rating.rating"

    caredesk_ticket_id = fields.Many2one(
        "caredesk.ticket",
        string="Ticket",
        compute="_compute_caredesk_ticket_id",
        store=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    _caredesk_once = models.UniqueIndex(
        "(caredesk_ticket_id) WHERE caredesk_ticket_id IS NOT NULL AND consumed IS TRUE",
        "This ticket has been rated.",
    )

    # === COMPUTE ===

    @api.depends("res_model", "res_id")
    def _compute_caredesk_ticket_id(self):
        for rating in self:
            of_ticket = rating.res_model == "caredesk.ticket"
            rating.caredesk_ticket_id = of_ticket and rating.res_id

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._check_not_of_ticket()
        return ratings

    def write(self, vals):
        self._check_not_of_ticket()
        result = super().write(vals)
        self._check_not_of_ticket()  # nor made one
        return result

    def _check_not_of_ticket(self):
        """Raise when somebody writes a customer's verdict on a ticket himself.

        Odoo lets every employee write ratings.
        """
        # sudo: only to know what it is about
        if not self.env.su and self.sudo().caredesk_ticket_id:
            raise AccessError(self.env._("Ratings of tickets are written by customers only."))
