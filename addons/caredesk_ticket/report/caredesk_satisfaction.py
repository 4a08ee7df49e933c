from odoo import fields, models
from odoo.tools import SQL

from ..models.caredesk_ticket import CHANNELS
from ..models.caredesk_ticket_rating import GRADES, GREAT_FROM, OKAY_FROM


class CaredeskSatisfaction(models.Model):
    """What customers said of the tickets and of the people who completed them: a row per rating.

    Bridges add the ratings of other conversations that belong to a ticket: see
    :meth:`_sources`.
    """

    _name = "caredesk.satisfaction"
    _inherit = ["caredesk.report.row"]
    _description = "Customer Satisfaction"
    _auto = False
    _order = "rated_at desc, id desc"

    source = fields.Selection([("ticket", "Ticket")], string="Rated", readonly=True)
    rated_at = fields.Datetime("Rated on", readonly=True)
    rating = fields.Float("Rating (1 to 5)", readonly=True, aggregator="avg")
    grade = fields.Selection(GRADES, string="Satisfaction", readonly=True)
    happy_share = fields.Float(
        "Happy Customers", readonly=True, aggregator="avg", help="Share of the happy customers."
    )
    feedback = fields.Text("Comment", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Performer", readonly=True, help="Who completed the ticket."
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    channel = fields.Selection(CHANNELS, string="Intake Channel", readonly=True)

    # === TOOLING ===

    @property
    def _table_query(self):
        parts = [
            self._rows_sql(number, name, source)
            for number, (name, source) in enumerate(self._sources().items())
        ]
        return SQL(" UNION ALL ").join(parts)

    def _sources(self):
        """Return ``{key of the field source: SQL}``: ``rating`` joined with its ``ticket``."""
        return {
            "ticket": SQL(
                "rating_rating rating JOIN caredesk_ticket ticket"
                " ON ticket.id = rating.caredesk_ticket_id"
            )
        }

    def _rows_sql(self, number, name, source):
        """Return one part of the union; ten sources can have ids of their own."""
        return SQL(
            "SELECT rating.id * 10 + %(number)s AS id, %(name)s AS source,"
            " rating.rated_on AS rated_at, rating.rating,"
            " CASE WHEN rating.rating >= %(great)s THEN 'great'"
            " WHEN rating.rating >= %(okay)s THEN 'okay' ELSE 'bad' END AS grade,"
            " CASE WHEN rating.rating >= %(great)s THEN 1.0 ELSE 0.0 END AS happy_share,"
            " rating.feedback,"
            " (SELECT min(users.id) FROM res_users users"
            " WHERE users.partner_id = rating.rated_partner_id) AS user_id,"
            " ticket.id AS ticket_id, ticket.group_id, ticket.type_id,"
            " COALESCE(rating.partner_id, ticket.partner_id) AS partner_id,"
            " ticket.channel, ticket.company_id"
            " FROM %(source)s WHERE rating.consumed IS TRUE AND rating.rating >= 1",
            number=number,
            name=name,
            source=source,
            great=GREAT_FROM,
            okay=OKAY_FROM,
        )
