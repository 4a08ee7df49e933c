from lxml import html

from odoo import fields
from odoo.tests import tagged

from .portal_common import PNG, PortalCase


@tagged("post_install", "-at_install")
class TestPortalSteps(PortalCase):
    """What customers do on the portal: open, answer, close, reopen."""

    def setUp(self):
        super().setUp()
        self._log_in(self.oanh)

    def _create(self, **values):
        """Send the form; return the newest ticket and the answer."""
        form = {"title": "Máy in không in", "text": "Từ sáng nay", **values}
        files = form.pop("files", ())
        answer = self._post("/my/tickets/create", files=files, **form)
        return self.env["caredesk.ticket"].search([], order="id desc", limit=1), answer

    # === OPEN ===

    def test_the_form_makes_a_ticket(self):
        """S1-TKT-01: customer, channel portal, type and group; routed like any other."""
        ticket, answer = self._create(type_id=str(self.usage.id), text="a < b\n<b>x</b>")
        self.assertEqual(answer.status_code, 303)
        self.assertIn(f"/my/tickets/{ticket.id}", answer.headers["Location"])
        self.assertEqual(ticket.name, "Máy in không in")
        self.assertEqual(ticket.partner_id, self.oanh.partner_id)
        self.assertEqual((ticket.channel, ticket.type_id), ("portal", self.usage))
        self.assertEqual(ticket.group_id, self.support)
        self.assertState(ticket, "todo", self.binh)  # An has the first one
        self.assertIn("a &lt; b", ticket.description)
        self.assertIn("&lt;b&gt;x", ticket.description, "typed text is text")
        self.assertIn(ticket.number, self.url_open(answer.headers["Location"]).text)

    def test_files_of_a_request_are_kept(self):
        """S1-TKT-01, IE-15: they are on the ticket and in the conversation."""
        ticket, _answer = self._create(files=[("ảnh lỗi.png", PNG), ("b.txt", b"x")])
        files = self._messages(ticket).attachment_ids
        self.assertEqual(set(files.mapped("name")), {"ảnh lỗi.png", "b.txt"})
        self.assertEqual(set(files.mapped("res_id")), {ticket.id})
        self.assertFalse(ticket.customer_replied, "the request itself is no answer")

    def test_what_is_missing_is_said_and_nothing_typed_is_lost(self):
        """S1-TKT-01: no title, no ticket; the text is still in the form."""
        before = self.env["caredesk.ticket"].search_count([])
        _ticket, answer = self._create(title="  ", text="A long story")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("A long story", answer.text)
        self.assertIn("Give your request a title", answer.text)
        _ticket, answer = self._create(title="Only a title", text=" ")
        self.assertIn('value="Only a title"', answer.text)
        self.assertEqual(self.env["caredesk.ticket"].search_count([]), before)

    def test_only_public_types_can_be_chosen(self):
        """S1-TKT-01: others are neither shown nor taken; the ticket comes without a type."""
        self.company.caredesk_default_group_id = self.support
        secret = self._type(self.support, name="Secret type", is_public=False)
        elsewhere = self._type(
            self._group("Abroad", company_id=self._company("Abroad").id), name="Type abroad"
        )
        page = self.url_open("/my/tickets/new").text
        self.assertIn("Usage guidance", page)
        for kind in (secret, elsewhere):
            self.assertNotIn(kind.name, page)
            ticket, _answer = self._create(type_id=str(kind.id))
            self.assertEqual((ticket.type_id.id, ticket.group_id), (False, self.support))

    def test_fields_of_the_type(self):
        """S1-TKT-01: the type's own fields, each of its kind; only where customers are asked."""
        self.usage.properties_definition = [
            {"name": "aaaa0001", "string": "Version", "type": "char"},
            {"name": "aaaa0002", "string": "Devices", "type": "integer"},
            {"name": "aaaa0003", "string": "System", "type": "selection",
             "selection": [["win", "Windows"], ["mac", "macOS"]]},
        ]  # fmt: skip
        prefix = f"property_{self.usage.id}_"
        typed = {"aaaa0001": "19.0", "aaaa0002": "3", "aaaa0003": "mac"}
        form = {f"{prefix}{name}": value for name, value in typed.items()}
        self.assertNotIn("aaaa0001", self.url_open("/my/tickets/new").text)
        ticket, _answer = self._create(type_id=str(self.usage.id), **form)
        self.assertFalse(ticket._properties_in_words(), "nobody asked")

        self.usage.ask_customers = True
        self.assertIn(f"{prefix}aaaa0001", self.url_open("/my/tickets/new").text)
        ticket, answer = self._create(type_id=str(self.usage.id), **form)
        words = [("Version", "19.0"), ("Devices", 3), ("System", "macOS")]
        self.assertEqual(ticket._properties_in_words(), words)
        self.assertIn("macOS", self.url_open(answer.headers["Location"]).text)
        for name, wrong in (("aaaa0002", "many"), ("aaaa0003", "linux")):
            _ticket, answer = self._create(
                type_id=str(self.usage.id), **{**form, f"{prefix}{name}": wrong}
            )
            self.assertIn(wrong, answer.text)
            self.assertIn("does not fit", answer.text)

    def test_suggestions_while_typing(self):
        """S1-TKT-01: published articles and his own open tickets like this one, nothing else."""
        articles = self.env["caredesk.knowledge.article"]
        common = {"answer": "<p>Turn it off and on</p>"}
        public, draft = articles.create(
            [
                {**common, "question": "Printer is silent", "is_published": True},
                {**common, "question": "Printer is silent, draft"},
            ]
        )
        self._portal_ticket(self.yen, name="Cannot print today")
        params = {"title": "Cannot print", "text": "the printer is silent"}
        found = self.make_jsonrpc_request("/my/tickets/suggest", params)
        self.assertIn(public.id, [article["id"] for article in found["articles"]])
        self.assertNotIn(draft.id, [article["id"] for article in found["articles"]])
        self.assertEqual([one["number"] for one in found["tickets"]], [self.ticket.number])
        short = self.make_jsonrpc_request("/my/tickets/suggest", {"title": "Ca", "text": ""})
        self.assertEqual(short, {"articles": [], "tickets": []})

    def test_suggestions_are_capped(self):
        """S1-TKT-01: nobody reads the knowledge base by machine."""
        self.env["ir.config_parameter"].set_param("caredesk_ticket.suggestions_per_minute", 2)
        params = {"title": "Cannot print", "text": ""}
        counts = [
            len(self.make_jsonrpc_request("/my/tickets/suggest", params)["tickets"])
            for _n in range(3)
        ]
        self.assertEqual(counts, [1, 1, 0])

    def test_a_flood_of_requests_is_stopped(self):
        """S1-TKT-01: twenty tickets an hour are more than anybody needs."""
        for number in range(19):  # one is there
            self._portal_ticket(self.oanh, name=f"Flood {number}")
        before = self.env["caredesk.ticket"].search_count([])
        _ticket, answer = self._create()
        self.assertIn("Try again later", answer.text)
        self.assertEqual(self.env["caredesk.ticket"].search_count([]), before)

    # === ANSWER ===

    def test_a_reply_with_a_file(self):
        """IE-15: it is in the conversation, tells the performer and goes on with the ticket."""
        mine = self.ticket.with_user(self.an)
        mine.action_start()
        mine.action_wait("customer")
        answer = self._step(self.ticket, "reply", text="Đây ạ\n<i>a</i>", files=[("ảnh.png", PNG)])
        self.assertEqual(answer.status_code, 303)
        message = self._messages(self.ticket)[0]
        self.assertEqual(message.author_id, self.oanh.partner_id)
        self.assertIn("&lt;i&gt;", message.body)
        self.assertEqual(message.attachment_ids.mapped("name"), ["ảnh.png"])
        self.assertIn(self.an.partner_id, message.notified_partner_ids)
        self.assertState(self.ticket, "in_progress", self.an)
        self.assertTrue(self.ticket.customer_replied)

    def test_a_guest_speaks_as_the_customer(self):
        """IE-15: by the link, without a login; under the customer's name."""
        self._log_in(None)
        self._step(self.ticket, "reply", text="By link", link=self._link(self.ticket))
        self.assertEqual(self._messages(self.ticket)[0].author_id, self.oanh.partner_id)

    def test_a_guest_without_contact(self):
        """IE-15: the ticket of an address nobody knows is answered under what it says."""
        self._log_in(None)
        self.ticket.write(
            {"partner_id": False, "partner_name": "Chị Tư", "email_from": "tu@example.com"}
        )
        self._step(self.ticket, "reply", text="It is me", link=self._link(self.ticket))
        message = self._messages(self.ticket)[0]
        self.assertFalse(message.author_id)
        self.assertEqual(message.email_from, '"Chị Tư" <tu@example.com>')
        self.assertTrue(self.ticket.customer_replied)

    def test_a_guest_never_speaks_as_one_of_us(self):
        """IE-15: the link of a ticket whose customer is an employee gives nobody his voice."""
        self._log_in(None)
        self.ticket.partner_id = self.binh.partner_id
        self._step(self.ticket, "reply", text="I am Binh", link=self._link(self.ticket))
        message = self._messages(self.ticket)[0]
        self.assertFalse(message.author_id)
        self.assertFalse(self.ticket.first_response_at, "no colleague has answered")

    def test_an_empty_reply_is_refused(self):
        """IE-15: said on the page."""
        self.assertIn("Write your message", self._step(self.ticket, "reply", text=" ").text)
        self.assertFalse(self._messages(self.ticket))

    def test_thanks_reopen_nothing(self):
        """IE-15: a reply to a done ticket is read, not worked on; Reopen is a button of its own."""
        self.ticket.with_user(self.an).action_start()
        self.ticket.with_user(self.an).action_complete(result="Fixed")
        self._step(self.ticket, "reply", text="Cảm ơn")
        self.assertEqual(self.ticket.state, "done")
        self.assertTrue(self.ticket.customer_replied)

    # === CLOSE AND REOPEN ===

    def test_withdraw_before_work_began(self):
        """IE-15: cancelled, with a reason, and the performer is free for the next one."""
        self.assertEqual(self._step(self.ticket, "close").status_code, 303)
        self.assertEqual(self.ticket.state, "cancelled")
        self.assertEqual(self.ticket.cancel_reason, "Withdrawn by the customer")
        self.assertEqual(self._seat(self.an).availability, "free")

    def test_close_while_it_is_worked_on(self):
        """IE-15: solved and closed; it counts for its performer, who is told."""
        self.ticket.with_user(self.an).action_start()
        self._step(self.ticket, "close")
        self.assertState(self.ticket, "done", self.an)
        self.assertTrue(self.ticket.is_closed)
        self.assertEqual((self.ticket.done_by_id, self.ticket.outcome), (self.an, "solved"))
        self.assertHistory(self.ticket)
        [note] = self.ticket.message_ids.filtered(lambda m: "Oanh closed the ticket" in m.body)
        self.assertIn(self.an.partner_id, note.notified_partner_ids)
        self.assertNotIn(note, self._messages(self.ticket))
        self.assertFalse(self.ticket.status_mail_pending, "what he did himself he knows")

    def test_close_when_it_is_done(self):
        """IE-15: the result stays; closing twice is closing once."""
        self.ticket.with_user(self.an).action_start()
        self.ticket.with_user(self.an).action_complete(result="New cable")
        self._step(self.ticket, "close")
        self.assertTrue(self.ticket.is_closed)
        self.assertEqual(self.ticket.result, "New cable")
        written = self.ticket.message_ids
        self.assertEqual(self._step(self.ticket, "close").status_code, 303)
        self.assertEqual(self.ticket.message_ids, written)

    def test_reopen(self):
        """IE-15: with a reason, within the group's days; it comes back to its performer."""
        self.ticket.with_user(self.an).action_start()
        self._step(self.ticket, "close")
        self.assertIn("Say what is still wrong", self._step(self.ticket, "reopen", text="").text)
        self._step(self.ticket, "reopen", text="Lại hỏng rồi", files=[("a.txt", b"x")])
        self.assertState(self.ticket, "todo", self.an)
        self.assertFalse(self.ticket.is_closed)
        message = self._messages(self.ticket)[0]
        self.assertIn("Lại hỏng rồi", message.body)
        self.assertEqual(message.attachment_ids.mapped("name"), ["a.txt"])
        self.assertEqual(self.ticket.sudo().assignment_ids.sorted("id")[-1].reason, "Lại hỏng rồi")

    def test_reopen_in_time_only(self):
        """IE-15: later, or where the group never reopens, a new ticket is offered."""
        self.ticket.with_user(self.an).action_start()
        self._step(self.ticket, "close")
        late = fields.Datetime.subtract(fields.Datetime.now(), days=15)
        for days, done_at in ((14, late), (0, fields.Datetime.now())):
            self.support.portal_reopen_days = days
            self.ticket._own_code().write({"done_at": done_at})
            self.assertNotIn("/reopen", self._get("", self.ticket).text)
            answer = self._step(self.ticket, "reopen", text="Again")
            self.assertIn("Open a new request", answer.text)
            self.assertEqual(self.ticket.state, "done")

    def test_what_ended_takes_no_reply(self):
        """IE-15, S0-TKT-68: a withdrawn ticket comes back by a manager only; the page says so.

        What the customer wrote meanwhile is not lost, and he is led to a new request.
        """
        self._step(self.ticket, "close")
        for step in ("reply", "reopen"):
            answer = self._step(self.ticket, step, text="Chờ đã, vẫn hỏng")
            self.assertIn("not possible any more", answer.text)
            self.assertIn("Your message was not sent", answer.text)
            self.assertIn("Chờ đã, vẫn hỏng", answer.text)
        self.assertFalse(self._messages(self.ticket))
        self.assertEqual(self.ticket.state, "cancelled")
        page = html.fromstring(self._get("", self.ticket).text)
        self.assertIn("nobody works on it", page.text_content())
        [button] = page.xpath("//section[contains(@class, 'o_caredesk_ended')]/a/@href")
        self.assertTrue(button.startswith("/my/tickets/new?title=C"), button)
        self.assertIn(f'value="{self.ticket.name}"', self.url_open(button).text)

    def test_what_ended_for_a_guest(self):
        """IE-15, S4-CHN-07: he is led to the public form where there is one, else to writing."""
        self._step(self.ticket, "close")
        self._log_in(None)
        for is_active in (True, False):
            self.company.caredesk_form_active = is_active
            page = html.fromstring(self._get("", self.ticket, link=self._link(self.ticket)).text)
            buttons = page.xpath("//section[contains(@class, 'o_caredesk_ended')]/a/@href")
            self.assertEqual(buttons, ["/support"] if is_active else [])

    def test_a_check_comes_before_closing(self):
        """IE-15: while quality is checked the customer cannot close the ticket away."""
        self.support.quality_check = True
        self.ticket.with_user(self.an).action_start()
        self.ticket.with_user(self.an).action_complete(result="Fixed")
        self.assertTrue(self.ticket.is_check_pending)
        self.assertNotIn("/close", self._get("", self.ticket).text)
        self._step(self.ticket, "close")
        self.assertFalse(self.ticket.is_closed)
