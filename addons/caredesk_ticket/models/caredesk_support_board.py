from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..domain.states import HELD_STATES

#: Key of what is to be told when the transaction commits.
_PENDING = "caredesk.support.board"
#: Type of the bus message; its payload is {"group_id": id}.
BOARD_CHANGED = "caredesk_ticket.board_changed"
#: Name that browsers subscribe to; see ``ir.websocket``.
BOARD_CHANNEL = "caredesk_ticket.support_board"


class CaredeskSupportGroup(models.Model):
    """What the screen View Support shows, and how it learns of changes."""

    _inherit = "caredesk.support.group"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups._notify_board()
        return groups

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"name", "sequence", "active"}:
            self._notify_board()
        return result

    def unlink(self):
        self._notify_board()
        return super().unlink()

    # === BUSINESS ===

    @api.model
    @api.readonly
    def get_support_board(self, group_id=None):
        """Return all that View Support shows, in a fixed number of queries. Called by the screen.

        :param group_id: the group to show; the default group without it, or when it is gone
        :return: ``{"can_manage", "groups": [{"id", "name", "is_default", "member_count",
            "queue"}], "group": id or False, "members": [{"id", "user_id", "name", "email",
            "phone", "sequence", "capacity", "availability", "is_away", "is_me", "open_count",
            "waiting_count", "tickets": [{"id", "number", "name", "state", "other_group"}]}]}``
        :raise AccessError: for people who do not serve tickets
        """
        if not self.env.user.has_group("caredesk_ticket.group_agent"):
            raise AccessError(self.env._("View Support is for support employees."))
        groups = self.search([("company_id", "in", self.env.companies.ids)])
        groups = groups.sorted(lambda group: not group.is_default)
        chosen = groups.filtered(lambda group: group.id == group_id) or groups[:1]
        return {
            "can_manage": self.env.user.has_group("caredesk_ticket.group_manager"),
            "groups": groups._board_groups(),
            "group": chosen.id,
            "members": chosen._board_members(),
        }

    def _board_groups(self):
        members = self.env["caredesk.support.member"]
        # sudo: how many wait is no secret among colleagues; the tickets themselves are not read
        tickets_sudo = self.env["caredesk.ticket"].sudo()
        by_group = [("group_id", "in", self.ids)]
        seats = dict(members._read_group(by_group, ["group_id"], ["__count"]))
        queued = tickets_sudo._read_group(
            [*by_group, ("state", "=", "unassigned")], ["group_id"], ["__count"]
        )
        queue_of = {group.id: count for group, count in queued}
        return [
            {
                "id": group.id,
                "name": group.name,
                "is_default": group.is_default,
                "member_count": seats.get(group, 0),
                "queue": queue_of.get(group.id, 0),
            }
            for group in self
        ]

    def _board_members(self):
        members = self.env["caredesk.support.member"].search([("group_id", "in", self.ids)])
        tickets_of = self._board_tickets(members.user_id)
        return [
            {
                "id": member.id,
                "user_id": member.user_id.id,
                # sudo: colleagues may know each other's name, also across companies
                "name": member.user_id.sudo().name,
                "email": member.email,
                "phone": member.phone,
                "sequence": position,
                "capacity": member.capacity,
                "availability": member.availability,
                "is_away": member.is_away,
                "is_me": member.user_id == self.env.user,
                "open_count": member.open_count,
                "waiting_count": member.waiting_count,
                "tickets": tickets_of.get(member.user_id.id, []),
            }
            for position, member in enumerate(members, start=1)
        ]

    def _board_tickets(self, users):
        """Return ``{user id: [ticket]}`` of what these people hold, as far as the user sees it."""
        tickets = self.env["caredesk.ticket"].search_fetch(
            [("user_id", "in", users.ids), ("state", "in", HELD_STATES)],
            ["number", "name", "state", "user_id", "group_id"],
        )
        held = {}
        for ticket in tickets:
            held.setdefault(ticket.user_id.id, []).append(
                {
                    "id": ticket.id,
                    "number": ticket.number,
                    "name": ticket.name,
                    "state": ticket.state,
                    # sudo: whoever sees a ticket may know which group serves it
                    "other_group": ticket.group_id not in self and ticket.group_id.sudo().name,
                }
            )
        return held

    # === NOTICES ===

    def _notify_board(self):
        """Tell the open View Support screens, at the commit, that these groups changed."""
        self._pending_notices()["groups"].update(self.ids)

    @api.model
    def _notify_board_of(self, users):
        """Tell the screens of all groups these people are in: their load is counted over all."""
        self._pending_notices()["users"].update(users.ids)

    @api.model
    def _pending_notices(self):
        """Return what this transaction has to tell; one message per group, however much changed."""
        precommit = self.env.cr.precommit
        if _PENDING not in precommit.data:
            precommit.data[_PENDING] = {"groups": set(), "users": set(), "toasts": {}}
            precommit.add(self.env["caredesk.support.group"]._send_board_notices)
        return precommit.data[_PENDING]

    @api.model
    def _send_board_notices(self):
        pending = self.env.cr.precommit.data.pop(_PENDING)
        # The bus opens a database connection of its own for what it sends: not for nobody.
        online = self._online_user_ids()
        if not online:
            return
        toasts = {user: ids for user, ids in pending["toasts"].items() if user in online}
        self.env["caredesk.ticket.assignment"]._send_toasts(toasts)
        group_ids = pending["groups"]
        if pending["users"]:
            self.env["caredesk.support.member"].flush_model(["group_id", "user_id"])
            rows = self.env.execute_query(
                SQL(
                    "SELECT DISTINCT group_id FROM caredesk_support_member WHERE user_id = ANY(%s)",
                    sorted(pending["users"]),
                )
            )
            group_ids |= {row[0] for row in rows}
        for group in self.browse(sorted(group_ids)):
            self.env["bus.bus"]._sendone((group, "BOARD"), BOARD_CHANGED, {"group_id": group.id})

    @api.model
    def _online_user_ids(self):
        """Return the ids of the users who have Odoo open at this moment."""
        rows = self.env.execute_query(
            SQL(
                "SELECT user_id FROM mail_presence"
                " WHERE status <> 'offline' AND user_id IS NOT NULL"
            )
        )
        return {row[0] for row in rows}
