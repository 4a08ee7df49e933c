from odoo import http
from odoo.http import request

from ..models.caredesk_hook import Incoming

_JSON = "application/json"


def _most_bytes(_controller):
    """Stop what is no JSON before Odoo parses it as a form; JSON is not read before we ask."""
    if request.httprequest.mimetype == _JSON:
        return None
    return request.env["caredesk.hook"]._most_bytes()


def incoming_call():
    """Return the present request as a signed call of another system; its body is not read yet."""
    http_request = request.httprequest
    headers = http_request.headers
    scheme, _space, token = headers.get("Authorization", "").partition(" ")
    return Incoming(
        ip=http_request.remote_addr,
        length=http_request.content_length,
        mimetype=http_request.mimetype,
        token=token.strip() if scheme.lower() == "bearer" else "",
        timestamp=headers.get("X-CareDesk-Timestamp", ""),
        signature=headers.get("X-CareDesk-Signature", ""),
        read=http_request.get_data,
    )


class HookController(http.Controller):
    """The door for other systems; everything is decided in the model ``caredesk.hook``."""

    @http.route(
        "/caredesk/hook/<string:key>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=_most_bytes,
    )
    def receive(self, key, **_params):
        """Take one signed call and answer in JSON; nobody is asked for a session."""
        status, answer = request.env["caredesk.hook"]._receive(key, incoming_call())
        return request.make_json_response(answer, status=status)
