from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .common import CareDeskCase, CareDeskMixin

ACCESS = "odoo.exceptions.AccessError"
USER = "odoo.exceptions.UserError"


@tagged("post_install", "-at_install")
class TestRpc(CareDeskMixin, HttpCase):
    """What a browser, a script or an attacker can send: the server decides for itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dev = cls._user("dung")
        cls.bug = cls._type(cls._group("Development", cls.dev), name="Bug")
        cls.ticket = cls._held_ticket(cls.an)
        cls.hidden = cls._held_ticket(cls.dev, type_id=cls.bug.id)

    def setUp(self):
        super().setUp()
        self._login("an")

    def _login(self, login):
        self.authenticate(login, login.ljust(8, "x"))

    def _call(self, method, *args, model="caredesk.ticket", **kwargs):
        """Call a method by JSON-RPC as the user who is logged in."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        result = self.make_jsonrpc_request("/web/dataset/call_kw", params)
        self.env.invalidate_all()
        return result

    def _refused(self, error, method, *args, **kwargs):
        """Assert that the call ends in ``error`` (name of the exception's class)."""
        with self.assertRaises(JsonRpcException) as caught, mute_logger("odoo.http"):
            self._call(method, *args, **kwargs)
        self.assertEqual(str(caught.exception), error, f"{method} {args}")
        self.env.invalidate_all()

    # === STEPS ===

    def test_the_whole_way_works_by_rpc(self):
        """IE-03: each step is callable by RPC with plain values."""
        self._call("action_start", [self.ticket.id])
        self._call("action_wait", [self.ticket.id], "customer")
        self._call("action_continue", [self.ticket.id])
        self._call("action_complete", [self.ticket.id], result="Fixed")
        self.assertState(self.ticket, "done", self.an)

    def test_a_step_in_a_wrong_state_is_refused(self):
        """IE-03: by JSON-RPC the same message as by the button."""
        self._refused(USER, "action_continue", [self.ticket.id])
        self._refused(USER, "action_complete", [self.ticket.id], "Fixed")
        self._refused(USER, "action_take", [self.ticket.id])
        self.assertState(self.ticket, "todo", self.an)

    def test_a_step_in_a_wrong_role_is_refused(self):
        """IE-03, S0-TKT-13: a colleague, a creator and a manager cannot work for the performer."""
        self._user("hoa", "creator"), self._user("boss", "manager")
        for login in ("binh", "hoa", "boss"):
            self._login(login)
            self._refused(ACCESS, "action_start", [self.ticket.id])
        self._login("binh")
        self._refused(ACCESS, "action_assign", [self.ticket.id], self.binh.id)
        self._refused(ACCESS, "action_transfer", [self.ticket.id], self.binh.id)
        self._refused(ACCESS, "action_close", [self.ticket.id])
        self.assertState(self.ticket, "todo", self.an)

    def test_the_external_api_is_checked_alike(self):
        """IE-03: a script with an API key is the same user with the same limits."""
        until = datetime.now() + timedelta(days=1)
        key = self.env["res.users.apikeys"].with_user(self.binh)._generate("rpc", "test", until)
        for method, params in (
            ("action_start", {}),
            ("write", {"vals": {"state": "done"}}),
            ("_transition", {"step": "complete"}),
        ):
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/json/2/caredesk.ticket/{method}",
                    json={"ids": self.ticket.ids, **params},
                    headers={"Authorization": f"Bearer {key}"},
                )
            self.assertIn(answer.status_code, (403, 422), answer.text)
        self.env.invalidate_all()
        self.assertState(self.ticket, "todo", self.an)

    def test_portal_users_reach_no_method(self):
        """C-30: a customer logged in on the portal calls nothing on tickets."""
        self._user("khach", "portal")
        self._login("khach")
        for method, args in (
            ("read", [[self.ticket.id], ["name"]]),
            ("action_cancel", [[self.ticket.id], "x"]),
            ("create", [[{"name": "x", "type_id": self.usage.id}]]),
        ):
            self._refused(ACCESS, method, *args)

    # === THE GUARD ===

    def test_private_methods_are_not_callable(self):
        """IE-03: the system's own ways are closed to RPC."""
        for method in ("_own_code", "_transition", "_give", "_create_from_channel", "_release"):
            self._refused(ACCESS, method, [self.ticket.id])

    def test_a_forged_context_does_not_open_the_guard(self):
        """IE-03: whatever stands in the context, guarded fields stay guarded."""
        for forged in (True, 1, "1", {}, "<object object>", None):
            context = {"caredesk_own_code": forged, "su": True, "uid": 1}
            for vals in ({"state": "done"}, {"work_seconds_closed": 1}, {"is_closed": True}):
                self._refused(USER, "write", [self.ticket.id], vals, context=context)
            self._refused(
                USER,
                "create",
                [{"name": "x", "type_id": self.usage.id, "done_at": "2020-01-01 00:00:00"}],
                context=context,
            )
        self.assertState(self.ticket, "todo", self.an)

    def test_defaults_in_the_context_do_not_set_guarded_fields(self):
        """IE-03, IE-09: a ticket cannot be born closed, done or with time on its clocks."""
        forged = {
            "default_state": "done",
            "default_is_closed": True,
            "default_work_seconds_closed": 99999,
            "default_done_at": "2020-01-01 00:00:00",
            "default_first_response_at": "2020-01-01 00:00:00",
            "default_number": "TK/1",
            "default_sla_state": "reached",
            "default_clock_started_at": "2020-01-01 00:00:00",
        }
        vals = {"name": "x", "type_id": self.usage.id}
        (ticket_id,) = self._call("create", [vals], context=forged)
        ticket = self.env["caredesk.ticket"].browse(ticket_id)
        self.assertState(ticket, "todo", self.binh)
        self.assertFalse(ticket.is_closed or ticket.done_at or ticket.first_response_at)
        self.assertNotEqual(ticket.number, "TK/1")
        self.assertEqual(ticket.work_seconds, 0)
        self.assertLess(ticket.queue_seconds, 3600)

    def test_creating_with_guarded_fields_is_refused(self):
        """IE-03: state, clocks and dates cannot be given on create."""
        for vals in (
            {"state": "in_progress"},
            {"started_at": "2020-01-01 00:00:00"},
            {"queue_seconds_closed": 5},
            {"is_closed": True},
            {"sla_deadline": "2030-01-01 00:00:00"},
        ):
            values = {"name": "x", "type_id": self.usage.id, **vals}
            self._refused(USER, "create", [values])

    def test_rows_of_the_history_cannot_be_made_or_changed(self):
        """S1-MGT-04: no time line, assignment or service level by RPC."""
        line = self.ticket.time_ids[0]
        self._refused(ACCESS, "write", [line.id], {"seconds": 1}, model=line._name)
        self._refused(ACCESS, "unlink", [line.id], model=line._name)
        row = {"ticket_id": self.ticket.id, "method": "take", "date": "2026-01-01 00:00:00"}
        self._refused(ACCESS, "create", [row], model="caredesk.ticket.assignment")
        command = [[0, 0, {"kind": "work", "state": "done", "start_at": "2026-01-01 00:00:00"}]]
        self._refused(ACCESS, "write", [self.ticket.id], {"time_ids": command})

    # === OTHER PEOPLE'S TICKETS ===

    def test_hidden_tickets_are_hidden_by_id(self):
        """IE-47: reading, stepping, posting and copying by a guessed id is refused."""
        for method, args in (
            ("read", [["name"]]),
            ("web_read", [{"name": {}, "time_ids": {"fields": {"seconds": {}}}}]),
            ("action_take", []),
            ("action_cancel", ["x"]),
            ("write", [{"name": "x"}]),
            ("copy", []),
            ("message_post", []),
        ):
            self._refused(ACCESS, method, [self.hidden.id], *args)

    def test_rows_of_hidden_tickets_are_hidden_by_id(self):
        """IE-47: time lines, assignments and service levels are seen as their ticket is."""
        self.env["caredesk.sla.policy"].create(
            {"name": "Fast", "group_id": self.hidden.group_id.id, "hours": 4}
        )
        self.hidden.sudo()._sla_reapply()
        self.env.flush_all()
        for rows in (
            self.hidden.time_ids,
            self.hidden.assignment_ids,
            self.hidden.sla_status_ids,
        ):
            self.assertTrue(rows)
            self._refused(ACCESS, "read", rows.ids, ["ticket_id"], model=rows._name)
            domain = [["ticket_id", "=", self.hidden.id]]
            self.assertEqual(self._call("search_count", domain, model=rows._name), 0)
            groups = self._call("formatted_read_group", domain, ["ticket_id"], model=rows._name)
            self.assertEqual(groups, [])

    def test_a_domain_does_not_reveal_what_is_hidden(self):
        """IE-47: conditions through a relation find only what the user may see."""
        domain = [["ticket_id.name", "ilike", "print"]]
        found = self._call("search_read", domain, ["ticket_id"], model="caredesk.ticket.time")
        self.assertEqual({row["ticket_id"][0] for row in found} & {self.hidden.id}, set())


