from odoo.exceptions import AccessError
from odoo.tests import tagged

from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCase):
    """Who reaches which ticket on the portal, and by what."""

    def _reached(self, ticket, link=None):
        answer = self._get("", ticket, link)
        self.assertIn(answer.status_code, (200, 404))
        return answer.status_code == 200

    def _found(self, user):
        self._log_in(user)
        page = self.url_open("/my/tickets?filterby=all").text
        return self.ticket.number in page

    # === WHOSE ===

    def test_own_tickets_only(self):
        """IE-15: the customer sees his ticket; the colleague and the stranger do not."""
        for user, reached in ((self.oanh, True), (self.phuc, False), (self.yen, False)):
            with self.subTest(user=user.login):
                self.assertEqual(self._found(user), reached)
                self.assertEqual(self._reached(self.ticket), reached)

    def test_tickets_of_the_company_by_setting(self):
        """IE-15: by the setting, colleagues of the company see and answer; strangers never."""
        self._see_company()
        for user, reached in ((self.oanh, True), (self.phuc, True), (self.yen, False)):
            with self.subTest(user=user.login):
                self.assertEqual(self._found(user), reached)
                self.assertEqual(self._reached(self.ticket), reached)
        self._log_in(self.phuc)
        self._step(self.ticket, "reply", text="Phúc here")
        self.assertEqual(self._messages(self.ticket)[0].author_id, self.phuc.partner_id)

    def test_the_setting_is_on_the_settings_page(self):
        """IE-15: what the administrator chooses is what counts."""
        settings = self.env["res.config.settings"].create({"caredesk_portal_scope": "company"})
        settings.execute()
        domain = self.env["caredesk.ticket"]._portal_domain(self.phuc.partner_id)
        self.assertTrue(self.ticket.filtered_domain(domain))

    def test_an_archived_ticket_is_put_away(self):
        """IE-15: it is neither listed nor opened, by nobody and no link."""
        self.ticket._own_code().write({"active": False})
        self.assertFalse(self._found(self.oanh))
        self.assertFalse(self._reached(self.ticket))
        self.assertFalse(self._reached(self.ticket, self._link(self.ticket)))

    def test_customers_have_no_right_on_the_model(self):
        """IE-15, C-30: by RPC nothing is reached, not even his own ticket."""
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.oanh).read(["name"])
        with self.assertRaises(AccessError):
            self.env["caredesk.ticket"].with_user(self.oanh).search([])

    # === LINKS ===

    def test_a_link_opens_its_ticket_without_a_login(self):
        """IE-15: the link in a mail opens that ticket and no other one."""
        self._log_in(None)
        link, other = self._link(self.ticket), self._portal_ticket(self.oanh)
        self.assertTrue(self._reached(self.ticket, link))
        self.assertFalse(self._reached(other, link))
        self.assertFalse(self._reached(self.ticket, self._link(other)))

    def test_a_link_dies_with_the_customer(self):
        """IE-15: another customer or address, and the former link opens nothing."""
        self._log_in(None)
        for vals in ({"partner_id": self.yen.partner_id.id}, {"email_from": "other@example.com"}):
            with self.subTest(vals=vals):
                link = self._link(self.ticket)
                self.ticket.write(vals)
                self.assertNotEqual(self._link(self.ticket), link)
                self.assertFalse(self._reached(self.ticket, link))
                self.assertTrue(self._reached(self.ticket, self._link(self.ticket)))

    def test_a_link_expires(self):
        """IE-15: half a year after the end only who logs in gets in; reopened, links work again."""
        link = self._link(self.ticket)
        self.ticket._own_code().write({"state": "done", "done_at": "2025-01-01"})
        self._log_in(None)
        self.assertFalse(self._reached(self.ticket, link))
        self.env["ir.config_parameter"].set_param("caredesk_ticket.portal_link_days", 0)
        self.assertTrue(self._reached(self.ticket, link), "by the setting")
        self.env["ir.config_parameter"].set_param("caredesk_ticket.portal_link_days", 30)
        self.ticket._own_code().write({"state": "todo"})
        self.assertTrue(self._reached(self.ticket, link))
        self.ticket._own_code().write({"state": "done"})
        self._log_in(self.oanh)
        self.assertTrue(self._reached(self.ticket, link))

    def test_a_manager_renews_a_link(self):
        """IE-15: after a leak; agents cannot, and nobody sets the counter himself."""
        manager, link = self._user("quan", "manager"), self._link(self.ticket)
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.an).action_renew_portal_link()
        self.ticket.with_user(manager).action_renew_portal_link()
        self._log_in(None)
        self.assertFalse(self._reached(self.ticket, link))

    def test_tokens_cannot_be_read(self):
        """IE-15: agents, creators and managers do not read the key to act as the customer."""
        for role in ("creator", "agent", "intake", "manager"):
            user = self._user(f"reader{role}", role)
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.ticket.with_user(user).read(["access_token"])

    def test_the_link_is_in_the_mails(self):
        """IE-15, S1-EML-03: status mail and acknowledgement carry the link, a cancelled one not."""
        template = self.env.ref("caredesk_ticket.mail_template_status")
        link = self.ticket._portal_link()
        for state, is_there in (("in_progress", True), ("done", True), ("cancelled", False)):
            self.ticket._own_code().write({"state": state})
            body = template._render_field("body_html", self.ticket.ids)[self.ticket.id]
            self.assertEqual(link in body, is_there, state)
        rule = self.env.ref("caredesk_ticket.auto_reply_acknowledgement")
        _subject, body = rule._render(self.ticket, self.env["caredesk.knowledge.article"])
        self.assertIn(link, body)

    def test_the_button_in_mails_leads_to_the_page(self):
        """IE-15: Odoo's own «View» in an answer's mail opens the ticket for the customer."""
        self._log_in(None)
        path = self.ticket._notify_get_action_link(
            "view", access_token=self._link(self.ticket), pid=self.oanh.partner_id.id
        )
        answer = self.url_open(path[path.index("/mail/") :])
        self.assertEqual(answer.status_code, 200)
        self.assertIn(self.ticket.number, answer.text)

    def test_without_link_or_login_one_has_to_log_in(self):
        """IE-15: the same for a ticket that is there and one that is not."""
        self._log_in(None)
        missing = self.ticket.browse(self.ticket.id + 100_000)
        for ticket in (self.ticket, missing):
            answer = self._get("", ticket)
            self.assertEqual(answer.status_code, 303)
            self.assertTrue(answer.headers["Location"].endswith(f"/my/tickets/{ticket.id}"))
        self.assertEqual(self.url_open("/my/tickets", allow_redirects=False).status_code, 303)

    def test_a_colleague_only_looks(self):
        """IE-15: an employee who follows a customer's link reads, and cannot speak as him."""
        self._log_in(self.binh)
        link = self._link(self.ticket)
        page = self._get("", self.ticket, link)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("/reply", page.text)
        self.assertEqual(self._step(self.ticket, "close", link=link).status_code, 404)
        self.assertTrue(self.ticket.is_open)

    def test_the_customers_language_from_the_login_on(self):
        """IE-15: not that of a page he saw before, when nobody knew him."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self.oanh.lang = "vi_VN"
        self._log_in(None)
        self.opener.cookies["frontend_lang"] = "en_US"
        answer = self._post("/web/login", login="oanh", password="oanhxxxx")
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(answer.cookies["frontend_lang"], "vi_VN")
