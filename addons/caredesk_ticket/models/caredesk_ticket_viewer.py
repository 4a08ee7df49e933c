from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: A viewer who has not been heard of for so long is gone. Browsers call every 15 seconds.
_GONE_AFTER = timedelta(seconds=40)
#: Tickets of which one browser may listen to at a time: more than any page of a list shows.
_MAX_WATCHED = 500

#: What a browser asks the bus for: this, a colon, and the ids of tickets.
VIEWERS_CHANNEL = "caredesk_ticket.viewers"
_SUBCHANNEL = "VIEWERS"


class CaredeskTicketViewer(models.Model):
    """Who has a ticket open at this moment, and who is typing.

    An unlogged table without foreign keys: a call writes one short row, locks no ticket, costs
    no write-ahead log, and losing it in a crash loses nothing. It is shared by all workers and
    nodes; rows die of age when a browser crashes. Changes go out over the bus.
    """

    _name = "caredesk.ticket.viewer"
    _description = "Viewer of a Ticket"
    _auto = False
    _log_access = False
    _order = "id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True)
    seen_at = fields.Datetime(required=True, readonly=True)
    is_typing = fields.Boolean(readonly=True)
    company_id = fields.Many2one(related="ticket_id.company_id")

    def init(self):
        self.env.cr.execute(
            """
            CREATE UNLOGGED TABLE IF NOT EXISTS caredesk_ticket_viewer (
                id bigserial PRIMARY KEY,
                ticket_id integer NOT NULL,
                user_id integer NOT NULL,
                seen_at timestamp NOT NULL,
                is_typing boolean NOT NULL DEFAULT false,
                UNIQUE (ticket_id, user_id)
            )
            """
        )

    # === BUSINESS ===

    @api.model
    def _viewers_of(self, ticket_ids, now):
        """Return ``{ticket id: [{"id", "name", "typing"}]}`` of users present at ``now``."""
        rows = self.env.execute_query(
            SQL(
                "SELECT viewer.ticket_id, viewer.user_id, partner.name, viewer.is_typing"
                " FROM caredesk_ticket_viewer viewer"
                " JOIN res_users users ON users.id = viewer.user_id"
                " JOIN res_partner partner ON partner.id = users.partner_id"
                " WHERE viewer.ticket_id = ANY(%s) AND viewer.seen_at > %s"
                " ORDER BY viewer.id",
                list(ticket_ids),
                now - _GONE_AFTER,
            )
        )
        viewers = {ticket_id: [] for ticket_id in ticket_ids}
        for ticket_id, user_id, name, is_typing in rows:
            viewers[ticket_id].append({"id": user_id, "name": name, "typing": is_typing})
        return viewers

    @api.model
    def _note(self, ticket_id, now, is_typing):
        self.env.cr.execute(
            SQL(
                "INSERT INTO caredesk_ticket_viewer (ticket_id, user_id, seen_at, is_typing)"
                " VALUES (%s, %s, %s, %s) ON CONFLICT (ticket_id, user_id)"
                " DO UPDATE SET seen_at = EXCLUDED.seen_at, is_typing = EXCLUDED.is_typing",
                ticket_id,
                self.env.uid,
                now,
                is_typing,
            )
        )

    @api.model
    def _forget(self, ticket_id):
        self.env.cr.execute(
            SQL(
                "DELETE FROM caredesk_ticket_viewer WHERE ticket_id = %s AND user_id = %s",
                ticket_id,
                self.env.uid,
            )
        )

    @api.autovacuum
    def _gc_viewers(self):
        """Delete the rows of browsers that never said good-bye."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM caredesk_ticket_viewer WHERE seen_at < %s",
                fields.Datetime.now() - timedelta(hours=1),
            )
        )


class CaredeskTicket(models.Model):
    """Telling each other who has a ticket open. Called by the screens."""

    _inherit = "caredesk.ticket"

    def announce_viewer(self, is_typing=False, is_leaving=False):
        """Note that the user has this ticket open, or leaves it; return who else has.

        The others are told over the bus only when something changed, not at every call.

        :return: ``[{"id", "name", "typing"}]`` of all present users, the caller included
        """
        self.ensure_one()
        self._check_may_watch()
        self.check_access("read")
        viewers = self.env["caredesk.ticket.viewer"]
        now = fields.Datetime.now()
        before = viewers._viewers_of(self.ids, now)[self.id]
        mine = [row for row in before if row["id"] == self.env.uid]
        after = [row for row in before if row["id"] != self.env.uid]
        if is_leaving:
            viewers._forget(self.id)
        else:
            viewers._note(self.id, now, bool(is_typing))
            me = {"id": self.env.uid, "name": self.env.user.name, "typing": bool(is_typing)}
            after.append(me)
        if mine != [row for row in after if row["id"] == self.env.uid]:
            news = {"ticket_id": self.id, "viewers": after}
            self.env["bus.bus"]._sendone((self, _SUBCHANNEL), VIEWERS_CHANNEL, news)
        return after

    @api.model
    def get_ticket_viewers(self, ticket_ids):
        """Return ``{ticket id: viewers}`` for those of the tickets that the user may read.

        See :meth:`announce_viewer` for a viewer. Called by lists when they are opened.
        """
        self._check_may_watch()
        tickets = self._watchable(ticket_ids)
        return self.env["caredesk.ticket.viewer"]._viewers_of(tickets.ids, fields.Datetime.now())

    @api.model
    def _check_may_watch(self):
        """Raise unless the user is an employee who may read tickets; portal users never see it."""
        self.browse().check_access("read")
        self.env["caredesk.support.group"].check_access("read")

    @api.model
    def _watchable(self, ticket_ids):
        """Return the tickets among the ids a browser named that its user may read."""
        ids = [one for one in ticket_ids if isinstance(one, int) and not isinstance(one, bool)]
        tickets = self.with_context(active_test=False)
        return tickets.search([("id", "in", ids[:_MAX_WATCHED])], order="id")


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Let employees listen to who has the tickets open that they may read."""
        ours = [name for name in channels if str(name).startswith(f"{VIEWERS_CHANNEL}:")]
        channels = [name for name in channels if name not in ours]
        user = self.env.user
        if ours and user and user.has_group("caredesk_ticket.group_creator"):
            parts = ",".join(str(name).partition(":")[2] for name in ours).split(",")
            ids = [int(part) for part in parts if part.isascii() and part.isdigit()]
            tickets = self.env["caredesk.ticket"]
            tickets = tickets.with_context(allowed_company_ids=user.company_ids.ids)
            channels += [(ticket, _SUBCHANNEL) for ticket in tickets._watchable(ids)]
        return super()._build_bus_channel_list(channels)
