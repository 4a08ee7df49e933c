from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: A viewer who has not been heard of for so long is gone. Browsers call every 15 seconds.
_GONE_AFTER = timedelta(seconds=40)
#: What a browser calls one of its tabs is cut off here.
_TAB_CHARACTERS = 36
#: Tickets of which one browser may listen to at a time: more than any page of a list shows.
_MAX_WATCHED = 500

#: What a browser asks the bus for: this, a colon, and the ids of tickets.
VIEWERS_CHANNEL = "caredesk_ticket.viewers"
_SUBCHANNEL = "VIEWERS"


class CaredeskTicketViewer(models.Model):
    """Who has a ticket open at this moment, and who is typing.

    A row for each tab: one that is closed does not take its user away from another, and two
    never wait for the same row. An unlogged table without foreign keys: a call writes one short
    row, locks no ticket, costs no write-ahead log, and losing it in a crash loses nothing. It is
    shared by all workers and nodes; rows die of age when a browser crashes. Changes go out over
    the bus.
    """

    _name = "caredesk.ticket.viewer"
    _description = "Viewer of a Ticket"
    _auto = False
    _log_access = False
    _order = "id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True)
    tab = fields.Char(required=True, readonly=True)
    seen_at = fields.Datetime(required=True, readonly=True)
    is_typing = fields.Boolean(readonly=True)
    company_id = fields.Many2one(related="ticket_id.company_id")

    def init(self):
        # Made anew: who is there says so again within seconds.
        self.env.cr.execute(
            """
            DROP TABLE IF EXISTS caredesk_ticket_viewer;
            CREATE UNLOGGED TABLE caredesk_ticket_viewer (
                id bigserial PRIMARY KEY,
                ticket_id integer NOT NULL,
                user_id integer NOT NULL,
                tab varchar NOT NULL,
                seen_at timestamp NOT NULL,
                is_typing boolean NOT NULL DEFAULT false,
                UNIQUE (ticket_id, user_id, tab)
            )
            """
        )

    # === BUSINESS ===

    @api.model
    def _viewers_of(self, ticket_ids, now):
        """Return ``{ticket id: [{"id", "name", "typing"}]}`` of users present at ``now``."""
        rows = self._tabs_of(ticket_ids, now)
        return {ticket_id: self._as_viewers(rows[ticket_id]) for ticket_id in ticket_ids}

    @api.model
    def _tabs_of(self, ticket_ids, now):
        """Return ``{ticket id: {(user id, tab): (name, is typing)}}``, who came first first."""
        rows = self.env.execute_query(
            SQL(
                "SELECT viewer.ticket_id, viewer.user_id, viewer.tab, partner.name,"
                " viewer.is_typing FROM caredesk_ticket_viewer viewer"
                " JOIN res_users users ON users.id = viewer.user_id"
                " JOIN res_partner partner ON partner.id = users.partner_id"
                " WHERE viewer.ticket_id = ANY(%s) AND viewer.seen_at > %s"
                " ORDER BY viewer.id",
                list(ticket_ids),
                now - _GONE_AFTER,
            )
        )
        tabs = {ticket_id: {} for ticket_id in ticket_ids}
        for ticket_id, user_id, tab, name, is_typing in rows:
            tabs[ticket_id][user_id, tab] = (name, is_typing)
        return tabs

    @api.model
    def _as_viewers(self, tabs):
        """Return each user of ``tabs`` once: typing is who types in any of his."""
        viewers = {}
        for (user_id, _tab), (name, is_typing) in tabs.items():
            viewer = viewers.setdefault(user_id, {"id": user_id, "name": name, "typing": False})
            viewer["typing"] |= is_typing
        return list(viewers.values())

    @api.model
    def _note(self, ticket_id, tab, now, is_typing):
        self.env.cr.execute(
            SQL(
                "INSERT INTO caredesk_ticket_viewer (ticket_id, user_id, tab, seen_at, is_typing)"
                " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (ticket_id, user_id, tab)"
                " DO UPDATE SET seen_at = EXCLUDED.seen_at, is_typing = EXCLUDED.is_typing",
                ticket_id,
                self.env.uid,
                tab,
                now,
                is_typing,
            )
        )

    @api.model
    def _forget(self, ticket_id, tab):
        self.env.cr.execute(
            SQL(
                "DELETE FROM caredesk_ticket_viewer"
                " WHERE ticket_id = %s AND user_id = %s AND tab = %s",
                ticket_id,
                self.env.uid,
                tab,
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

    def announce_viewer(self, is_typing=False, is_leaving=False, tab=""):
        """Note that the user has this ticket open, or leaves it; return who else has.

        The others are told over the bus only when something changed, not at every call.

        :param tab: what tells one tab of the user's browsers from the others
        :return: ``[{"id", "name", "typing"}]`` of all present users, the caller included
        """
        self.ensure_one()
        self._check_may_watch()
        self.check_access("read")
        viewers = self.env["caredesk.ticket.viewer"]
        now = fields.Datetime.now()
        tab = str(tab).replace("\x00", "")[:_TAB_CHARACTERS]
        tabs = viewers._tabs_of(self.ids, now)[self.id]
        before = viewers._as_viewers(tabs)
        if is_leaving:
            viewers._forget(self.id, tab)
            tabs.pop((self.env.uid, tab), None)
        else:
            viewers._note(self.id, tab, now, bool(is_typing))
            tabs[self.env.uid, tab] = (self.env.user.name, bool(is_typing))
        after = viewers._as_viewers(tabs)
        if before != after:
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
        ids = self._as_ids(ticket_ids)
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
