"""What the tests of the ticket core share: people by role, factories and domain asserts."""

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user

#: Role names of the requirements and the group that stands for each.
ROLES = {
    "user": "base.group_user",
    "creator": "caredesk_ticket.group_creator",
    "agent": "caredesk_ticket.group_agent",
    "intake": "caredesk_ticket.group_intake",
    "manager": "caredesk_ticket.group_manager",
    "admin": "caredesk_ticket.group_admin",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
#: A Monday morning; tests that measure time start here.
MONDAY = "2026-03-02 10:00:00"


class CareDeskMixin:
    """Factories and asserts; put before ``TransactionCase`` or ``HttpCase``.

    One group with one type and two agents of capacity 1 is ready: ``support``, ``usage``,
    ``an`` (served first) and ``binh``. Everything else is made by the test that needs it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.an = cls._user("an", "agent")
        cls.binh = cls._user("binh", "agent")
        cls.support = cls._group("Support", cls.an, cls.binh)
        cls.usage = cls._type(cls.support, name="Usage guidance")

    # === FACTORIES ===

    @classmethod
    def _user(cls, login, role="agent", **vals):
        """Return a new user; ``login`` is the name too."""
        # Somebody of the example firm may have that login already.
        namesakes = cls.env["res.users"].with_context(active_test=False)
        for namesake in namesakes.search([("login", "=", login)]):
            namesake.login = f"{login}.example"
        namesakes.flush_model(["login"])
        context = {"no_reset_password": True, "mail_create_nolog": True}
        values = {
            "name": login.capitalize(),
            "email": f"{login}@caredesk.test",
            "lang": "en_US",
            **vals,
        }
        return new_test_user(cls.env, login, ROLES[role], context, **values)

    @classmethod
    def _group(cls, name, *users, **vals):
        """Return a new support group; ``users`` become members in this order, capacity 1."""
        group = cls.env["caredesk.support.group"].create({"name": name, **vals})
        for user in users:
            cls._member(group, user)
        return group

    @classmethod
    def _member(cls, group, user, **vals):
        """Return a new seat of ``user`` at the end of ``group``."""
        return cls.env["caredesk.support.member"].create(
            {"group_id": group.id, "user_id": user.id, **vals}
        )

    @classmethod
    def _type(cls, group, **vals):
        """Return a new ticket type that ``group`` serves."""
        return cls.env["caredesk.ticket.type"].create(
            {"name": "Type", "group_id": group.id, **vals}
        )

    @classmethod
    def _ticket_vals(cls, **vals):
        """Return values of a ticket of type ``usage``; another group or type replaces it."""
        values = {"name": "Cannot print", "description": "<p>The printer is silent.</p>", **vals}
        if not vals.keys() & {"type_id", "group_id"}:
            values["type_id"] = cls.usage.id
        return values

    @classmethod
    def _ticket(cls, by=None, **vals):
        """Return a new ticket created by the user ``by`` (the system when not given)."""
        tickets = cls.env["caredesk.ticket"]
        if by:
            tickets = tickets.with_user(by)
        return tickets.create(cls._ticket_vals(**vals)).with_env(cls.env)

    @classmethod
    def _tickets(cls, count, **vals):
        """Return ``count`` tickets made in one call."""
        return cls.env["caredesk.ticket"].create([cls._ticket_vals(**vals) for _n in range(count)])

    @classmethod
    def _held_ticket(cls, user, state="todo", **vals):
        """Return a ticket that ``user``, a member of its group, holds in ``state``."""
        ticket = cls._ticket(user_id=user.id, **vals)
        mine = ticket.with_user(user)
        if state in ("in_progress", "done"):
            mine.action_start()
        if state == "waiting":
            mine.action_wait("customer")
        if state == "done":
            mine.action_complete(result="Fixed")
        return ticket

    @classmethod
    def _company(cls, name):
        """Return a second company; the system user may use it from now on."""
        company = cls.env["res.company"].create({"name": name})
        cls.env.user.company_ids = [Command.link(company.id)]
        return company

    def _seat(self, user, group=None):
        """Return the seat of ``user`` in ``group`` (``support`` when not given)."""
        return self.env["caredesk.support.member"].search(
            [("group_id", "=", (group or self.support).id), ("user_id", "=", user.id)]
        )

    def _freeze(self, moment=MONDAY):
        """Stop the time at ``moment`` (UTC); return the clock: ``tick(seconds)``, ``move_to``."""
        freezer = freeze_time(moment)
        clock = freezer.start()
        self.addCleanup(freezer.stop)
        return clock

    def _set_created(self, tickets, moment):
        """Pretend that tickets were created at ``moment``: the database's clock is not frozen."""
        tickets.flush_recordset()
        self.env.cr.execute(
            "UPDATE caredesk_ticket SET create_date = %s WHERE id IN %s",
            (moment, tuple(tickets.ids)),
        )
        tickets.invalidate_recordset(["create_date"])

    # === ASSERTS ===

    def assertState(self, ticket, state, user=None):
        """Assert state and performer (none when ``user`` is not given)."""
        ticket.invalidate_recordset()
        found = (ticket.state, ticket.user_id)
        self.assertEqual(found, (state, user or self.env["res.users"]))

    def assertPerformers(self, tickets, *users):
        """Assert who holds each ticket, in this order; None stands for nobody."""
        tickets.invalidate_recordset()
        wanted = [user.login if user else None for user in users]
        self.assertEqual([ticket.user_id.login or None for ticket in tickets], wanted)

    def assertClocks(self, ticket, work=0, waiting=0, queue=0):
        """Assert the three clocks in seconds: as read, as SQL sums, and by the time lines."""
        wanted = {"work_seconds": work, "waiting_seconds": waiting, "queue_seconds": queue}
        ticket.flush_recordset()
        ticket.invalidate_recordset()
        self.assertEqual(dict(ticket.read(wanted)[0], id=0), dict(wanted, id=0))
        (sums,) = self.env["caredesk.ticket"]._read_group(
            [("id", "=", ticket.id)], [], [f"{name}:sum" for name in wanted]
        )
        self.assertEqual(dict(zip(wanted, sums, strict=True)), wanted)
        self.assertHistory(ticket)
        if not ticket.clock_kind:
            kinds = {"work": 0, "wait": 0, "queue": 0}
            for line in ticket.time_ids:
                kinds[line.kind] += line.seconds
            self.assertEqual(kinds, {"work": work, "wait": waiting, "queue": queue})

    def assertHistory(self, ticket):
        """Assert that the time lines follow each other and at most one is open (I-5)."""
        lines = ticket.sudo().time_ids.sorted(lambda line: (line.start_at, line.id))
        running = lines.filtered(lambda line: not line.stop_at)
        self.assertEqual(len(running), 1 if ticket.is_open else 0)
        for line, following in zip(lines, lines[1:], strict=False):
            self.assertTrue(line.stop_at, "only the last line may run")
            self.assertGreaterEqual(following.start_at, line.stop_at)
        for line in lines - running:
            self.assertEqual(line.seconds, (line.stop_at - line.start_at).total_seconds())

    def assertLog(self, ticket, *entries):
        """Assert the assignment history, oldest first, as (method, login of the receiver)."""
        log = ticket.sudo().assignment_ids.sorted("id")
        self.assertEqual([(row.method, row.to_user_id.login or None) for row in log], [*entries])


class CareDeskCase(CareDeskMixin, TransactionCase):
    """Base of the ticket core's tests; each test is rolled back."""
