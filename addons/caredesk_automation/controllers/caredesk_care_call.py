from odoo import http
from odoo.http import request

from odoo.addons.caredesk_ticket.controllers.hook import incoming_call

from ..models.caredesk_care_call import MOST_BYTES


class CareCallController(http.Controller):
    """The door for telephone systems; everything is decided in ``caredesk.care.call``."""

    @http.route(
        "/caredesk/call/<string:key>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MOST_BYTES,
    )
    def ring(self, key, **_params):
        """Take one signed message that a phone rings, and answer in JSON."""
        status, answer = request.env["caredesk.care.call"]._receive(key, incoming_call())
        return request.make_json_response(answer, status=status)
