from odoo import http
from odoo.http import request

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
        http_request = request.httprequest
        if http_request.mimetype != "application/json":
            return request.make_json_response({"status": "no_json_type"}, status=415)
        headers = http_request.headers
        scheme, _space, token = headers.get("Authorization", "").partition(" ")
        status, word = request.env["caredesk.care.call"]._receive(
            key,
            token.strip() if scheme.lower() == "bearer" else "",
            headers.get("X-CareDesk-Timestamp", ""),
            headers.get("X-CareDesk-Signature", ""),
            http_request.get_data(),
        )
        return request.make_json_response({"status": word}, status=status)
