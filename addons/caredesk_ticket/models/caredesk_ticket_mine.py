from odoo import api, fields, models
from odoo.fields import Domain


class CaredeskTicket(models.Model):
    """Tickets of one's own groups, found by the ids of the groups.

    With the ids PostgreSQL reads the most urgent tickets of a group in the order of an index;
    looking the members up inside the query it would sort all open tickets of the group.
    """

    _inherit = "caredesk.ticket"

    is_of_my_groups = fields.Boolean(
        "Of My Groups",
        compute="_compute_is_of_my_groups",
        search="_search_is_of_my_groups",
        help="You are a member of the group that serves the ticket.",
    )

    # === COMPUTE ===

    @api.depends("group_id")
    @api.depends_context("uid")
    def _compute_is_of_my_groups(self):
        mine = self._my_group_ids()
        for ticket in self:
            ticket.is_of_my_groups = ticket.group_id.id in mine

    # === SEARCH ===

    @api.model
    def _search_is_of_my_groups(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("group_id", "in" if True in value else "not in", self._my_group_ids())

    # === BUSINESS ===

    @api.model
    def _my_group_ids(self):
        # sudo: one's own seats; the rules of the tickets apply all the same
        seats_sudo = self.env["caredesk.support.member"].sudo()
        return seats_sudo.search_fetch([("user_id", "=", self.env.uid)], ["group_id"]).group_id.ids
