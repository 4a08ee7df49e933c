import re

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.caredesk_zalo_app import WEBHOOK_PATH
from ..zalo_client import webhook

#: Bytes of the longest event that is read; Zalo's are a few kilobytes.
MAX_BYTES = 1_000_000

#: The moment in a body, found without reading the JSON of somebody not yet known.
_TIMESTAMP = re.compile(rb'"timestamp"\s*:\s*"?(\d{1,20})"?')


class ZaloWebhook(http.Controller):
    """Takes what Zalo reports: checked, stored once, answered at once; the work comes later."""

    @http.route(
        WEBHOOK_PATH,
        type="http",
        auth="none",
        readonly=False,
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BYTES,
    )
    def receive(self):
        """Store an event and answer 200; refuse what nobody we know has signed."""
        # Kept with the request: after a conflict Odoo calls us again, and the stream is read.
        body = request.httprequest.get_data()
        if body.strip() in (b"", b"{}"):
            # The console tries the address so before it saves it, without a signature.
            return request.make_response("")
        # Zalo has no user here: the signature is its credential, checked before anything is kept
        env = request.env(user=SUPERUSER_ID)
        app_id = self._signer(env, body)
        if app_id is None:
            env["caredesk.zalo.refusal"]._count(self._fault(env, body))
            return request.make_response("", status=403)
        env["caredesk.zalo.event"]._take(app_id, body)
        return request.make_response("")

    @http.route(WEBHOOK_PATH, type="http", auth="public", methods=["GET"], readonly=True)
    def probe(self):
        """Tell somebody who opens the address that it is there."""
        return request.make_response("CareDesk: Zalo webhook")

    def _signer(self, env, body):
        """Return the record id of the app whose secret signed the body, or None."""
        header, moments = self._signature(body)
        for record_id, app_id, secret in env["caredesk.zalo.app"]._signers():
            if webhook.is_signed(header, app_id, body, moments, secret):
                return record_id
        return None

    def _fault(self, env, body):
        """Return what is wrong with the signature of a body, to tell the administrator."""
        header, moments = self._signature(body)
        if not header:
            return "unsigned"
        swapped = env["caredesk.zalo.app"]._is_signed_with_app_secret
        return "app_secret" if swapped(header, body, moments) else "signature"

    def _signature(self, body):
        """Return the signature of a body, and the moments of which one was signed with it."""
        headers = request.httprequest.headers
        moments = [moment.decode() for moment in _TIMESTAMP.findall(body)[-2:]]
        moments.append(headers.get("X-ZEvent-Timestamp", ""))
        return headers.get("X-ZEvent-Signature", ""), tuple(moments)