@tagged("post_install", "-at_install")
class TestImport(CareDeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")

    def _load(self, columns, *rows):
        """Import ``rows`` as a manager, as the import screen does."""
        tickets = self.env["caredesk.ticket"].with_user(self.boss)
        return tickets.load(columns, [list(row) for row in rows])

    def test_an_import_creates_routed_tickets(self):
        """IE-05, IE-03: rows of a file go through the same door, one after another."""
        columns = ["name", "type_id/.id", "priority"]
        kind = str(self.usage.id)
        result = self._load(
            columns, ("A", kind, "Low"), ("B", kind, "Very High"), ("C", kind, "Low")
        )
        self.assertFalse([message for message in result["messages"] if message["type"] == "error"])
        tickets = self.env["caredesk.ticket"].browse(result["ids"])
        self.assertPerformers(tickets, self.binh, self.an, None)

    def test_an_import_does_not_set_guarded_fields(self):
        """IE-03: a file with states, clocks or dates is refused and nothing is stored."""
        before = self.env["caredesk.ticket"].search_count([])
        for column, value in (
            ("state", "Done"),
            ("work_seconds_closed", "95"),
            ("done_at", "2020-01-01 00:00:00"),
        ):
            result = self._load(["name", "type_id/.id", column], ("A", str(self.usage.id), value))
            self.assertFalse(result["ids"])
            self.assertTrue(result["messages"])
        self.assertEqual(self.env["caredesk.ticket"].search_count([]), before)

    def test_an_import_does_not_change_states(self):
        """IE-03: re-importing an export with other states changes nothing."""
        ticket = self._held_ticket(self.an)
        result = self._load([".id", "state"], (str(ticket.id), "Done"))
        self.assertTrue(result["messages"])
        self.assertState(ticket, "todo", self.an)

    def test_reimporting_an_unchanged_export_is_harmless(self):
        """IE-03: the same values written back are no change and no error."""
        ticket = self._held_ticket(self.an)
        result = self._load([".id", "name", "state"], (str(ticket.id), "Renamed", "Not Started"))
        self.assertEqual(result["ids"], ticket.ids)
        self.assertEqual(ticket.name, "Renamed")

    def test_writing_what_stands_there_is_no_change(self):
        """IE-03: forms send read-only values back; a different value is an error."""
        ticket = self._held_ticket(self.an)
        ticket.with_user(self.an).write({"name": "Other", "state": "todo"})
        self.assertEqual(ticket.name, "Other")
        with self.assertRaises(UserError):
            ticket.with_user(self.an).write({"name": "Third", "state": "done"})
