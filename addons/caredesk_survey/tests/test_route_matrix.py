"""Every address of the survey addon, asked by every role."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.caredesk_ticket.tests.route_matrix import RouteMatrixCase, users_only


@tagged("post_install", "-at_install")
class TestRouteMatrix(RouteMatrixCase):
    ADDON = "caredesk_survey"
    MATRIX = {
        ("GET", "/caredesk/survey/export/<int:export_id>"): (
            "/caredesk/survey/export/{export}", users_only(403),
        ),
    }  # fmt: skip

    def _names(self):
        """The dialog of somebody else."""
        return {"export": self.env["caredesk.survey.export"].create({}).id}

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_class_3_idor_every_route_with_every_role(self):
        """IE-15, IE-47: public, portal A and B, agents of elsewhere, manager: to each his own."""
        self._assert_complete()
        self._assert_matrix()
