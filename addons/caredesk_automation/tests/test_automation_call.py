from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import _super_send

from .automation_common import MONDAY, AutomationCase


class OtherSystem(BaseHTTPRequestHandler):
    """A shop that keeps what it is told and answers as the test wants it to."""

    told, answers = [], []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.told.append((self.headers["Idempotency-Key"], body))
        self.send_response(self.answers.pop(0) if self.answers else 200)
        self.end_headers()

    def log_message(self, *_args):
        """Say nothing: the test looks at what it was told."""


@tagged("post_install", "-at_install")
class TestAutomationCall(AutomationCase):
    """Webhooks: after the commit, until they are answered, told apart by a key."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = HTTPServer(("127.0.0.1", 0), OtherSystem)
        cls.addClassCleanup(cls.shop.server_close)
        Thread(target=cls.shop.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.shop.shutdown)
        cls.url = f"http://127.0.0.1:{cls.shop.server_port}/hook"
        cls.action = cls.env["ir.actions.server"].create(
            {
                "name": "Tell the shop",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "state": "webhook",
                "webhook_url": cls.url,
                "webhook_field_ids": [
                    Command.link(cls.env["ir.model.fields"]._get("res.partner", "name").id)
                ],
            }
        )
        cls.rule = cls._rule(
            "partner_create",
            content_ids=False,
            step_ids=[Command.create({"kind": "webhook", "action_id": cls.action.id})],
        )

    def setUp(self):
        super().setUp()
        OtherSystem.told.clear()
        OtherSystem.answers.clear()

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Let calls through to the shop: it is the real thing here, not a mock."""
        if request.url.startswith(cls.url):
            return _super_send(session, request, **options)
        return super()._request_handler(session, request, **options)

    def _calls(self):
        return self.env["caredesk.automation.call"].search([("rule_id", "=", self.rule.id)])

    def test_called_after_the_ledger_is_written_and_once(self):
        """S1-MGT-07, S0-AUT-X5: the worker of the ledger calls nobody; the outbox does, once."""
        lan = self._customer("Lan")
        self._cron("run")
        self.assertFalse(OtherSystem.told)
        call = self._calls()
        self.assertEqual((call.state, call.res_id), ("pending", lan.id))
        for _time in range(2):
            self._cron("call")
        [(key, body)] = OtherSystem.told
        self.assertEqual(key, call.key)
        self.assertIn('"name": "Lan"', body)
        self.assertIn(f'"_id": {lan.id}', body)
        self.assertEqual((call.state, call.status), ("done", 200))
        self.assertEqual((self._log(self.rule).channel, self.rule.sent_count), ("webhook", 1))

    def test_nothing_is_called_of_what_is_rolled_back(self):
        """IE-24: a later step fails: the call goes with its savepoint; the retry calls once."""
        clock = self._freeze(MONDAY)
        crash = self.env["ir.actions.server"].create(
            {
                "name": "Crash",
                "model_id": self.action.model_id.id,
                "state": "code",
                "code": "raise ValueError('not now')",
            }
        )
        step = {"kind": "action", "action_id": crash.id, "rule_id": self.rule.id, "sequence": 99}
        self.env["caredesk.automation.step"].create(step)
        self._customer("Lan")
        self._cron("run")
        self.assertRuns(self.rule, "pending")
        self.assertFalse(self._calls())
        crash.code = "pass"
        clock.tick(timedelta(minutes=10))
        self._cron("run")
        self._cron("call")
        self.assertEqual(len(OtherSystem.told), 1)

    def test_repeated_with_the_same_key_until_answered(self):
        """IE-24: an error, then a worker killed before the answer: the key stays the same."""
        clock = self._freeze(MONDAY)
        self._customer("Lan")
        self._cron("run")
        OtherSystem.answers.append(503)
        self._cron("call")
        call = self._calls()
        self.assertEqual((call.state, call.attempts, call.status), ("pending", 1, 503))
        clock.tick(timedelta(minutes=11))
        # A worker takes it, and is killed.
        call.write({"state": "calling", "called_at": fields.Datetime.now(), "attempts": 2})
        clock.tick(timedelta(minutes=4))
        self._cron("call")
        self.assertEqual(call.state, "calling", "another worker may still be at it")
        clock.tick(timedelta(hours=2))
        self._cron("call")
        clock.tick(timedelta(hours=2))
        self._cron("call")
        self.assertEqual(call.state, "done")
        self.assertEqual({key for key, _body in OtherSystem.told}, {call.key})

    def test_given_up_and_tried_again_by_hand(self):
        """IE-25: what the other system refuses is shown with its status; people repeat it."""
        OtherSystem.answers.append(404)
        self._customer("Lan")
        self._cron("run")
        self._cron("call")
        call = self._calls()
        self.assertEqual(call.state, "failed")
        self.assertIn("404", self._log(self.rule).reason)
        reader = self._person("reader", "caredesk_automation.group_automation_user")
        with self.assertRaises(AccessError):
            call.with_user(reader).action_retry()
        call.with_user(self.mai).action_retry()
        self._cron("call")
        self.assertEqual(call.state, "done")
        with self.assertRaises(AccessError):
            call.with_user(self.mai).read(["payload"])

    def test_busy_is_no_refusal(self):
        """IE-25: who is asked to come again later, or was too slow, is not given up."""
        for status in (429, 408):
            OtherSystem.answers.append(status)
            self._customer("Lan")
            self._cron("run")
            self._cron("call")
            call = self._calls()[0]
            with self.subTest(status):
                self.assertEqual((call.state, call.status), ("pending", status))

    def test_webhook_among_the_server_actions(self):
        """S1-MGT-07, IE-24: it goes by the outbox too, whatever the step is called."""
        self.rule.step_ids.kind = "action"
        lan = self._customer("Lan")
        self._cron("run")
        self.assertFalse(OtherSystem.told)
        self.assertEqual((self._calls().state, self._calls().res_id), ("pending", lan.id))

    def test_one_that_is_away_keeps_nobody_waiting(self):
        """IE-25: after a call without answer the calls to others go on."""
        away = self.action.copy({"webhook_url": "http://127.0.0.1:9/hook"})
        self.rule.step_ids.create(
            {"kind": "webhook", "action_id": away.id, "rule_id": self.rule.id, "sequence": 1}
        )
        for name in ("Lan", "Minh"):
            self._customer(name)
        self._cron("run")
        self._cron("call")
        self.assertEqual(len(OtherSystem.told), 2)
        tried = self._calls().filtered(lambda call: call.action_id == away).mapped("attempts")
        self.assertEqual(sorted(tried), [0, 1])

    def test_started_again_it_calls(self):
        """S0-AUT-X9: only what waited when the rule was stopped is given up."""
        self.rule.action_stop()
        self.rule.action_start()
        self._customer("Lan")
        self._cron("run")
        self._cron("call")
        self.assertEqual(len(OtherSystem.told), 1)

    def test_stopped_rule_calls_nobody(self):
        """S0-AUT-X9: what waits to be called is cancelled with the rule."""
        self._customer("Lan")
        self._cron("run")
        self.rule.action_stop()
        self._cron("call")
        self.assertFalse(OtherSystem.told)
        self.assertEqual(self._calls().state, "cancelled")
        old = fields.Datetime.now() - timedelta(days=400)
        self.env.cr.execute("UPDATE caredesk_automation_call SET create_date = %s", [old])
        self.env.invalidate_all()
        self._calls()._gc_old()
        self.assertFalse(self._calls())
