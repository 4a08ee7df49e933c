import contextlib

from odoo import api, models
from odoo.exceptions import MissingError
from odoo.tools import SQL

#: All that a new ticket asks of people: the other columns, a hundred of them, stay unread.
#: In the order of the query below.
_FACTS_OF_CUSTOMER = [
    "name",
    "email",
    "phone",
    "active",
    "partner_share",
    "company_id",
    "commercial_partner_id",
]


class CaredeskTicket(models.Model):
    """Reading what new tickets need to know of others, once for the whole batch."""

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    @api.model
    def _fetch_facts(self, vals_list):
        """Read customers, types and groups of new tickets into the cache.

        Nobody learns anything by it: each value is checked where it is used.
        """
        self._fetch_customers(self._linked_ids("partner_id", vals_list))
        kinds_sudo = self.env["caredesk.ticket.type"].sudo()
        kinds_sudo = kinds_sudo.browse(self._linked_ids("type_id", vals_list))
        kinds_sudo._recall(kinds_sudo.ids)
        group_ids = self._linked_ids("group_id", vals_list)
        with contextlib.suppress(MissingError):  # said where the values are checked
            group_ids |= set(kinds_sudo.group_id.ids)
        self.env["caredesk.support.group"]._recall(group_ids)

    @api.model
    def _fetch_customers(self, partner_ids):
        """Read customers into the cache, where nothing else stands yet.

        Straight from the table: rules and translations, which ``fetch`` has to think of, have no
        part in these columns, and a ticket made alone notices the difference.
        """
        if not partner_ids:
            return
        partners = self.env["res.partner"]
        rows = self.env.execute_query(
            SQL(
                "SELECT id, name, email, phone, active, partner_share, company_id,"
                " commercial_partner_id FROM res_partner WHERE id IN %s",
                tuple(partner_ids),
            )
        )
        found = partners.browse(row[0] for row in rows)
        for column, name in enumerate(_FACTS_OF_CUSTOMER, start=1):
            partners._fields[name]._insert_cache(found, [row[column] for row in rows])

    @api.model
    def _linked_ids(self, name, vals_list):
        """Return the ids under ``name``; what came over RPC may be anything."""
        ids = {vals.get(name) for vals in vals_list}
        return {one for one in ids if isinstance(one, int) and one > 0}

    @api.model
    def _fetch_staff(self, vals_list):
        """Read creator and performers of new tickets into the cache."""
        user_ids = {self.env.uid, *self._linked_ids("user_id", vals_list)}
        self.env["res.users"]._recall(user_ids)
