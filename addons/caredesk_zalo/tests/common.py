"""What the tests of Zalo share: a sandbox over real HTTP, a connected account, two agents."""

import json
import time

from odoo.tests import new_test_user
from odoo.tests.common import _super_send

from zalo_sandbox import Server, events
from zalo_sandbox.world import Token


class ZaloMixin:
    """Put before ``TransactionCase`` or ``HttpCase``.

    The sandbox keeps its events to itself; ``_deliver`` hands them to the inbox, signed or not,
    so that a test decides what arrives, how often and in which order.
    """

    PERSON = "246845883529197921"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.vn")  # where numbers without one belong
        cls.env.company.partner_id.lang = "en_US"
        cls.sandbox = Server()
        cls.sandbox.__enter__()
        cls.addClassCleanup(cls.sandbox.__exit__)
        cls.world = cls.sandbox.world
        cls.zalo_app = next(iter(cls.world.apps.values()))
        url = cls.sandbox.url
        cls.app = cls.env["caredesk.zalo.app"].create(
            {
                "name": "App",
                "app_id": cls.zalo_app.app_id,
                "app_secret": cls.zalo_app.secret,
                "webhook_secret": cls.zalo_app.account_secret,
                "oauth_url": url,
                "openapi_url": url,
                "business_url": url,
                "media_domains": "127.0.0.1",
            }
        )
        cls.hang = cls._zalo_user("hang", "caredesk_zalo.group_agent")
        cls.minh = cls._zalo_user("minh", "caredesk_zalo.group_agent")
        cls.account = cls.env["caredesk.zalo.oa"].create(
            {"name": "CareDesk", "app_id": cls.app.id, "user_ids": cls.hang.ids}
        )

    def setUp(self):
        super().setUp()
        # The sandbox knows nothing of rolled back transactions: each test begins anew there.
        self.sandbox.sandbox.faults.clear()
        self._connect(self.account)

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Let calls through to the sandbox: it is the real thing here, not a mock."""
        if request.url.startswith(cls.sandbox.url):
            return _super_send(session, request, **options)
        return super()._request_handler(session, request, **options)

    @classmethod
    def _zalo_user(cls, login, groups):
        login = f"zalo_{login}"
        return new_test_user(
            cls.env, login, groups, name=login, email=f"{login}@example.com", lang="en_US"
        )

    def _connect(self, account):
        """Let the account get its tokens as a consent gives them."""
        now = time.time()
        oa_id = next(iter(self.world.accounts))
        self.world.codes["code"] = Token(oa_id, self.zalo_app.app_id, now + 600)
        account._connect("code", oa_id)

    def _says(self, text, **values):
        """Let the customer send a text; return its event."""
        person = self.world.person(self.account.oa_id, values.pop("user_id", self.PERSON))
        message = self.sandbox.sandbox.conversation.customer_says(
            person, values.pop("kind", "text"), {"text": text, **values}
        )
        return events.said(self.world, message, person)

    def _deliver(self, *bodies):
        """Hand events to the inbox as the webhook does once their signature was checked."""
        inbox = self.env["caredesk.zalo.event"].sudo()
        for body in bodies:
            inbox._take(self.app.id, self._raw(body))

    def _raw(self, event):
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()

    def _work(self):
        """Let the inbox do all there is to do now."""
        self._run("ir_cron_events")

    def _receive(self, text="Xin chào"):
        """Let the customer's text arrive and be worked on; return his contact."""
        self._deliver(self._says(text))
        self._work()
        return self._contact()

    def _shares(self, contact, shape="new", **shared):
        """Let the customer fill in the form for information; ``shape`` is one of Zalo's three."""
        person = self.world.person(self.account.oa_id, contact.zalo_user_id)
        person.shared = shared
        self._deliver(events.submitted(self.world, person, shape))
        self._work()

    def _texts(self, contact):
        """Return all of a conversation in one text, notes included, oldest first."""
        return " ".join(str(m.body) for m in contact.channel_id.message_ids.sorted("id"))

    def _contact(self, user_id=None):
        return self.env["caredesk.zalo.contact"].search(
            [("oa_id", "=", self.account.id), ("zalo_user_id", "=", user_id or self.PERSON)]
        )

    def _answer(self, contact, body="Dạ chào chị", user=None, **values):
        """Let an agent answer in Discuss."""
        return (
            contact.channel_id.with_user(user or self.hang)
            .message_post(
                body=body, message_type="comment", subtype_xmlid="mail.mt_comment", **values
            )
            .sudo()
        )

    def _send(self):
        """Let the outbox do its work."""
        self._run("ir_cron_outbox")

    def _run(self, cron):
        """Run a scheduled action to its end, as the scheduler does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"caredesk_zalo.{cron}").method_direct_trigger()
        self.env.invalidate_all()
