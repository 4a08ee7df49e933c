import io
import time

from lxml import html

from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import hash_sign, mute_logger

from .intake_common import PNG, FormCase


@tagged("post_install", "-at_install")
class TestSupportForm(FormCase):
    """The public form as visitors, customers and robots use it."""

    def test_a_visitor_opens_a_ticket(self):
        """S4-CHN-07, S4-CHN-02: name, address, phone, type, subject, content and file arrive."""
        answer = self._send(
            phone="0900 000 777",
            type_id=str(self.usage.id),
            files=[("Ảnh máy in.png", io.BytesIO(PNG), "image/png")],
        )
        ticket = self._sent()
        self.assertEqual(len(ticket), 1)
        self.assertIn(ticket.number, answer.text)
        self.assertEqual((ticket.type_id, ticket.group_id), (self.usage, self.support))
        self.assertEqual(ticket.partner_id.email, "khach@example.com")
        self.assertEqual(ticket.partner_id.phone, "0900 000 777")
        self.assertIn("Nhờ anh chị", ticket.description)
        self.assertTrue(ticket.auto_reply_pending)
        self.assertEqual(len(ticket.message_ids), 1, "nothing to note: a new contact, all known")
        files = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(files.mapped("name"), ["Ảnh máy in.png"])
        self.assertEqual(files.raw, PNG)

    def test_a_request_that_is_repeated_keeps_all_its_files(self):
        """S4-CHN-07: after a conflict in the database Odoo runs it again, with every file."""
        form = self.registry["caredesk.support.form"]
        submit, tries = form._submit, []

        def collide_once(model, company, values, files, *args, **kwargs):
            ticket = submit(model, company, values, files, *args, **kwargs)
            tries.append(ticket)
            if len(tries) == 1:
                raise ConcurrencyError("somebody was faster")
            return ticket

        self.patch(form, "_submit", collide_once)
        self.patch(time, "sleep", lambda _seconds: None)
        answer = self._send(files=[("a.txt", io.BytesIO(b"a")), ("b.txt", io.BytesIO(b"b"))])
        self.assertEqual(self._error(answer), "")
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "caredesk.ticket"), ("res_id", "=", self._sent()[-1:].id)]
        )
        self.assertEqual((len(tries), set(files.mapped("raw"))), (2, {b"a", b"b"}))

    def test_without_a_type_the_default_group_gets_it(self):
        """S4-CHN-07: «something else» is served by the default group of the company."""
        self._send()
        self.assertEqual(self._sent().group_id, self.support)

    def test_only_types_for_the_public_are_offered_and_taken(self):
        """S4-CHN-07: a type that is not offered cannot be sent either."""
        inside = self._type(self.support, name="Internal work", is_public=False)
        page = self._open()
        options = [one.text for one in page.xpath("//select[@name='type_id']/option")]
        self.assertIn("Usage guidance", options)
        self.assertNotIn("Internal work", options)
        for type_id in (str(inside.id), "0", "x", "-1"):
            self.assertTrue(self._error(self._send(type_id=type_id)), type_id)
        self.assertFalse(self._sent())

    def test_a_mistake_keeps_what_was_typed(self):
        """S4-CHN-07: after an error the form is still filled in, and sending it then works."""
        answer = self._send(email="nobody", subject="Giữ lại", content="Nội dung <b>đậm</b>")
        self.assertEqual(answer.status_code, 422)
        page = html.fromstring(answer.text)
        self.assertEqual(page.xpath("//input[@name='subject']")[0].value, "Giữ lại")
        self.assertEqual(page.xpath("//textarea")[0].value.strip(), "Nội dung <b>đậm</b>")
        self.assertEqual(self._error(self._send(page, subject="Giữ lại")), "")
        self.assertEqual(len(self._sent("Giữ lại")), 1)

    def test_what_is_needed(self):
        """S4-CHN-07: name, a real address, subject and content; blanks do not count."""
        for name in ("name", "email", "subject", "content"):
            self.assertTrue(self._error(self._send(**{name: " \t"})), name)
        for address in ("a@b", "a@example.com, b@example.com", "x" * 300 + "@example.com"):
            self.assertTrue(self._error(self._send(email=address)), address)
        self.assertFalse(self._sent())

    def test_sent_twice_is_one_ticket(self):
        """S4-CHN-07: a double click or a reload makes no second ticket, other words do."""
        page = self._open()
        first, second = self._send(page), self._send(page)
        self.assertEqual(len(self._sent()), 1)
        for answer in (first, second):
            self.assertIn(self._sent().number, answer.text)
        self._send(page, content="Còn một việc khác")
        self.assertEqual(len(self._sent()), 2)

    def test_the_answer_of_a_captcha_is_used_once(self):
        """S4-CHN-07: a form sent twice is not refused for a captcha that was answered before."""
        asked = []

        def accept_once(_self, action):
            asked.append(action)
            if len(asked) > 1:
                raise UserError(self.env._("Answered before"))

        self.patch(self.registry["ir.http"], "_verify_request_recaptcha_token", accept_once)
        page = self._open()
        for _time in range(2):
            self.assertIn(self._sent().number or "", self._send(page).text)
        self.assertEqual((len(self._sent()), len(asked)), (1, 1))

    def test_a_customer_with_an_account(self):
        """S1-TKT-01: who is logged in is the customer, whatever address is sent along."""
        customer = self._user("khachquen", "portal")
        self.authenticate("khachquen", "khachquen")
        page = self._open()
        self.assertFalse(page.xpath("//input[@name='email']"))
        self.assertIn("Khachquen", page.text_content())
        self._send(page, email="other@example.com", name="Other")
        ticket = self._sent()
        self.assertEqual(ticket.partner_id, customer.partner_id)
        self.assertEqual(ticket.email_from, "khachquen@caredesk.test")

    # === WHO IS BELIEVED ===

    def test_a_typed_address_links_the_contact_and_changes_nothing_on_it(self):
        """IE-16: a stranger neither gets to see nor to change the customer whose address he types.

        The agent sees the customer's own number, and what was typed beside it.
        """
        customer = self.env["res.partner"].create(
            {"name": "Bà Lan", "email": "Khach@Example.com", "phone": "0900 000 111"}
        )
        answer = self._send(name="Kẻ lạ", phone="0900 000 999")
        ticket = self._sent()
        self.assertEqual(ticket.partner_id, customer)
        self.assertEqual((ticket.partner_name, ticket.phone), ("Bà Lan", "0900 000 111"))
        self.assertIn("0900 000 999", ticket.message_ids[:1].body)
        self.assertTrue(ticket.message_ids[:1].is_internal)
        self.assertEqual(ticket.message_ids[:1].author_id, self.env.ref("base.partner_root"))
        self.assertEqual(customer.name, "Bà Lan")
        self.assertNotIn("Lan", html.fromstring(answer.text).text_content())

    def test_a_colleagues_address_makes_no_colleague(self):
        """IE-16: nobody is taken for one of our people, and no machine answers such a request."""
        self._send(email="an@caredesk.test")
        ticket = self._sent()
        self.assertFalse(ticket.partner_id)
        self.assertTrue(ticket.mail_unverified)
        self.assertEqual(ticket._automatic_address(), "")

    def test_known_and_unknown_addresses_are_answered_alike(self):
        """IE-16: the form is no oracle for who is a customer or has an account."""
        self._user("cokhach", "portal", email="known@example.com")
        pages = []
        for address in ("known@example.com", "unknown@example.com", "an@caredesk.test"):
            answer = self._send(email=address, subject=address)
            number = self._sent(address).number
            pages.append((answer.status_code, answer.url, answer.text.replace(number, "N")))
        for page in pages[1:]:
            self.assertEqual(page[:2], pages[0][:2])
            self.assertEqual(
                html.fromstring(page[2]).xpath("//div[@id='wrap']")[0].text_content(),
                html.fromstring(pages[0][2]).xpath("//div[@id='wrap']")[0].text_content(),
            )

    # === ROBOTS AND FLOODS ===

    def test_the_hidden_field_and_the_clock_catch_robots(self):
        """S4-CHN-07, IE-16: filling in the field nobody sees, or being too fast, is refused."""
        self.assertTrue(self._error(self._send(website_url="http://spam.example")))
        self._set("form_min_seconds", 3)
        page = self._open()
        self.assertTrue(self._error(self._send(page)))
        opened = [f"f{time.time()}", int(time.time()) - 10]
        token = hash_sign(self.env, "caredesk-support-form", opened, expiration_hours=24)
        self.assertEqual(self._error(self._send(page, token=token)), "")
        self.assertEqual(len(self._sent()), 1)

    def test_a_token_cannot_be_made_up(self):
        """IE-16: without the page there is no token; forged, cut or old ones are refused."""
        old = hash_sign(self.env, "caredesk-support-form", ["x", 1], expiration_hours=-1)
        other = hash_sign(self.env, "another-form", ["x", 1], expiration_hours=24)
        for token in ("", "x", "AAAA", "é", old, other, self._open().xpath(
            "//input[@name='token']"
        )[0].value[:-4]):  # fmt: skip
            self.assertTrue(self._error(self._send(token=token)), token)
        self.assertFalse(self._sent())

    def test_a_captcha_that_fails_is_told_and_keeps_the_form(self):
        """S4-CHN-07: with a captcha module the form asks it first, under its own action."""
        form = self._open().xpath("//form")[-1]
        self.assertEqual(form.get("data-captcha"), "caredesk_support")
        asked = []

        def refuse(_self, action):
            asked.append(action)
            raise self.env["caredesk.upload"]._raise_too_big({"megabytes": 0, "total": 0})

        self.patch(self.registry["ir.http"], "_verify_request_recaptcha_token", refuse)
        answer = self._send(content="Nội dung dài")
        self.assertIn("make sure that a person sends this", self._error(answer))
        self.assertIn("Nội dung dài", answer.text)
        self.assertEqual(asked, ["caredesk_support"])
        self.assertFalse(self._sent())

    @mute_logger("odoo.http")
    def test_without_the_csrf_token_nothing_is_taken(self):
        """IE-16: another site cannot send the form in a visitor's name."""
        for token in ("", "x" * 40):
            answer = self.url_open("/support", data=self._fields(csrf_token=token))
            self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._sent())

    def test_one_address_is_capped(self):
        """IE-16: so many requests an hour from one address; a tag behind a plus is no other."""
        self._set("form_max_per_address", 2)
        self._send(subject="1")
        self._send(subject="2", email="khach+a@example.com")
        self.assertTrue(self._error(self._send(subject="3", email="KHACH@example.com")))
        self.assertEqual(self._error(self._send(subject="4", email="other@example.com")), "")

    def test_one_connection_is_capped_in_the_database(self):
        """IE-16: so many requests an hour from one connection, whichever worker takes them."""
        self.env["caredesk.form.attempt"].sudo().search([]).unlink()
        self._set("form_max_per_connection", 2)
        for number in range(3):
            answer = self._send(subject=f"{number}", email=f"k{number}@example.com")
        self.assertTrue(self._error(answer))
        attempts = self.env["caredesk.form.attempt"].search([])
        self.assertEqual(len(attempts), 2, "a refused one leaves no row")
        self.assertNotIn("127.0.0.1", attempts.mapped("origin_key"))
        self.assertTrue(attempts._is_over("127.0.0.1"))
        self.assertFalse(attempts._is_over("192.0.2.1"))

    def test_a_network_of_the_new_kind_is_one_connection(self):
        """IE-16: who has a whole IPv6 network has no more requests for it."""
        self._set("form_max_per_connection", 1)
        attempts = self.env["caredesk.form.attempt"]
        attempts._count("2001:db8:1:2::1")
        self.assertTrue(attempts._is_over("2001:db8:1:2:ffff::9"))
        self.assertFalse(attempts._is_over("2001:db8:1:3::1"))

    def test_old_attempts_are_forgotten(self):
        """IE-16: the counter keeps nothing longer than a day."""
        clock = self._freeze()
        attempts = self.env["caredesk.form.attempt"].sudo()
        attempts.search([]).unlink()
        attempts.create({"origin_key": "old"})
        self.env.flush_all()
        self.env.cr.execute("UPDATE caredesk_form_attempt SET create_date = '2026-03-01 09:00:00'")
        clock.tick(60)
        attempts.create({"origin_key": "new"})
        attempts.search([("origin_key", "=", "new")]).flush_recordset()
        self.env.cr.execute(
            "UPDATE caredesk_form_attempt SET create_date = '2026-03-02 09:59:00'"
            " WHERE origin_key = 'new'"
        )
        attempts._gc_attempts()
        self.assertEqual(attempts.search([]).mapped("origin_key"), ["new"])

    # === THE PAGE ===

    def test_the_form_can_be_switched_off(self):
        """S4-CHN-07: without the setting there is no form at all."""
        fields = self._fields()
        self.company.caredesk_form_active = False
        self.assertEqual(self.url_open("/support").status_code, 404)
        self.assertEqual(self.url_open("/support", data=fields).status_code, 404)
        self.assertFalse(self._sent())

    def test_the_host_decides_the_company(self):
        """S4-CHN-07: of several companies the one whose host was asked for gets the request."""
        other = self._company("Other Company")
        other.write({"caredesk_form_host": "127.0.0.1", "caredesk_form_active": True})
        form = self.env["caredesk.support.form"]
        for host in ("%", "127_0_0_1", "", None):
            self.assertNotEqual(form._company_of_host(host), other, host)
        group = self._group("Other", company_id=other.id)
        other.caredesk_default_group_id = group
        self._send()
        ticket = self._sent()
        self.assertEqual((ticket.company_id, ticket.group_id), (other, group))
        self.assertEqual(ticket.partner_id.company_id, other)
        self.assertNotIn("Usage guidance", self._open().text_content())

    def test_published_articles_are_suggested(self):
        """S4-CHN-07: while the subject is typed, answers that anybody may read, no others."""
        articles = self.env["caredesk.knowledge.article"]
        shown = articles.create({"question": "Zebra printer is silent", "answer": "<p>Plug</p>"})
        shown.is_published = True
        articles.create({"question": "Zebra printer, a draft", "answer": "<p>x</p>"})
        found = self.make_jsonrpc_request("/support/suggest", {"text": "zebra printer"})
        self.assertEqual([one["id"] for one in found], shown.ids)
        for text in (None, 5, ["a"], {"a": 1}, "x" * 10_000, "'; --", "\0"):
            self.make_jsonrpc_request("/support/suggest", {"text": text})

    def test_suggestions_are_capped_by_connection(self):
        """S4-CHN-07: who asks on and on, with a new session each time, gets nothing any more."""
        self.env["caredesk.knowledge.article"].create(
            {"question": "Zebra printer", "answer": "<p>Plug</p>", "is_published": True}
        )
        self._set("suggestions_per_minute", 3)
        attempts = self.env["caredesk.form.attempt"]
        before = attempts.search_count([])
        counts = []
        for _number in range(5):
            self.opener.cookies.clear()
            found = self.make_jsonrpc_request("/support/suggest", {"text": "zebra printer"})
            counts.append(len(found))
        self.assertEqual(counts, [1, 1, 1, 0, 0])
        asked = attempts.search_count([]) - before
        self.assertEqual(asked, 3, "for all processes; refused without a row")
        self.env.cr.execute(
            "UPDATE caredesk_form_attempt SET create_date = create_date - '61 s'::interval"
        )
        found = self.make_jsonrpc_request("/support/suggest", {"text": "zebra printer"})
        self.assertEqual(len(found), 1, "the next minute")
        self.assertEqual(self._error(self._send()), "", "the form itself goes on")

    def test_settings_reach_the_form(self):
        """S4-CHN-07: switch, host and caps are set on the settings page."""
        settings = self.env["res.config.settings"].create(
            {"caredesk_form_active": False, "caredesk_form_max_per_address": 9}
        )
        settings.execute()
        self.assertFalse(self.company.caredesk_form_active)
        value = self.env["ir.config_parameter"].get_param("caredesk_ticket.form_max_per_address")
        self.assertEqual(value, "9")

    def test_an_employee_may_use_it_too(self):
        """S4-CHN-07: a colleague's own request comes in under his own name."""
        self.an.group_ids = [Command.link(self.env.ref("base.group_user").id)]
        self.authenticate("an", "an".ljust(8, "x"))
        self._send()
        self.assertEqual(self._sent().partner_id, self.an.partner_id)
