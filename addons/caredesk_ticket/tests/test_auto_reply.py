from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .mail_common import MailGatewayCase
from .test_knowledge import KnowledgeMixin


@tagged("post_install", "-at_install")
class TestAutoReply(KnowledgeMixin, MailGatewayCase):
    """Mail in, automatic mail out: the whole way through the gateway and the cron's work."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["caredesk.auto.reply"]
        cls.logs = cls.env["caredesk.auto.reply.log"]

    @classmethod
    def _rule(cls, kind, **vals):
        values = {"name": kind.title(), "kind": kind, "body": "<p>Ours</p>", **vals}
        return cls.rules.create(values)

    @classmethod
    def _calendar(cls):
        """Return working hours of Vietnam, Monday to Friday 8-12 and 13:30-17:30, one holiday."""
        blocks = [(8, 12), (13.5, 17.5)]
        return cls.env["resource.calendar"].create(
            {
                "name": "Vietnam",
                "tz": "Asia/Ho_Chi_Minh",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Work",
                            "dayofweek": str(day),
                            "hour_from": begins,
                            "hour_to": ends,
                        }
                    )
                    for day in range(5)
                    for begins, ends in blocks
                ],
                "leave_ids": [
                    Command.create(
                        {
                            "name": "Holiday",
                            "date_from": "2026-03-03 17:00:00",
                            "date_to": "2026-03-04 16:59:59",
                        }
                    )
                ],
            }
        )

    def _rules_sent(self, ticket):
        """Return the rules by which ``ticket`` was answered, in the order of sending."""
        self.rules._send_due()
        return self.logs.search([("ticket_id", "=", ticket.id)]).sorted("id").rule_id

    # === RECEIPTS ===

    def test_acknowledgement_is_a_rule_and_the_group_its_switch(self):
        """S4-ARP-01: one mechanism; a group's own text comes before the one for all."""
        general = self.env.ref("caredesk_ticket.auto_reply_acknowledgement")
        ticket = self._receive_ticket(self._good())
        self.assertEqual(self._rules_sent(ticket), general)
        self.assertTrue(ticket.mail_acknowledged_at)
        own = self._rule(
            "acknowledgement", group_id=self.support.id, subject="{number} at {group}, {company}"
        )
        second = self._receive_ticket(self._good())
        self.assertEqual(self._rules_sent(second), own)
        self.assertEqual(own.sent_count, 1)
        mail = self._acknowledgements(second)
        self.assertEqual(mail.subject, f"{second.number} at Support, {self.company.name}")
        other = self._receive_ticket(self._good(to=self.to_billing))
        self.assertEqual(self._rules_sent(other), general)
        self.billing.acknowledge_mail = False
        silent = self._receive_ticket(self._good(to=self.to_billing))
        self.assertFalse(self._rules_sent(silent))

    def test_nothing_is_sent_while_the_mail_is_taken(self):
        """S4-ARP-01: answers are the cron's work, not the mail server's or the visitor's wait."""
        ticket = self._receive_ticket(self._good())
        self.assertTrue(ticket.auto_reply_pending)
        self.assertFalse(self.logs.search([("ticket_id", "=", ticket.id)]))
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_auto_reply").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(ticket.auto_reply_pending)
        self.assertEqual(len(self._acknowledgements(ticket)), 1)

    def test_outside_working_hours(self):
        """S4-ARP-01: night, lunch break, weekend and holiday in the group's own time zone."""
        self.support.calendar_id = self._calendar()
        closed = self._rule("outside_hours", group_id=self.support.id)
        general = self.env.ref("caredesk_ticket.auto_reply_acknowledgement")
        clock = self._freeze("2026-03-02 00:59:00")  # Monday 7:59 in Vietnam
        for moment, rule in (
            ("2026-03-02 00:59:00", closed),
            ("2026-03-02 01:00:00", general),
            ("2026-03-02 05:10:00", closed),  # 12:10, lunch
            ("2026-03-02 06:30:00", general),
            ("2026-03-02 10:30:00", closed),  # 17:30
            ("2026-03-04 03:00:00", closed),  # the holiday
            ("2026-03-07 03:00:00", closed),  # Saturday
        ):
            with self.subTest(moment):
                clock.move_to(moment)
                ticket = self._receive_ticket(self._good())
                self._set_created(ticket, moment)
                self.assertEqual(self._rules_sent(ticket), rule)

    def test_late_cron_does_not_say_that_nobody_is_there(self):
        """S4-ARP-01: what came at night and is looked at in the morning is acknowledged."""
        self.support.calendar_id = self._calendar()
        self._rule("outside_hours", group_id=self.support.id)
        clock = self._freeze("2026-03-01 20:00:00")
        ticket = self._receive_ticket(self._good())
        self._set_created(ticket, "2026-03-01 20:00:00")
        clock.move_to("2026-03-02 02:00:00")
        general = self.env.ref("caredesk_ticket.auto_reply_acknowledgement")
        self.assertEqual(self._rules_sent(ticket), general)

    def test_group_without_hours_is_never_closed(self):
        """S4-ARP-01: no calendar, no outside."""
        rule = self._rule("outside_hours", group_id=self.support.id)
        ticket = self._receive_ticket(self._good())
        self.assertNotIn(rule, self._rules_sent(ticket))

    # === ANSWERS ===

    def test_keyword_with_and_without_accents(self):
        """S4-ARP-01: whole words and phrases, with an article's answer and files below."""
        file = self.env["ir.attachment"].create({"name": "gio.pdf", "raw": b"%PDF-1"})
        article = self._article("Giờ mở cửa?", "<p>8:00-17:30</p>", attachment_ids=file.ids)
        rule = self._rule("keyword", keywords="giờ làm việc, mở cửa", article_id=article.id)
        ticket = self._receive_ticket(self._good("Cho hỏi gio lam viec ạ?"))
        self.assertIn(rule, self._rules_sent(ticket))
        mail = self._acknowledgements(ticket).filtered("attachment_ids")
        self.assertIn("8:00-17:30", mail.body_html)
        self.assertEqual(mail.attachment_ids, file)
        self.assertEqual(article.usage_count, 1)
        for text in ("Cửa mở không được", "xem giờ làm việcc"):
            self.assertNotIn(rule, self._rules_sent(self._receive_ticket(self._good(text))))

    def test_article_by_its_keywords(self):
        """S4-ARP-01: a published article answers when one of its keywords occurs."""
        category = self.env["caredesk.knowledge.category"].create({"name": "Devices"})
        article = self._article(
            "Máy in không in?", "<p>Bật lại</p>", keywords="kẹt giấy", category_id=category.id
        )
        self._article("Kẹt giấy nháp", keywords="kẹt giấy", is_published=False)
        self._article("Kẹt giấy nội bộ", keywords="kẹt giấy", group_ids=self.support.ids)
        rule = self._rule("article", group_id=self.support.id, category_id=category.id, body=False)
        ticket = self._receive_ticket(self._good("Máy in của tôi bị kẹt giấy"))
        self.assertIn(rule, self._rules_sent(ticket))
        log = self.logs.search([("ticket_id", "=", ticket.id), ("rule_id", "=", rule.id)])
        self.assertEqual(log.article_id, article)
        other = self._receive_ticket(self._good("Máy in của tôi không in"))
        self.assertNotIn(rule, self._rules_sent(other))

    def test_article_that_is_no_longer_published_is_not_sent(self):
        """S4-ARP-01: back to draft means that no customer gets it, by whatever rule."""
        article = self._article("Giờ mở cửa?", "<p>8:00-17:30</p>")
        rule = self._rule("keyword", keywords="mở cửa", article_id=article.id)
        article.is_published = False
        ticket = self._receive_ticket(self._good("mấy giờ mở cửa"))
        self.assertNotIn(rule, self._rules_sent(ticket))

    def test_one_receipt_and_one_answer_at_most(self):
        """S4-ARP-01: however many rules fit."""
        for number in range(3):
            self._rule("keyword", keywords="máy in", sequence=number)
        self._rule("acknowledgement", group_id=self.support.id)
        ticket = self._receive_ticket(self._good("máy in hỏng"))
        kinds = self._rules_sent(ticket).mapped("kind")
        self.assertEqual(sorted(kinds), ["acknowledgement", "keyword"])

    def test_channel_of_a_rule(self):
        """S4-ARP-01: a rule can be for one channel; work of colleagues is never answered."""
        rule = self._rule("keyword", keywords="máy in", channel="portal")
        mailed = self._receive_ticket(self._good("máy in hỏng"))
        vals = {"name": "máy in", "group_id": self.support.id, "email_from": "lan@example.com"}
        asked = self.tickets._create_from_channel("portal", [vals])
        typed = self._ticket(**vals)
        self.assertNotIn(rule, self._rules_sent(mailed))
        self.assertEqual(self._rules_sent(asked), rule)
        self.assertFalse(self._rules_sent(typed))

    # === NEVER ===

    def test_automatic_mail_is_never_answered(self):
        """S4-ARP-02: neither machines nor lists, nor who wants no automatic answer."""
        self._rule("keyword", keywords="máy in")
        self.support.accept_bulk_mail = True
        for fields in (
            {"Auto_Submitted": "auto-replied"},
            {"X_Auto_Response_Suppress": "All"},
            {"Precedence": "bulk"},
            {"List_Id": "<list.example.com>"},
            {"From": "no-reply@example.com"},
        ):
            with self.subTest(fields):
                tickets, _parked = self._receive(self._good("máy in", **fields))
                self.rules._send_due()
                self.assertFalse(self.logs.search([("ticket_id", "in", tickets.ids)]))

    def test_whoever_claims_to_be_one_of_us_gets_nothing(self):
        """S4-ARP-02: an unverified sender is not written to."""
        ticket = self._receive_ticket(self._good(From=f"An <{self.an.email}>"))
        self.assertTrue(ticket.mail_unverified)
        self.assertFalse(self._rules_sent(ticket))

    def test_nothing_of_the_stranger_is_carried(self):
        """S4-ARP-02: no title, name or content of the sender goes to an address he may forge."""
        evil = "buy http://evil.example now"
        for kind, vals in (("keyword", {"keywords": "buy"}), ("acknowledgement", {})):
            self._rule(
                kind, group_id=self.support.id, body="<p>{number} {group} {company}</p>", **vals
            )
        ticket = self._receive_ticket(
            self._good(evil, Subject=evil, From=f'"{evil}" <x@example.com>')
        )
        mails = self._acknowledgements(ticket)
        self.assertEqual(len(mails), 2)
        for mail in mails:
            self.assertEqual(mail.email_to, "x@example.com")
            for text in (mail.subject, mail.body_html, mail.email_from, mail.reply_to):
                self.assertNotIn("evil", text)
            self.assertIn("'Auto-Submitted': 'auto-replied'", mail.headers)

    def test_unknown_placeholders_are_refused(self):
        """S4-ARP-02: a text cannot name what the stranger wrote."""
        for vals in ({"body": "<p>{name}</p>"}, {"subject": "Re: {description}"}):
            with self.assertRaises(ValidationError):
                self._rule("acknowledgement", **vals)
        for vals in ({"kind": "keyword"}, {"kind": "outside_hours", "body": "<p><br></p>"}):
            with self.assertRaises(ValidationError):
                self._rule(**vals)

    def test_placeholder_values_are_escaped(self):
        """S4-ARP-02: a name with markup stays a name."""
        self.support.name = "<b>A&B</b>"
        self._rule("acknowledgement", group_id=self.support.id, body="<p>{group}</p>")
        mail = self._acknowledgements(self._receive_ticket(self._good()))
        self.assertIn("&lt;b&gt;A&amp;B&lt;/b&gt;", mail.body_html)

    def test_once_for_a_ticket_and_a_rule(self):
        """S4-ARP-02: the ledger row comes first and exists once, whoever tries again."""
        ticket = self._receive_ticket(self._good())
        self._rules_sent(ticket)
        count = len(self._acknowledgements(ticket))
        for _again in range(2):
            ticket._own_code().write({"auto_reply_pending": True})
            self.rules._send_due()
        self.assertEqual(len(self._acknowledgements(ticket)), count)
        self.assertEqual(self.logs.search_count([("ticket_id", "=", ticket.id)]), count)

    def test_few_for_an_address_and_an_hour(self):
        """S4-ARP-02: the setting caps what one address gets, tags do not help; hours pass."""
        self._set("auto_replies_per_hour", "2")
        clock = self._freeze()
        sent = []
        for number in range(4):
            ticket = self._receive_ticket(self._good(From=f"lan+{number}@example.com"))
            sent.append(len(self._rules_sent(ticket)))
        clock.tick(3601)
        sent.append(len(self._rules_sent(self._receive_ticket(self._good(From="lan@example.com")))))
        self.assertEqual(sent, [1, 1, 0, 0, 1])

    def test_it_is_no_human_answer(self):
        """S4-ARP-02: the first response is still to come, and the customer's turn did not end."""
        self._rule("keyword", keywords="máy in")
        ticket = self._receive_ticket(self._good("máy in hỏng"))
        self.assertTrue(self._rules_sent(ticket))
        self.assertFalse(ticket.first_response_at)
        self.assertEqual(
            set(self._acknowledgements(ticket).mapped("author_id")),
            {self.env.ref("base.partner_root")},
        )

    def test_a_person_was_faster(self):
        """S4-ARP-02: who has been answered, or cancelled as spam, needs no receipt."""
        ticket = self._receive_ticket(self._good())
        ticket.with_user(self._user("boss", "manager")).message_post(
            body="Chào anh", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(ticket.first_response_at)
        self.assertFalse(self._rules_sent(ticket))
        spam = self._receive_ticket(self._good())
        spam.action_cancel("Spam")
        self.assertFalse(self._rules_sent(spam))

    def test_one_that_fails_stops_no_other(self):
        """S4-ARP-01: a broken request is logged and passed over."""
        bad, good = (self._receive_ticket(self._good()) for _n in range(2))
        choose = type(self.rules)._choose

        def fail_once(rules, ticket):
            if ticket == bad:
                raise ValueError("broken")
            return choose(rules, ticket)

        self.patch(type(self.rules), "_choose", fail_once)
        with self.assertLogs("odoo.addons.caredesk_ticket.models.caredesk_ticket_notice", "ERROR"):
            self.assertTrue(self._rules_sent(good))
        self.assertFalse(bad.auto_reply_pending)

    def test_rules_of_another_company_do_not_apply(self):
        """S4-ARP-01: rules and articles stay in their company."""
        other = self._company("Other")
        rule = self._rule("keyword", keywords="máy in", company_id=other.id)
        self.assertNotIn(rule, self._rules_sent(self._receive_ticket(self._good("máy in"))))

    def test_answer_threads_back(self):
        """S4-ARP-01: whoever answers an automatic mail lands on the same ticket."""
        ticket = self._receive_ticket(self._good())
        mail = self._acknowledgements(ticket)
        raw = self._good(
            "Cảm ơn", From=f"Customer <{ticket.email_from}>", In_Reply_To=mail.message_id
        )
        tickets, parked = self._receive(raw)
        self.assertFalse(tickets or parked)
        self.assertTrue(ticket.customer_replied)

    def test_an_article_customers_may_not_see_is_not_sent(self):
        """S4-ARP-01: neither one kept to a group since, nor another company's."""
        article = self._article("Sửa máy in", "<p>Nội bộ</p>")
        rule = self._rule("keyword", keywords="máy in", article_id=article.id)
        ticket = self._receive_ticket(self._good("Máy in hỏng"))
        self.assertIn((rule, article), self.rules._choose(ticket))
        article.group_ids = self.support
        self.assertNotIn((rule, article), self.rules._choose(ticket))
        article.group_ids = False
        article.company_id = self._company("Other Ltd")
        self.assertNotIn((rule, article), self.rules._choose(ticket))
