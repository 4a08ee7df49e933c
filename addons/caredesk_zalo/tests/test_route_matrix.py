"""Every address of the Zalo addon, asked by every role."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.caredesk_ticket.tests.route_matrix import RouteMatrixCase, users_only


@tagged("post_install", "-at_install")
class TestRouteMatrix(RouteMatrixCase):
    ADDON = "caredesk_zalo"
    MATRIX = {
        ("GET", "/caredesk/zalo/oauth"): ("/caredesk/zalo/oauth?code=x&state=forged", users_only()),
        ("GET", "/zalo_verifier<string:code>.html"): ("/zalo_verifierguessed.html", 404),
        ("GET", "/caredesk/zalo/webhook"): ("/caredesk/zalo/webhook", 200),
        ("POST", "/caredesk/zalo/webhook"): ("/caredesk/zalo/webhook", 403, b'{"event_name": "x"}'),
    }  # fmt: skip

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_class_3_idor_every_route_with_every_role(self):
        """IE-15, IE-47: public, portal A and B, agents of elsewhere, manager: to each his own."""
        self._assert_complete()
        self._assert_matrix()
