from odoo.tests import tagged

from . import mail_sources
from .mail_common import SAMPLES, MailGatewayCase


@tagged("post_install", "-at_install")
class TestMailGateway(MailGatewayCase):
    # === NEW MAIL ===

    def test_mail_makes_one_ticket_in_the_addressed_group(self):
        """S4-CHN-08, S4-CHN-09, S1-TKT-04, S1-FLW-02, S1-FLW-03: what a mail becomes."""
        ticket = self._receive_ticket(self._good(Subject="Máy in hỏng"))
        self.assertEqual(ticket.name, "Máy in hỏng")
        self.assertIn("máy in không in được", ticket.description)
        self.assertEqual((ticket.group_id, ticket.channel), (self.support, "email"))
        self.assertEqual(ticket.company_id, self.support.company_id)
        self.assertEqual(ticket.partner_id.email, ticket.email_from)
        self.assertEqual(len(self._mails_of(ticket)), 1)
        self.assertEqual(self._mails_of(ticket).author_id, ticket.partner_id)

    def test_each_group_has_its_own_address(self):
        """S4-CHN-08: the address decides the group; two addresses make two tickets."""
        self.assertEqual(
            self._receive_ticket(self._good(to=self.to_billing)).group_id, self.billing
        )
        tickets, parked = self._receive(self._good(to=f"{self.to}, {self.to_billing}"))
        self.assertEqual(set(tickets.group_id), {self.support, self.billing})
        self.assertFalse(parked)

    def test_mail_type_and_screening_queue(self):
        """S1-FLW-04, S4-CHN-08: no type means screening; a group may name the type."""
        self.assertFalse(self._receive_ticket(self._good()).type_id)
        self.support.default_type_id = self.usage
        self.assertEqual(self._receive_ticket(self._good()).type_id, self.usage)

    def test_fallback_model_goes_to_the_default_group(self):
        """S1-FLW-04: mail fetched for tickets without a group's address is screened."""
        self.company.caredesk_default_group_id = self.billing
        tickets, parked = self._receive(self._good(to="info@example.org"), "caredesk.ticket")
        self.assertEqual((tickets.group_id, len(parked)), (self.billing, 0))

    def test_empty_subject_gets_a_title(self):
        """S4-CHN-09: a mail without a subject gets a clear title in the company's language."""
        self.env["res.lang"]._activate_lang("vi_VN")
        for lang, title in ((False, "(no subject)"), ("vi_VN", "(không có tiêu đề)")):
            self.company.partner_id.lang = lang
            self.assertEqual(self._receive_ticket(self._good(Subject="")).name, title)

    def test_vietnamese_in_all_encodings(self):
        """S4-CHN-09: Vietnamese mails in the encodings that occur are read right."""
        for path in sorted(SAMPLES.glob("vi_*.eml")):
            with self.subTest(path.name):
                raw = path.read_bytes().replace(b"help@example.com", self.to.encode())
                ticket = self._receive_ticket(raw)
                self.assertEqual(ticket.name, "Hóa đơn tháng 11 bị sai")
                self.assertIn("không đăng nhập được", ticket.description)

    def test_raw_western_header(self):
        """S4-CHN-09: an unlabelled 8-bit header is read as Western text."""
        raw = (SAMPLES / "raw_iso_8859_1.eml").read_bytes()
        ticket = self._receive_ticket(raw.replace(b"help@example.com", self.to.encode()))
        self.assertEqual(ticket.name, "Café réservé")

    def test_attachments_and_pictures_are_kept(self):
        """S4-CHN-09: files stay, pictures in the text are shown in the content."""
        raw = (SAMPLES / "attachments.eml").read_bytes()
        ticket = self._receive_ticket(raw.replace(b"help@example.com", self.to.encode()))
        files = self._mails_of(ticket).attachment_ids
        self.assertEqual(set(files.mapped("name")), {"hóa đơn.txt", "logo.png"})
        self.assertNotIn("cid:", ticket.description)

    def test_content_is_sanitised(self):
        """S4-CHN-09: scripts and event handlers of a mail do not survive."""
        html = '<p onclick="x()">Hi<script>alert(1)</script><img src=x onerror=alert(1)></p>'
        ticket = self._receive_ticket(self._good(html, Content_Type="text/html; charset=utf-8"))
        for text in (ticket.description, self._mails_of(ticket).body):
            self.assertIn("Hi", text)
            self.assertNotRegex(text, "(?i)script|onerror|onclick")

    def test_markup_as_a_file_is_stored_as_text(self):
        """S4-CHN-09: an HTML or SVG file is never stored as something a browser runs."""
        raw = (SAMPLES / "markup_files.eml").read_bytes()
        ticket = self._receive_ticket(raw.replace(b"help@example.com", self.to.encode()))
        kinds = set(self._mails_of(ticket).attachment_ids.mapped("mimetype"))
        self.assertEqual(kinds, {"text/plain"})

    def test_copy_is_kept(self):
        """S4-CHN-09: who is in copy is kept on the ticket."""
        ticket = self._receive_ticket(self._good(Cc="Boss <boss@example.com>"))
        self.assertIn("boss@example.com", ticket.email_cc)

    # === CUSTOMER ===

    def test_known_sender_is_found_by_address(self):
        """IE-17: the address finds the contact, whatever its case and the name in front."""
        partner = self.env["res.partner"].create({"name": "Lan", "email": "Lan@Example.com"})
        ticket = self._receive_ticket(self._good(From="Someone <LAN@example.com>"))
        self.assertEqual(ticket.partner_id, partner)

    def test_contact_of_the_company_wins_and_archived_never(self):
        """IE-17: of several contacts the company's own is taken, an archived one never."""
        make = self.env["res.partner"].create
        make({"name": "Old", "email": "lan@example.com", "active": False})
        make({"name": "Other", "email": "lan@example.com", "company_id": self.company_2.id})
        make({"name": "Anybody", "email": "lan@example.com"})
        ours = make({"name": "Ours", "email": "lan@example.com", "company_id": self.company.id})
        ticket = self._receive_ticket(self._good(From="lan@example.com"))
        self.assertEqual(ticket.partner_id, ours)

    def test_unknown_sender_becomes_a_contact_once(self):
        """IE-17: the first mail makes the contact, the next one finds it."""
        first = self._receive_ticket(self._good(From="Minh Trần <minh@example.com>"))
        again = self._receive_ticket(self._good(From="minh@example.com"))
        self.assertEqual(first.partner_id.name, "Minh Trần")
        self.assertEqual(again.partner_id, first.partner_id)

    # === THREADS ===

    def test_reply_goes_to_its_ticket(self):
        """S4-CHN-09: a reply is threaded, whichever group's address it is sent to."""
        ticket = self._receive_ticket(self._good())
        tickets, parked = self._receive(self._reply_to(ticket, to=self.to_billing))
        self.assertFalse(tickets | self.tickets.browse(parked.ticket_id.ids))
        self.assertEqual(len(self._mails_of(ticket)), 2)
        self.assertTrue(ticket.customer_replied)

    def test_reply_to_the_acknowledgement_goes_to_its_ticket(self):
        """S4-CHN-09: the mail that names the number can be replied to."""
        ticket = self._receive_ticket(self._good())
        sent = self._acknowledgements(ticket)
        raw = self._good(From=ticket.email_from, In_Reply_To=sent.message_id)
        self.assertFalse(self._receive(raw)[0])
        self.assertEqual(len(self._mails_of(ticket)), 2)

    def test_answer_clears_the_flag(self):
        """IE-10: «customer replied» stays until a colleague answers publicly."""
        ticket = self._receive_ticket(self._good())
        self._receive(self._reply_to(ticket))
        ticket.with_user(self.an).message_post(body="note", subtype_xmlid="mail.mt_note")
        self.assertTrue(ticket.customer_replied)
        ticket.with_user(self.an).message_post(
            body="answer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(ticket.customer_replied)

    def test_answers_come_back_to_the_group(self):
        """S4-CHN-08: answers go out with the address of the ticket's group as reply address."""
        ticket = self._receive_ticket(self._good())
        self.assertIn(self.to, ticket._notify_get_reply_to()[ticket.id])

    # === BESIDE ===

    def test_other_models_are_untouched(self):
        """S4-CHN-09: mail to another model's address runs through Odoo's own code alone."""
        self.env["mail.alias"].create(
            {
                "alias_name": "leads-in",
                "alias_domain_id": self.mail_alias_domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("crm.lead"),
            }
        )
        to = f"leads-in@{self.alias_domain}"
        for fields in ({"Precedence": "bulk"}, {"Auto_Submitted": "auto-replied"}, {}):
            raw = self._good(to=to, Subject="To sales", **fields)
            self.assertFalse(self.env["caredesk.mail.gateway"]._job_for(raw, None))
            self.assertFalse(any(self._receive(raw)))
        self.assertEqual(self.env["crm.lead"].search_count([("name", "=", "To sales")]), 3)
        tickets, _parked = self._receive(self._good(to=f"{to}, {self.to}", Subject="To both"))
        self.assertEqual(tickets.name, "To both")
        self.assertEqual(self.env["crm.lead"].search_count([("name", "=", "To both")]), 1)

    def test_nothing_is_sent_inside_the_transaction(self):
        """S4-CHN-09: all outgoing mail is queued, none goes out while mail comes in."""
        ticket = self._receive_ticket(self._good())
        self.assertEqual(self._acknowledgements(ticket).state, "outgoing")
        self.assertFalse(self._mails)

    def test_duplicate_delivery_is_ignored(self):
        """S4-CHN-09: the same Message-ID a second time makes nothing."""
        raw = mail_sources.good("dup", self.to)
        ticket = self._receive_ticket(raw)
        self.assertFalse(any(self._receive(raw)))
        self.assertFalse(any(self._receive(b"Received: by relay\r\n" + raw)))
        answer = self._reply_to(ticket)
        self.assertFalse(any(self._receive(answer)))
        self.assertFalse(any(self._receive(answer)))
        self.assertEqual(len(self._mails_of(ticket)), 2)
        for raw in (self._good("ad", Precedence="bulk"), mail_sources.no_sender("n", self.to)):
            self.assertTrue(self._receive(raw)[1])
            self.assertFalse(any(self._receive(raw)))

    def test_bad_and_rich_mail_is_recognised_too(self):
        """S4-CHN-09: what had to be repaired, and HTML with pictures, is the same mail again."""
        makers = mail_sources.BAD_BUT_READABLE.items()
        raws = [make(f"dup.{name}", self.to) for name, make in makers]
        rich = (SAMPLES / "attachments.eml").read_bytes()
        raws.append(rich.replace(b"help@example.com", self.to.encode()))
        for raw in raws:
            with self.subTest(raw[:60]):
                self._receive(raw)
                self.assertFalse(any(self._receive(raw)))

    def test_other_mail_with_a_known_id_is_parked(self):
        """S4-CHN-09: a Message-ID used again loses nothing; the other mail is kept, once."""
        self._receive_ticket(mail_sources.good("reused", self.to))
        for fields in ({"From": "eve@example.com"}, {"Subject": "Else"}, {"body": "Khác hẳn"}):
            raw = mail_sources.good("reused", self.to, **fields)
            parked = self._receive_parked(raw, "duplicate")
            self.assertEqual(parked.source_id.raw, raw)
            self.assertFalse(any(self._receive(raw)))
            parked.action_create_ticket()
            self.assertEqual(len(self._mails_of(parked.ticket_id)), 1)
