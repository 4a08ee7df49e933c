import re
from datetime import timedelta
from urllib.parse import quote

from odoo import fields, http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .rating_common import RatingMixin


@tagged("post_install", "-at_install")
class TestRatingPage(RatingMixin, HttpCase):
    def _path(self, ticket=None):
        return f"/support/rate/{(ticket or self.ticket)._rating_token()}"

    def _send(self, path, rate="1", comment="Chờ lâu", csrf=True):
        data = {"rate": rate, "comment": comment}
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open(path, data=data, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def test_class_11_get_writes_nothing_by_opening_the_link(self):
        """S4-CSAT-03: mail servers open links: neither face records anything, HEAD neither."""
        before = self.env["mail.message"].search_count([])
        for rate in ("", "?rate=1", "?rate=5", "?rate=99", "?thanks=1"):
            response = self.url_open(self._path() + rate)
            self.assertEqual(response.status_code, 200)
            self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.url_open(self._path() + "?rate=1", method="HEAD")
        self.env.invalidate_all()
        self.assertFalse(self.ticket.rated_at)
        self.assertFalse(self.ticket.rating_ids)
        self.assertEqual(self.env["mail.message"].search_count([]), before)

    def test_the_face_of_the_mail_is_chosen_on_the_page(self):
        """S4-CSAT-02: whoever clicked a face in the mail only has to send the page."""
        page = self.url_open(self._path() + "?rate=3").text
        self.assertRegex(page, r'<input[^>]*value="3"[^>]*checked')
        self.assertIn(self.ticket.number, page)

    def test_customer_rates_without_an_account(self):
        """S4-CSAT-01: face and comment by POST, thanks under an address that can be reopened."""
        self.authenticate(None, None)
        response = self._send(self._path())
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.ticket.rating_grade, "bad")
        self.assertEqual(self.ticket.rating_comment, "Chờ lâu")
        self.assertTrue(self._unhappy())
        self.assertIn("Thank you", self.url_open(response.headers["Location"]).text)
        self._send(self._path(), "5", "Tốt")
        self.assertEqual(self.ticket.rating_grade, "great")
        self.assertEqual(len(self.ticket.rating_ids), 1)

    def test_no_rating_without_csrf_token_or_face(self):
        """S4-CSAT-01: another site's form rates nothing; no face is no rating."""
        self.authenticate(None, None)
        with mute_logger("odoo.http"):
            self.assertEqual(self._send(self._path(), csrf=False).status_code, 400)
        response = self._send(self._path(), rate="")
        self.assertIn("Choose one of the faces", response.text)
        for rate in ("2", "-1", "x", "1e9"):
            self._send(self._path(), rate=rate)
        self.assertFalse(self.ticket.rated_at)
        data = {"rate": "1", "csrf_token": http.Request.csrf_token(self)}
        upload = {"comment": ("a.txt", b"x", "text/plain")}
        self.assertEqual(self.url_open(self._path(), data=data, files=upload).status_code, 200)
        self.env.invalidate_all()
        self.assertFalse(self.ticket.rating_comment, "a file is no comment")

    def test_class_10_tokens_wrong_old_and_used_look_alike(self):
        """S4-CSAT-01: guessed, cut, foreign, expired and closed links get one and the same page."""
        self.authenticate(None, None)
        old, used = self._done(), self._done()
        used._rate(5)
        past = fields.Datetime.now() - timedelta(days=60)
        old._own_code().write({"done_at": past})
        used._own_code().write({"done_at": past, "rated_at": past})
        still_open = self._held_ticket(self.binh)
        signature = self.ticket._rating_token().partition("-")[2]
        paths = [
            self._path(old),
            self._path(used),
            self._path(still_open),
            f"/support/rate/{used.id}-{signature}",
            f"/support/rate/{self.ticket.id}",
            self._path()[:-1],
            "/support/rate/999999999-" + signature,
            "/support/rate/99999999999999999999-x",
            "/support/rate/x",
            "/support/rate/²-x",
            f"/support/rate/{self.ticket.id}-é",
        ]
        pages = set()
        for path in paths:
            response = self.url_open(path)
            self.assertEqual(response.status_code, 404, path)
            text = re.sub(r'csrf_token: "\w+"', "", response.text)  # changes every second
            pages.add(text.replace(path, "PATH").replace(quote(path), "PATH"))
            self.assertEqual(self._send(path).status_code, 404, path)
        self.assertEqual(len(pages), 1)
        self.assertEqual(used.rating_last_value, 5)
        self.assertFalse((old | still_open).filtered("rated_at"))

    def test_employees_rate_nobodys_work(self):
        """S4-CSAT-01: an agent who gets hold of the link cannot praise himself."""
        self.authenticate("an", "an")
        self.assertIn("cannot rate", self.url_open(self._path()).text)
        self.assertEqual(self._send(self._path(), "5").status_code, 404)
        self.assertFalse(self.ticket.rated_at)

    def test_page_in_the_customers_language(self):
        """S4-CSAT-02: the page speaks the customer's language, whatever the browser's is."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self.customer.lang = "vi_VN"
        view = self.env.ref("caredesk_ticket.rating_page")
        view.update_field_translations(
            "arch_db", {"vi_VN": {"How satisfied are you?": "Anh chị hài lòng không?"}}
        )
        self.assertIn("Anh chị hài lòng không?", self.url_open(self._path()).text)

    def test_odoos_own_rating_pages_lead_to_ours(self):
        """S4-CSAT-01: Odoo's routes neither show nor take a rating of a ticket past our rules."""
        self.authenticate(None, None)
        rating = self.ticket._create_rating({"rating": 0})
        for path in (
            f"/rate/{rating.access_token}/5",
            f"/rate/{rating.access_token}/submit_feedback",
        ):
            response = self.url_open(path, allow_redirects=False)
            self.assertEqual(response.status_code, 303)
            self.assertIn("/support/rate/", response.headers["Location"])
        response = self._send(f"/rate/{rating.access_token}/submit_feedback", "5")
        self.assertEqual(response.status_code, 303)
        self.assertFalse(self.ticket.rated_at)
        self.assertFalse(rating.consumed)
