import re

from odoo import http
from odoo.tests import tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .portal_common import PortalCase

_SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@tagged("post_install", "-at_install")
class TestPortalSecurity(PortalCase):
    """The portal against the classes of holes that helpdesks have had, role by role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._group("Development", cls._user("dung"))
        cls.manager = cls._user("quan", "manager")
        cls.answer = cls.ticket.with_user(cls.an).message_post(
            body="Here",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("plan.html", b"<script>alert(1)</script>")],
        )
        cls.file = cls.answer.attachment_ids

    def _roles(self):
        """Return (name, user, whether he reaches Oanh's ticket when logged in)."""
        dung = self.env["res.users"].search([("login", "=", "dung")])
        return [
            ("public", None, False),
            ("portal A", self.oanh, True),
            ("portal B, same company", self.phuc, False),
            ("portal C", self.yen, False),
            ("performer", self.an, False),
            ("agent of another group", dung, False),
            ("agent of another company", self._other_company_agent(), False),
            ("manager", self.manager, False),
        ]

    # === CLASS 3: ACCESS TO OTHERS' RECORDS (IDOR) ===

    def test_class_3_idor_every_page_for_every_role(self):
        """IE-15: page, file and steps of a guessed id; only the customer gets in."""
        for name, user, reached in self._roles():
            self._log_in(user)
            with self.subTest(role=name):
                page = self._get("", self.ticket)
                self.assertEqual(page.status_code, 200 if reached else 404 if user else 303)
                file = self._get(f"/files/{self.file.id}", self.ticket)
                self.assertEqual(file.status_code, 200 if reached else 404)
                for step in ("reply", "reopen", "close"):
                    answer = self._step(self.ticket, step, text="")
                    self.assertIn(answer.status_code, (200, 303) if reached else (404,))
                if not reached:
                    self.assertTrue(self.ticket.is_open)
            self.ticket._own_code().write({"state": "todo", "cancel_reason": False})

    def test_class_3_idor_missing_and_forbidden_are_alike(self):
        """IE-15: nobody learns which numbers exist, from neither the code nor the words."""
        missing = self.ticket.browse(self.ticket.id + 100_000)
        for user in (self.yen, self.an, self.manager):
            self._log_in(user)
            pages = [self._get("", ticket) for ticket in (self.ticket, missing)]
            self.assertEqual([page.status_code for page in pages], [404, 404])
            texts = [
                re.sub(f"tickets/{ticket.id}|csrf_token: .*", "", page.text)
                for page, ticket in zip(pages, (self.ticket, missing), strict=True)
            ]
            self.assertEqual(texts[0], texts[1])

    def test_class_3_idor_list_search_and_suggestions(self):
        """IE-15: neither list, search, start page nor suggestions show a stranger's ticket."""
        self._log_in(self.yen)
        for path in ("/my", "/my/tickets?filterby=all", "/my/tickets?search=print&filterby=all"):
            self.assertNotIn(self.ticket.number, self.url_open(path).text)
        found = self.make_jsonrpc_request("/my/tickets/suggest", {"title": self.ticket.name})
        self.assertFalse(found["tickets"])

    # === CLASS 10: TOKENS ===

    def test_class_10_tokens_wrong_cut_and_foreign(self):
        """IE-15: a wrong, shortened, empty or another ticket's token opens nothing."""
        link, other = self._link(self.ticket), self._link(self._portal_ticket(self.yen))
        self._log_in(None)
        for token in ("x", link[:-1], link + "0", other, "0" * len(link), "é"):
            with self.subTest(token=token):
                self.assertEqual(self._get("", self.ticket, token).status_code, 404)
                answer = self._step(self.ticket, "close", link=token)
                self.assertEqual(answer.status_code, 404)
        self.assertTrue(self.ticket.is_open)
        self.assertEqual(self._step(self.ticket, "close").status_code, 404, "no token at all")

    def test_class_10_tokens_open_no_general_route(self):
        """IE-15: Odoo's routes for messages take neither the token nor its signature."""
        self._log_in(None)
        link = self._link(self.ticket)
        keys = {
            "token": link,
            "pid": self.oanh.partner_id.id,
            "hash": self.ticket._sign_token(self.oanh.partner_id.id),
        }
        thread = {"thread_model": "caredesk.ticket", "thread_id": self.ticket.id, **keys}
        before = self.env["mail.message"].search_count([("res_id", "=", self.ticket.id)])
        with mute_logger("odoo.http"):
            for route, params in (
                ("/mail/chatter_fetch", thread),
                ("/mail/message/post", {**thread, "post_data": {"body": "x"}}),
            ):
                with self.subTest(route=route), self.assertRaises(JsonRpcException):
                    self.make_jsonrpc_request(route, params)
        found = self.make_jsonrpc_request("/portal/chatter_init", thread)
        self.assertNotIn("mail.message", found)
        self.assertNotIn(self.ticket.name, str(found))
        after = self.env["mail.message"].search_count([("res_id", "=", self.ticket.id)])
        self.assertEqual(after, before)

    def test_class_10_tokens_are_not_handed_on(self):
        """IE-15: no other site gets the address with the key, no proxy keeps the page."""
        self._log_in(None)
        page = self._get("", self.ticket, self._link(self.ticket))
        self.assertEqual(page.headers["Referrer-Policy"], "same-origin")
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    # === CLASS 2: SCRIPTS IN TEXT (XSS) ===

    def test_class_2_xss_in_everything_a_customer_types(self):
        """IE-15, IE-16: title, text, reply, search and a type's field come out as text."""
        self.usage.ask_customers = True
        self.usage.properties_definition = [{"name": "aaaa0001", "string": "V", "type": "char"}]
        self._log_in(self.oanh)
        form = {
            "title": _SCRIPT,
            "text": _SCRIPT,
            "type_id": str(self.usage.id),
            f"property_{self.usage.id}_aaaa0001": _SCRIPT,
        }
        address = self._post("/my/tickets/create", **form).headers["Location"]
        ticket = self.env["caredesk.ticket"].search([], order="id desc", limit=1)
        self._step(ticket, "reply", text=_SCRIPT)
        pages = [
            self.url_open(address).text,
            self.url_open(f"/my/tickets?filterby=all&search={_SCRIPT}").text,
            self._post("/my/tickets/create", **{**form, "text": ""}).text,
            self._step(ticket, "reply", text=_SCRIPT, link=f'"{_SCRIPT}').text,
            self.url_open(f"/my/tickets/new?title={_SCRIPT}").text,
        ]
        for page in pages:
            self.assertNotIn("<script>alert", page)
            self.assertNotIn("<img src=x", page)

    def test_class_2_xss_in_what_came_by_mail(self):
        """IE-15, IE-16: the request and messages as HTML lose what could run."""
        self.ticket.description = f"<p>Hello{_SCRIPT}</p><a href='javascript:alert(3)'>x</a>"
        self.ticket.message_post(
            body=self.ticket.description, message_type="email", subtype_xmlid="mail.mt_comment"
        )
        self._log_in(self.oanh)
        page = self._get("", self.ticket).text
        self.assertIn("Hello", page)
        for text in ("<script>alert", "onerror=alert", "javascript:alert"):
            self.assertNotIn(text, page)

    # === CLASS 4: ATTACHMENTS ===

    def test_class_4_attachments_are_downloads(self):
        """IE-16: a page or picture with script in it is saved, never shown, by our site."""
        self._log_in(self.oanh)
        answer = self._get(f"/files/{self.file.id}", self.ticket)
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    def test_class_4_attachments_of_others_and_of_other_records(self):
        """IE-15: the file of another ticket, of a note, of anything else, by a guessed id."""
        other = self._answer(self._portal_ticket(self.yen), self.manager, "x", [("o.txt", b"o")])
        note = self._note(self.ticket, self.an, "n", [("n.txt", b"n")])
        loose = self.env["ir.attachment"].create(
            {"name": "l.txt", "raw": b"l", "res_model": "caredesk.ticket", "res_id": self.ticket.id}
        )
        self._log_in(self.oanh)
        for file in (other.attachment_ids, note.attachment_ids, loose):
            answer = self._get(f"/files/{file.id}", self.ticket)
            self.assertEqual(answer.status_code, 404)
            with mute_logger("odoo.http"):
                direct = self.url_open(f"/web/content/{file.id}", allow_redirects=False)
            self.assertNotEqual(direct.status_code, 200)

    def test_class_4_attachments_are_checked_by_the_server(self):
        """IE-16: too many, too large, programs, empty ones; said on the page, nothing kept."""
        self._log_in(self.oanh)
        before = self.env["ir.attachment"].search_count([])
        cases = (
            [(f"{n}.txt", b"x") for n in range(11)],
            [("large.bin", b"x" * (10 * 1024 * 1024 + 1))],
            [("run.exe", b"MZ")],
            [("empty.txt", b"")],
        )
        for files in cases:
            with self.subTest(name=files[0][0]):
                answer = self._step(self.ticket, "reply", text="Look", files=files)
                self.assertEqual(answer.status_code, 200)
                self.assertIn('role="alert"', answer.text)
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)
        self.assertEqual(self._messages(self.ticket), self.answer)

    # === CLASS 11: WRITES BY GET ===

    def test_class_11_get_writes_nothing(self):
        """IE-15: every page is served by a read-only connection; a write would be logged."""
        link = self._link(self.ticket)
        paths = ("/my/tickets", "/my/tickets/new", "/my/tickets?groupby=type&search=print")
        with self.assertNoLogs("odoo.http", level="WARNING"):
            for user in (self.oanh, None):
                self._log_in(user)
                for path in ("", f"/files/{self.file.id}"):
                    self.assertEqual(self._get(path, self.ticket, link).status_code, 200)
                if user:
                    for path in paths:
                        self.assertEqual(self.url_open(path).status_code, 200)

    def test_class_11_get_takes_no_step(self):
        """IE-15: a scanner that follows links closes nothing."""
        link = self._link(self.ticket)
        for user in (None, self.oanh):
            self._log_in(user)
            for step in ("close", "reopen", "reply"):
                answer = self._get(f"/{step}", self.ticket, link)
                self.assertIn(answer.status_code, (404, 405))
        self.assertTrue(self.ticket.is_open)

    def test_class_11_get_and_forms_of_other_sites_are_refused(self):
        """IE-15: without the token of his session nothing is done in the customer's name."""
        self._log_in(self.oanh)
        for path in (f"/my/tickets/{self.ticket.id}/close", "/my/tickets/create"):
            with mute_logger("odoo.http"):
                answer = self.url_open(path, data={"title": "x", "text": "y"})
            self.assertEqual(answer.status_code, 400)
        self.assertTrue(self.ticket.is_open)

    # === CLASS 12: BAD INPUT ===

    def test_class_12_files_where_texts_belong(self):
        """IE-15: a file under the name of a text counts as nothing, on every page of the portal."""
        self._log_in(self.oanh)
        forms = {
            "/my/tickets": ("search", "sortby", "filterby"),
            "/my/tickets/create": ("title", "text", "type_id", "seen"),
            f"/my/tickets/{self.ticket.id}/reply": ("access_token", "text", "seen"),
        }
        for path, names in forms.items():
            data = {"csrf_token": http.Request.csrf_token(self)}
            files = [(name, ("a.txt", b"x", "text/plain")) for name in names]
            self.assertEqual(self.url_open(path, data=data, files=files).status_code, 200, path)
        self.assertEqual(self._messages(self.ticket), self.answer)
