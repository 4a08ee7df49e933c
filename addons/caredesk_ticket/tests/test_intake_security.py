"""The public doors against the attacks a helpdesk must stand (classes of the field study)."""

import io
import time
from base64 import b64encode

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ROLES
from .intake_common import PNG, FormCase, HookCase

_PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "{{ 7*7 }} ${7*7} <t t-out='request.env'/>",
    "<<script>script>alert(1)<</script>/script>",
    '<form action="//evil.example"><button formaction="//evil.example">x</button></form>',
)
#: Elements and attributes that would run something or send it elsewhere.
_RUNS = "//script | //svg | //form | //iframe | //*[@onerror or @onload or @formaction]"


def _is_harmless(markup):
    tree = html.fromstring(f"<div>{markup or ''}</div>")
    links = [link for link in tree.xpath("//@href | //@src") if link.startswith("javascript")]
    return not tree.xpath(_RUNS) and not links


class RolesMixin:
    """Logs in as each role in turn, the visitor included."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ROLES:
            if role != "public":
                cls._user(f"role{role}", role)

    def _each_role(self):
        for role in ROLES:
            login = None if role == "public" else f"role{role}"
            self.authenticate(login, login and login.ljust(8, "x"))
            with self.subTest(role=role):
                yield role


@tagged("post_install", "-at_install")
class TestSupportFormSecurity(RolesMixin, FormCase):
    """The form: text, files, floods and reads."""

    def test_class_2_stored_xss(self):
        """IE-16: markup in any field is text: on the ticket, in notes, on the page after it."""
        for number, payload in enumerate(_PAYLOADS):
            answer = self._send(
                name=payload, subject=payload, content=payload, phone=payload[:40],
                email=f"x{number}@example.com",
            )  # fmt: skip
            ticket = self.env["caredesk.ticket"].search([], order="id desc", limit=1)
            self.assertEqual(ticket.name, " ".join(payload.split()))
            for markup in (ticket.description, *ticket.message_ids.mapped("body")):
                self.assertTrue(_is_harmless(markup), markup)
            self.assertNotIn(payload, answer.text)
            again = self._send(subject=payload, content=payload, email="bad")
            self.assertNotIn(payload, again.text)

    def test_class_4_attachments(self):
        """IE-16: nothing a browser would run is taken, nothing taken is open to strangers."""
        for name, raw in (
            ("x.svg", b"<svg onload=alert(1)>"),
            ("x.html", b"<script>alert(1)</script>"),
            ("x.png", b"<script>alert(1)</script>"),
            ("x.phtml", b"<?php"),
        ):
            answer = self._send(files=[(name, io.BytesIO(raw), "image/png")])
            self.assertTrue(self._error(answer), name)
        self.assertFalse(self._sent())
        self._send(files=[("../../a.png", io.BytesIO(PNG), "text/html")])
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "caredesk.ticket"), ("res_id", "=", self._sent().id)]
        )
        self.assertEqual((attachment.name, attachment.mimetype), ("a.png", "image/png"))
        self.assertFalse(attachment.public)
        self._user("stranger", "portal")
        for login in (None, "stranger"):
            self.authenticate(login, login)
            answer = self.url_open(f"/web/content/{attachment.id}")
            self.assertNotEqual(answer.content, PNG)

    def test_class_8_no_free_text_to_a_victim(self):
        """IE-16: with a victim's address nothing the sender wrote is mailed there, and seldom."""
        self.support.acknowledge_mail = True
        self.env["caredesk.auto.reply"].create(
            {
                "name": "Receipt of the form",
                "kind": "acknowledgement",
                "channel": "website",
                "subject": "Your request {number}",
                "body": "<p>We have it.</p>",
            }
        )
        for number in range(8):
            self._send(subject=f"BUY NOW {number}", content="http://evil.example", name="BUY NOW")
        tickets = self.env["caredesk.ticket"].search([("name", "like", "BUY NOW")])
        self.assertEqual(len(tickets), 5, "the cap of one address")
        self.env["caredesk.auto.reply"]._send_due()
        mails = self.env["mail.mail"].search(
            [("model", "=", tickets._name), ("res_id", "in", tickets.ids)]
        )
        self.assertIn(len(mails), range(1, 4))
        for mail in mails:
            self.assertNotIn("evil.example", mail.body_html)
            self.assertNotIn("BUY NOW", f"{mail.subject} {mail.body_html}")

    def test_class_9_too_much_is_refused(self):
        """IE-16: a request beyond the limits is turned away before it is read."""
        self._set("upload_max_total_mb", 1)
        with mute_logger("odoo.http", "werkzeug"):
            answer = self._send(files=[("a.txt", io.BytesIO(b"x" * 3_000_000), "text/plain")])
        self.assertEqual(answer.status_code, 413)
        self.assertFalse(self._sent())

    def test_class_11_reading_writes_nothing(self):
        """IE-16: every GET of the form works on a cursor that cannot write, for every role."""
        self.assertTrue(self._is_read_only("form"))
        for _role in self._each_role():
            before = self._rows()
            for path in ("/support", "/support/thanks", "/support?subject=x&content=y"):
                self.assertEqual(self.url_open(path).status_code, 200)
            self.assertEqual(self._rows(), before)

    def _is_read_only(self, endpoint):
        rules = self.env["ir.http"].routing_map().iter_rules()
        reading = [
            rule.endpoint.routing["readonly"]
            for rule in rules
            if rule.rule.startswith("/support") and "POST" not in (rule.methods or ("POST",))
        ]
        return bool(reading) and all(reading)

    def _rows(self):
        models = ("caredesk.ticket", "caredesk.form.attempt", "res.partner", "mail.message")
        return [self.env[name].with_context(active_test=False).search_count([]) for name in models]

    def test_class_12_no_server_error_by_bad_input(self):
        """IE-16: whatever is sent, the answer is the form again, never an error of the server."""
        for values in (
            {"type_id": "1; DROP TABLE"}, {"type_id": "9" * 50}, {"name": "\0\x01"},
            {"email": "é" * 50 + "@x"}, {"subject": "\udcff".encode("utf-8", "replace")},
            {"unknown": "x"}, {"state": "done", "user_id": "1", "company_id": "2"},
        ):  # fmt: skip
            self.assertLess(self._send(**values).status_code, 500, values)
        for name in ("token", "website_url", "subject", "type_id"):
            upload = [(name, ("a.txt", b"x", "text/plain"))]
            answer = self.url_open("/support", data=self._fields(**{name: ""}), files=upload)
            self.assertLess(answer.status_code, 500, f"a file as {name}")
        ticket = self._sent()[:1]
        self.assertEqual(ticket.company_id, self.company)


