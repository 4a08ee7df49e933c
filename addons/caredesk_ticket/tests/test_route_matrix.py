"""Every address of the ticket addon, asked by every role (classes 3 and 11 of the field study)."""

from urllib.parse import quote

from odoo.tests import tagged
from odoo.tools import mute_logger

from .route_matrix import DENIED, RouteMatrixCase, addon_routes, matrix_of, users_only

#: Only the customer whose ticket it is.
_OWNER = (303, 200, 404, 404, 404, 404)
_STEP = "/my/tickets/<int:ticket_id>/<any(reply, close, reopen):step>"
_FILE = "/my/tickets/<int:ticket_id>/files/<int:attachment_id>"
_EXPORT = "/caredesk/ticket/export/<int:export_id>/<string:extension>"
_PIVOT = (
    '{"title":"T","model":"caredesk.ticket","measure_count":1,"origin_count":1,'
    '"col_group_headers":[],"measure_headers":[],"origin_headers":[],"rows":[]}'
)


@tagged("post_install", "-at_install")
class TestRouteMatrix(RouteMatrixCase):
    ADDON = "caredesk_ticket"
    MATRIX = {
        ("GET", "/support"): ("/support", 200),
        ("POST", "/support"): ("/support", 422, {"subject": "x", "token": "forged"}),
        ("JSON", "/support/suggest"): ("/support/suggest", 200, {"text": "máy in"}),
        ("GET", "/support/thanks"): ("/support/thanks", 303),
        ("GET", "/support/rate/<string:token>"): ("/support/rate/{rating}", 200),
        ("POST", "/support/rate/<string:token>"): (
            "/support/rate/{rating}", (303, 303, 303, 404, 404, 404), {"rate": "5"},
        ),
        ("GET", "/rate/<string:token>/<int:rate>"): ("/rate/guessed/5", 404),
        ("POST", "/rate/<string:token>/<int:rate>"): ("/rate/guessed/5", 404),
        ("GET", "/rate/<string:token>/submit_feedback"): ("/rate/guessed/submit_feedback", 404),
        ("POST", "/rate/<string:token>/submit_feedback"): ("/rate/guessed/submit_feedback", 404),
        ("GET", "/my/tickets"): ("/my/tickets", users_only()),
        ("POST", "/my/tickets"): ("/my/tickets", users_only()),
        ("GET", "/my/tickets/page/<int:page>"): ("/my/tickets/page/2", users_only()),
        ("POST", "/my/tickets/page/<int:page>"): ("/my/tickets/page/2", users_only()),
        ("GET", "/my/tickets/<int:ticket_id>"): ("/my/tickets/{ticket}", _OWNER),
        ("GET", _FILE): ("/my/tickets/{ticket}/files/{file}", (404, 200, 404, 404, 404, 404)),
        ("POST", _STEP): (
            "/my/tickets/{ticket}/reply", (404, 200, 404, 404, 404, 404), {"text": ""},
        ),
        ("GET", "/my/tickets/new"): ("/my/tickets/new", users_only()),
        ("POST", "/my/tickets/create"): ("/my/tickets/create", users_only(), {"title": ""}),
        ("JSON", "/my/tickets/suggest"): (
            "/my/tickets/suggest", (DENIED, 200, 200, 200, 200, 200), {"title": "Cannot print"},
        ),
        ("GET", _EXPORT): (
            "/caredesk/ticket/export/{export}/xlsx", (303, 403, 403, 403, 403, 200),
        ),
        ("POST", "/caredesk/hook/<string:key>"): ("/caredesk/hook/{hook}", 415, b"{}"),
        ("JSON", "/mail/message/post"): (
            "/mail/message/post", (DENIED, DENIED, DENIED, DENIED, DENIED, 200), {},
        ),
        ("GET", "/web/pivot/export_xlsx"): ("/web/pivot/export_xlsx?data={pivot}", users_only()),
        ("POST", "/web/pivot/export_xlsx"): (
            "/web/pivot/export_xlsx", users_only(), {"data": _PIVOT},
        ),
    }  # fmt: skip

    def setUp(self):
        super().setUp()
        done = self._held_ticket(self.binh, "done", partner_id=self.oanh.partner_id.id)
        note = self._answer(self.ticket, self.an, "Here", [("plan.txt", b"x")])
        source = self.env["caredesk.hook.source"].create({"name": "PBX"})
        export = self.env["caredesk.ticket.export"].with_user(self.manager).create({})
        self.names = {
            "ticket": self.ticket.id,
            "file": note.attachment_ids.id,
            "rating": done._rating_token(),
            "export": export.id,
            "hook": source.key,
            "pivot": quote(_PIVOT),
        }

    def _names(self):
        return self.names

    def _call(self, verb, path, body=None):
        if path == "/mail/message/post":
            body = {
                "thread_model": "caredesk.ticket",
                "thread_id": self.ticket.id,
                "post_data": {"body": "x"},
            }
        return super()._call(verb, path, body)

    def test_class_3_idor_every_route_is_in_the_matrix(self):
        """IE-15, IE-47: a new address fails here until it is said who gets what from it."""
        self._assert_complete()

    def test_class_3_idor_every_addon_has_a_matrix(self):
        """IE-47: of each addon that is installed, whatever it is."""
        for addon, routes in addon_routes(self.env).items():
            with self.subTest(addon=addon):
                self.assertEqual(set(matrix_of(addon) or ()), routes)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_class_3_idor_every_route_with_every_role(self):
        """IE-15, IE-47: public, portal A and B, agents of elsewhere, manager: to each his own."""
        self._assert_matrix()
        said = self.ticket.message_ids.filtered(lambda one: one.message_type == "comment")
        self.assertEqual(said.author_id, (self.an | self.manager).partner_id, "nobody else")
        self.assertTrue(self.ticket.is_open)

    def test_class_11_get_writes_no_get_route_can_write(self):
        """IE-15, S4-CSAT-03: what a link can open is served by a cursor that cannot write."""
        for rule in self.env["ir.http"].routing_map().iter_rules():
            routing = rule.endpoint.routing
            if not rule.endpoint.func.__module__.startswith("odoo.addons.caredesk_"):
                continue
            if routing["type"] == "http" and "GET" in (rule.methods or {"GET"}):
                self.assertEqual(routing["readonly"], rule.rule not in _OTHER_GETS, rule.rule)


#: OAuth's way back is a GET by its standard; its signed state is asked for by this user only.
#: Odoo's links for ratings lead to our page when they are for a ticket, before anything is done.
_OTHER_GETS = (
    "/caredesk/zalo/oauth",
    "/rate/<string:token>/<int:rate>",
    "/rate/<string:token>/submit_feedback",
)
