from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..domain import routing

AVAILABILITIES = [
    (routing.FREE, "Free"),
    (routing.BUSY, "Busy"),
    (routing.SEAT_WAITING, "Waiting Only"),
    (routing.AWAY, "Away"),
]


class CaredeskSupportMember(models.Model):
    """A person's seat in a support group. The order of the seats is the routing priority."""

    _name = "caredesk.support.member"
    _description = "Support Group Member"
    _order = "group_id, sequence, id"
    _rec_name = "user_id"

    group_id = fields.Many2one(
        "caredesk.support.group", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Employee",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    company_id = fields.Many2one(related="group_id.company_id")
    sequence = fields.Integer(
        "Routing Priority", default=0, help="1 is served first. 0: put at the end."
    )
    capacity = fields.Integer(
        default=1,
        help="Open tickets (not started or in progress) the member may hold at a time, counted "
        "over all groups.",
    )
    agent_id = fields.Many2one(
        "caredesk.support.agent", required=True, ondelete="restrict", index=True
    )
    is_away = fields.Boolean(
        "Away",
        related="agent_id.is_away",
        readonly=False,
        related_sudo=True,
        help="No tickets are given to an away member, in any group.",
    )
    active = fields.Boolean(default=True)

    email = fields.Char(related="user_id.email", related_sudo=True)
    phone = fields.Char(related="user_id.phone", related_sudo=True)
    availability = fields.Selection(
        AVAILABILITIES, compute="_compute_load", search="_search_availability"
    )
    open_count = fields.Integer("Open Tickets", compute="_compute_load")
    waiting_count = fields.Integer("Waiting Tickets", compute="_compute_load")
    last_assigned_at = fields.Datetime(related="agent_id.assigned_at", related_sudo=True)

    _group_user_uniq = models.UniqueIndex(
        "(group_id, user_id) WHERE active", "This employee is already a member of the group."
    )
    _capacity_positive = models.Constraint(
        "CHECK(capacity >= 0)", "The capacity of a member cannot be negative."
    )

    # === COMPUTE ===

    @api.depends("user_id", "capacity", "is_away", "active")
    def _compute_load(self):
        loads = self._loads(self.user_id.ids)
        for member in self:
            load = loads.get(member.user_id.id) or routing.Load()
            member.open_count = load.open
            member.waiting_count = load.waiting
            member.availability = routing.availability(
                load.open, load.waiting, member.capacity, member.is_away
            )

    def _search_availability(self, operator, value):
        if operator != "in":
            return NotImplemented
        members = self.search([("active", "=", True)])
        return [("id", "in", members.filtered(lambda m: m.availability in value).ids)]

    def _reason_not_to_take(self):
        """Return why the member may not take a ticket now, in words for him or her; else ``""``."""
        self.ensure_one()
        if self.availability == routing.AWAY:
            return self.env._("You are away. Come back first to take tickets.")
        if self.availability == routing.BUSY:
            return self.env._(
                "You hold %(count)s open tickets and your capacity is %(capacity)s: complete one "
                "or put it to waiting before you take another.",
                count=self.open_count,
                capacity=self.capacity,
            )
        return ""

    @api.model
    def _loads(self, user_ids):
        """Return ``{user id: routing.Load}`` of these people over all groups.

        Reads the two partial indexes of open tickets: the cost does not grow with history.
        """
        if not user_ids:
            return {}
        self.env["caredesk.ticket"].flush_model(["user_id", "state"])
        rows = self.env.execute_query(
            SQL(
                "SELECT user_id, count(*) FILTER (WHERE state IN ('todo', 'in_progress')),"
                " count(*) FILTER (WHERE state = 'waiting') FROM caredesk_ticket"
                " WHERE user_id = ANY(%s) AND state IN ('todo', 'in_progress', 'waiting')"
                " GROUP BY user_id",
                list(user_ids),
            )
        )
        return {user_id: routing.Load(held, waiting) for user_id, held, waiting in rows}

    # === CONSTRAINTS & ONCHANGE ===

    @api.constrains("user_id", "group_id")
    def _check_user(self):
        for member in self:
            # sudo: companies of a colleague are not readable by everybody
            user_sudo = member.user_id.sudo()
            if user_sudo.share:
                raise ValidationError(
                    self.env._(
                        "%(user)s is not an employee and cannot serve tickets.",
                        user=user_sudo.name,
                    )
                )
            if member.company_id not in user_sudo.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s has no access to company %(company)s and cannot join %(group)s.",
                        user=user_sudo.name,
                        company=member.company_id.name,
                        group=member.group_id.name,
                    )
                )

    @api.onchange("user_id")
    def _onchange_user_id(self):
        """Say it when somebody is put into a group who could not open its tickets."""
        user = self.user_id
        if user and not user._has_group("caredesk_ticket.group_agent"):
            return {
                "warning": {
                    "title": self.env._("No Role in Support"),
                    "message": self.env._(
                        "%(user)s cannot open tickets yet and is given none until an "
                        "administrator makes him or her a support agent.",
                        user=user.name,
                    ),
                }
            }
        return None

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        users = self.env["res.users"].browse(
            {vals["user_id"] for vals in vals_list if vals.get("user_id")}
        )
        agent_of = {
            agent.user_id.id: agent.id
            for agent in self.env["caredesk.support.agent"]._for_users(users)
        }
        last = self._last_sequences({vals.get("group_id") for vals in vals_list})
        prepared = []
        for vals in vals_list:
            vals = dict(vals, agent_id=agent_of.get(vals.get("user_id")))
            if not vals.get("sequence"):
                group_id = vals.get("group_id")
                last[group_id] = vals["sequence"] = last.get(group_id, 0) + 1
            prepared.append(vals)
        members = super().create(prepared)
        members.group_id._notify_board()
        self.env["caredesk.dispatcher"]._dispatch(members.group_id)
        return members

    def write(self, vals):
        # Who routing locks follows from the employee; nobody sets it.
        vals = {name: value for name, value in vals.items() if name != "agent_id"}
        if "user_id" in vals:
            user = self.env["res.users"].browse(vals["user_id"])
            vals = dict(vals, agent_id=self.env["caredesk.support.agent"]._for_users(user).id)
        leaving = self.browse()
        if not vals.get("active", True) or {"user_id", "group_id"} & vals.keys():
            leaving = self.filtered("active")
        if "capacity" in vals:
            # Whoever gives them a ticket at this very moment goes by the old figure and must wait.
            self.env["caredesk.support.agent"]._raise_load(self.user_id.ids)
        seats = leaving._leave()
        result = super().write(vals)
        self._release_tickets(seats)
        self.group_id._notify_board()
        if vals.keys() & {"capacity", "is_away", "active", "user_id", "group_id", "sequence"}:
            groups = (
                self.env["caredesk.support.member"]
                .search([("user_id", "in", self.user_id.ids)])
                .group_id
            )
            self.env["caredesk.dispatcher"]._dispatch(groups | self.group_id)
        return result

    def unlink(self):
        seats = self._leave()
        groups = self.group_id
        result = super().unlink()
        self._release_tickets(seats)
        groups._notify_board()
        return result

    @api.model
    def _last_sequences(self, group_ids):
        return {
            group.id: last
            for group, last in self._read_group(
                [("group_id", "in", list(group_ids))], ["group_id"], ["sequence:max"]
            )
        }

    def _leave(self):
        """Keep the dispatcher from giving these people tickets while they leave.

        :return: list of (``caredesk.support.group``, ``res.users``) for _release_tickets
        """
        self.env["caredesk.support.agent"]._raise_load(self.user_id.ids)
        return [(member.group_id, member.user_id) for member in self]

    @api.model
    def _release_tickets(self, seats):
        """Put what people hold in groups they left back into the queue of the group.

        :param seats: list of (``caredesk.support.group``, ``res.users``)
        """
        for group, user in seats:
            if not group.exists():
                continue
            # sudo: who may change members may free their tickets, seen or not
            tickets_sudo = (
                self.env["caredesk.ticket"]
                .sudo()
                .search(
                    [
                        ("group_id", "=", group.id),
                        ("user_id", "=", user.id),
                        ("state", "in", ("todo", "in_progress", "waiting")),
                    ]
                )
            )
            tickets_sudo._release(
                self.env._("%(user)s left %(group)s", user=user.name, group=group.name)
            )

    # === ACTIONS ===

    def action_increase(self):
        """Move the member one place up in the routing order; nothing happens at the top."""
        self.ensure_one()
        self._swap_with_neighbour(-1)

    def action_decrease(self):
        """Move the member one place down in the routing order; nothing happens at the end."""
        self.ensure_one()
        self._swap_with_neighbour(1)

    def _swap_with_neighbour(self, step):
        self.check_access("write")
        order = list(self.group_id.member_ids.sorted(lambda m: (m.sequence, m.id)))
        place = order.index(self)
        target = place + step
        if not 0 <= target < len(order):
            return
        order[place], order[target] = order[target], order[place]
        for position, member in enumerate(order, start=1):
            if member.sequence != position:
                member.sequence = position