@tagged("post_install", "-at_install")
class TestHookSecurity(RolesMixin, HookCase):
    """The hook: forged and replayed calls, text and files of the far side."""

    def _refusal(self, body, headers, key=None):
        tickets = self.env["caredesk.ticket"].search_count([])
        status, answer = self._post(body, key=key, headers=headers)
        self.assertEqual(self.env["caredesk.ticket"].search_count([]), tickets)
        self.assertEqual(answer["status"], "refused")
        return status, answer["reason"]

    def test_class_7_forged_or_replayed_hook(self):
        """C-31: no, wrong, foreign or old signature; another body, token or source's secret."""
        body = self._body()
        good = self._headers(body)
        other = self._source(name="Other").sudo()
        now = int(time.time())
        cases = {
            (401, "token"): [{"Authorization": ""}, {"Authorization": "Bearer x"},
                             {"Authorization": f"Basic {other.token}"},
                             {"Authorization": f"Bearer {other.token}"},
                             {"Authorization": "Bearer é".encode()}],
            (401, "no_timestamp"): [{"X-CareDesk-Timestamp": ""}, {"X-CareDesk-Timestamp": "now"}],
            (401, "stale"): [self._headers(body, moment=now - 301),
                             self._headers(body, moment=now + 400)],
            (401, "bad_signature"): [{"X-CareDesk-Signature": ""},
                                     {"X-CareDesk-Signature": good["X-CareDesk-Signature"][:-1]},
                                     {"X-CareDesk-Timestamp": str(now - 100)},
                                     self._headers(body, secret=other.secret),
                                     self._headers(body + b" ")],
            (415, "no_json_type"): [{"Content-Type": "text/plain"},
                                    {"Content-Type": "application/x-www-form-urlencoded"}],
        }  # fmt: skip
        for wanted, changes in cases.items():
            for change in changes:
                headers = {**good, **change}
                self.assertEqual(self._refusal(body, headers), wanted, change)
                self.assertEqual(self._calls()[:1].reason or wanted[1], wanted[1])
        for key in ("f" * 32, "%00", "é%27"):
            self.assertEqual(self._refusal(body, good, key=key), (404, "unknown_source"))
        self.assertEqual(self._post(body, headers=good)[0], 200, "the good one still goes through")

    def test_class_7_secrets_are_in_no_row_and_no_log(self):
        """C-31, Z-5: refused or taken, a call leaves neither token nor secret behind."""
        source = self.source.sudo()
        body = self._body()
        with self.assertLogs(level="DEBUG") as logs:
            self._post(body)
            self._post(body, headers=self._headers(body, secret="wrong"))
        rows = str(self.env["caredesk.hook.call"].search([]).read())
        for secret in (source.secret, source.token):
            self.assertNotIn(secret, rows)
            self.assertNotIn(secret, "\n".join(logs.output))

    def test_class_2_stored_xss(self):
        """C-31: markup from the far side is text, on tickets, messages and leads."""
        for number, payload in enumerate(_PAYLOADS):
            ticket = self._call(
                subject=payload, body=payload, external_id=f"x{number}",
                contact={"name": payload, "email": f"x{number}@example.com"},
            )  # fmt: skip
            self._call(action="message", external_id=f"x{number}", body=payload)
            for markup in (ticket.description, *ticket.message_ids.mapped("body")):
                self.assertTrue(_is_harmless(markup), markup)

    def test_class_4_attachments(self):
        """C-31: the files of a call stand under the same limits as a visitor's."""
        bad = [{"name": "x.html", "content": b64encode(b"<script>").decode()}]
        status, answer = self._post(self._body(files=bad))
        self.assertEqual((status, answer["reason"]), (422, "content"))
        self.assertIn("x.html", answer["detail"])

    def test_class_9_too_big_is_refused_before_it_is_read(self):
        """C-31: 413 by the length alone, noted with its reason."""
        self._set("hook_max_mb", 1)
        body = self._body(body="x" * 1_100_000)
        self.assertEqual(self._refusal(body, self._headers(body)), (413, "too_big"))
        self.assertTrue(self._calls(reason="too_big"))
        for nasty in (
            b"[" * 200_000, b'{"a":' * 50_000, b"\xff\xfe", b"", b"5",
            b'{"\\u0000\\ud800": 1}',
            b'{"idempotency_key": "x", "body": "x", "contact": {"\\u0000": 1}}',
        ):  # fmt: skip
            status, reason = self._refusal(nasty, self._headers(nasty))
            self.assertIn((status, reason), [(400, "payload"), (411, "no_length")])

    def test_class_8_our_own_answers_make_no_loop(self):
        """C-31: a relay that sends our answers back stops at the limit of its source."""
        self.source.per_minute = 5
        statuses = [
            self._post(self._body(action="message", external_id="loop"))[0] for _round in range(12)
        ]
        self.assertEqual(statuses.count(200), 5)
        self.assertEqual(statuses[5:], [429] * 7)

    def test_class_11_no_get_and_no_session(self):
        """C-31: only POST; being logged in opens nothing and is not needed."""
        path = f"/caredesk/hook/{self.source.key}"
        body = self._body()
        for _role in self._each_role():
            with mute_logger("odoo.http"):
                self.assertEqual(self.url_open(path).status_code, 405)
            bare = {"Content-Type": "application/json"}
            self.assertEqual(self._refusal(body, bare), (401, "token"))

    def test_class_3_no_role_reads_the_log_or_the_sources_but_administrators(self):
        """C-31: sources and calls are the administrators' business."""
        self._call()
        for role in ROLES:
            user = self.env["res.users"].search([("login", "=", f"role{role}")])
            for model in ("caredesk.hook.source", "caredesk.hook.call"):
                may = self.env[model].with_user(user).has_access("read") if user else False
                self.assertEqual(may, role == "admin", (role, model))
