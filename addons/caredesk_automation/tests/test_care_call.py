import json
import time

from odoo.tests import HttpCase, tagged

from odoo.addons.caredesk_ticket.domain.hook_signature import sign
from odoo.addons.mail.tests.common import MailCommon

from .care_common import CareMixin


@tagged("post_install", "-at_install")
class TestCareCall(CareMixin, HttpCase, MailCommon):
    """A phone rings: the telephone system tells it, the agent sees who calls."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env["caredesk.hook.source"].create({"name": "PBX"})
        cls.source.action_new_secret()
        cls.lan.caredesk_extension = "101"
        cls.customer.write({"country_id": cls.env.ref("base.vn").id})
        cls.customer.phone = "+84 900 000 777"
        cls.env.company.partner_id.country_id = cls.env.ref("base.vn")

    def _ring(self, content=None, key=None, secret=None, token=None, at=None, **vals):
        source_sudo = self.source.sudo()
        call = {"call_id": "c-1", "from": "0900000777", "to": "101", **vals}
        body = json.dumps(call if content is None else content).encode()
        stamp = str(int(at or time.time()))
        return self.url_open(
            f"/caredesk/call/{key or source_sudo.key}",
            data=body,
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {token or source_sudo.token}",
                "X-CareDesk-Timestamp": stamp,
                "X-CareDesk-Signature": sign(secret or source_sudo.secret, stamp, body),
            },
        )

    def test_pops_up_once(self):
        """S3-FLT-10: the caller is found by number, the agent by extension; told once."""
        with self.mock_bus():
            first = self._ring()
            again = self._ring()
        self.assertEqual((first.json()["status"], again.json()["status"]), ("done", "repeated"))
        rings = self._new_bus_notifs.filtered(lambda one: "incoming_call" in one.message)
        self.assertEqual(len(rings), 1)
        told = json.loads(rings.message)["payload"]
        self.assertEqual((told["partner_id"], told["number"]), (self.customer.id, "0900000777"))
        call = self.env["caredesk.care.call"].search([("source_id", "=", self.source.id)])
        self.assertEqual((call.partner_id, call.user_id), (self.customer, self.lan))
        action = self.env["caredesk.care.call"].with_user(self.lan).action_answer(call.id)
        self.assertEqual(action["context"]["default_partner_id"], self.customer.id)
        self.assertEqual(action["context"]["default_action"], "receive_call")
        foreign = self.env["caredesk.care.call"].with_user(self.mai).action_answer(call.id)
        self.assertFalse(foreign["context"]["default_partner_id"], "somebody else's call")

    def test_strangers_are_refused(self):
        """S3-FLT-10: unknown source, wrong token, signature or time: nothing is stored."""
        self.assertEqual(self._ring(key="nobody").status_code, 404)
        self.assertEqual(self._ring(token="wrong").status_code, 401)
        self.assertEqual(self._ring(secret="wrong").status_code, 401)
        self.assertEqual(self._ring(at=time.time() - 4000).status_code, 401)
        self.source.allowed_ips = "192.0.2.1"
        self.assertEqual(self._ring().status_code, 403)
        refused = self.env["caredesk.hook.call"].search([("source_id", "=", self.source.id)])
        self.assertEqual(
            set(refused.mapped("reason")), {"token", "bad_signature", "stale", "address"}
        )
        self.assertFalse(self.env["caredesk.care.call"].search_count([]))

    def test_pace(self):
        """S3-FLT-10: a telephone system that has gone mad is held back, like any other source."""
        self.source.per_minute = 1
        self.assertEqual(self._ring().status_code, 200)
        self.assertEqual(self._ring(call_id="c-9").status_code, 429)

    def test_bad_bodies(self):
        """S3-FLT-10: what is no call is refused; an unknown number rings all the same."""
        for content in (
            [],
            {},
            {"call_id": "x"},
            "text",
            {"call_id": "a b", "from": "1", "to": ""},
        ):
            self.assertEqual(self._ring(content).status_code, 400, content)
        self.assertEqual(self._ring(call_id="c-2", **{"from": "12"}).status_code, 400)
        self.assertEqual(self._ring(call_id="c-3", **{"from": "0911222333"}).status_code, 200)
        self.assertEqual(self._ring(call_id="c-4", to="999").json()["status"], "done")
