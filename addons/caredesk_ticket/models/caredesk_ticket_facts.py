import contextlib

from odoo import api, models
from odoo.exceptions import MissingError

#: field of a ticket -> what a new one asks of the record it links to. All else stays unread:
#: customers have a hundred columns.
_FACTS = {
    "partner_id": [
        "name",
        "email",
        "phone",
        "active",
        "partner_share",
        "company_id",
        "commercial_partner_id",
    ],
    "type_id": [
        "active",
        "group_id",
        "company_id",
        "default_priority",
        "default_severity",
        "skill_key",
        "check_count",
        "activity_plan_id",
        "properties_definition",
    ],
    "group_id": [
        "active",
        "company_id",
        "calendar_id",
        "auto_assign",
        "assign_to_waiting",
        "assign_in_hours_only",
        "count_member_hours",
    ],
}
_FACTS_OF_STAFF = ["active", "share", "company_id", "partner_id"]


class CaredeskTicket(models.Model):
    """Reading what new tickets need to know of others, once for the whole batch."""

    _inherit = "caredesk.ticket"

    # === BUSINESS ===

    @api.model
    def _fetch_facts(self, vals_list):
        """Read customers, types and groups of new tickets into the cache.

        Nobody learns anything by it: each value is checked where it is used.
        """
        group_ids = self._linked_ids("group_id", vals_list)
        # sudo: see above
        own = self.sudo().env
        for name in ("partner_id", "type_id"):
            linked = own[self._fields[name].comodel_name].browse(self._linked_ids(name, vals_list))
            linked.fetch(_FACTS[name])
            if name == "type_id":
                with contextlib.suppress(MissingError):  # said where the values are checked
                    group_ids |= set(linked.group_id.ids)
        own["caredesk.support.group"].browse(group_ids).fetch(_FACTS["group_id"])

    @api.model
    def _linked_ids(self, name, vals_list):
        """Return the ids under ``name``; what came over RPC may be anything."""
        ids = {vals.get(name) for vals in vals_list}
        return {one for one in ids if isinstance(one, int) and one > 0}

    @api.model
    def _fetch_staff(self, vals_list):
        """Read creator and performers of new tickets into the cache."""
        user_ids = {self.env.uid, *self._linked_ids("user_id", vals_list)}
        # sudo: only put into the cache, for the system's own work
        self.env["res.users"].sudo().browse(user_ids).fetch(_FACTS_OF_STAFF)
