from odoo import api, fields, models
from odoo.tools import SQL

from .caredesk_ticket_stage import STATES

_STATE_KEYS = [key for key, _label in STATES]


class CaredeskTicket(models.Model):
    """States in the order of the life cycle, wherever tickets are sorted or grouped by them."""

    _inherit = "caredesk.ticket"

    state = fields.Selection(group_expand="_group_expand_state")

    # === SEARCH ===

    @api.model
    def _rank_of_state(self, state):
        """Return ``state`` (SQL) as its place in the life cycle."""
        return SQL("array_position(%s::varchar[], %s)", _STATE_KEYS, state)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name != "state":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        state = self._field_to_sql(alias, field_name, query)
        query._order_groupby.append(state)
        return SQL("%s %s %s", self._rank_of_state(state), direction, nulls)

    def _read_group_orderby(self, order, groupby_terms, query):
        if "state" not in groupby_terms:
            return super()._read_group_orderby(order, groupby_terms, query)
        state = groupby_terms["state"]
        terms = dict(groupby_terms, state=self._rank_of_state(state))
        orderby = super()._read_group_orderby(order, terms, query)
        groupby_terms.update(terms, state=state)  # what it adds for many2one fields
        return orderby

    @api.model
    def _group_expand_state(self, states, _domain):
        """Show the columns of all states; where tickets have a performer, none without.

        On a phone the first column is all one sees of a board.
        """
        held = self.env.context.get("caredesk_held_only")
        return _STATE_KEYS[1:] if held and "unassigned" not in states else _STATE_KEYS
