"""Every address of the automation addon, asked by every role: a guessed key opens nothing."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.caredesk_ticket.tests.route_matrix import RouteMatrixCase


@tagged("post_install", "-at_install")
class TestRouteMatrix(RouteMatrixCase):
    ADDON = "caredesk_automation"
    MATRIX = {
        ("GET", "/caredesk/booking/<string:token>"): ("/caredesk/booking/guessed", 404),
        ("GET", "/caredesk/booking/<string:token>/visit.ics"): (
            "/caredesk/booking/guessed/visit.ics", 404,
        ),
        ("POST", "/caredesk/booking/<string:token>/book"): (
            "/caredesk/booking/guessed/book", 404, {"start": "20260302T0300"},
        ),
        ("POST", "/caredesk/booking/<string:token>/cancel"): (
            "/caredesk/booking/guessed/cancel", 404,
        ),
        ("POST", "/caredesk/call/<string:key>"): ("/caredesk/call/guessed", 415, b"{}"),
        ("GET", "/caredesk/unsubscribe/<string:token>"): ("/caredesk/unsubscribe/guessed", 404),
        ("POST", "/caredesk/unsubscribe/<string:token>"): ("/caredesk/unsubscribe/guessed", 404),
    }  # fmt: skip

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_class_3_idor_every_route_with_every_role(self):
        """IE-15, IE-47: public, portal A and B, agents of elsewhere, manager: to each his own."""
        self._assert_complete()
        self._assert_matrix()
