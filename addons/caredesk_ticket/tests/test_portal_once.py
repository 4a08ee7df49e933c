"""A form of the portal that is sent twice is taken once."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .portal_common import PNG, PortalCase


@tagged("post_install", "-at_install")
class TestPortalOnce(PortalCase):
    def setUp(self):
        super().setUp()
        self._log_in(self.oanh)
        self.path = f"/my/tickets/{self.ticket.id}"

    def _tickets(self):
        domain = [("partner_id", "=", self.oanh.partner_id.id), ("id", ">", self.ticket.id)]
        return self.env["caredesk.ticket"].search(domain, order="id")

    def test_a_request_sent_twice_is_one_ticket(self):
        """S1-TKT-01: both answers lead to it; a second tab with the same words is no other one."""
        first_tab, second_tab = self._seen("/my/tickets/new"), self._seen("/my/tickets/new")
        form = {"title": "Máy in không in", "text": "Từ sáng nay", "files": [("a.png", PNG)]}
        answers = [
            self._post("/my/tickets/create", seen=seen, **form)
            for seen in (first_tab, first_tab, second_tab)
        ]
        self.assertEqual(len(self._tickets()), 1)
        self.assertEqual(len({answer.headers["Location"] for answer in answers}), 1)
        self.assertIn(self._tickets().access_url, answers[0].headers["Location"])
        self.assertEqual(len(self._messages(self._tickets()).attachment_ids), 1)

    def test_another_request_is_another_ticket(self):
        """S1-TKT-01: other words or files, and the same words once the first one is there."""
        seen = self._seen("/my/tickets/new")
        form = {"title": "Máy in không in", "text": "Từ sáng nay"}
        self._post("/my/tickets/create", seen=seen, **form)
        self._post("/my/tickets/create", seen=seen, **{**form, "text": "Từ hôm qua"})
        self._post("/my/tickets/create", seen=seen, files=[("a.png", PNG)], **form)
        self._post("/my/tickets/create", seen=self._seen("/my/tickets/new"), **form)
        self.assertEqual(len(self._tickets()), 4)

    def test_another_customer_is_another_one(self):
        """S1-TKT-01, IE-15: nobody is led to somebody else's ticket by sending the same."""
        form = {"title": "Máy in không in", "text": "Từ sáng nay", "seen": "after 1"}
        self._post("/my/tickets/create", **form)
        self._log_in(self.yen)
        answer = self._post("/my/tickets/create", **form)
        self.assertNotIn(self._tickets().access_url, answer.headers["Location"])

    def test_what_was_refused_can_be_sent_again(self):
        """S1-TKT-01: a form that was not taken is not remembered."""
        seen = self._seen("/my/tickets/new")
        form = {"title": "Máy in", "text": "Hỏng", "files": [("a.exe", b"MZ")]}
        self.assertEqual(self._post("/my/tickets/create", seen=seen, **form).status_code, 200)
        self.env["ir.config_parameter"].set_param("caredesk_ticket.upload_max_files", 0)
        self._post("/my/tickets/create", seen=seen, **{**form, "files": ()})
        self.assertEqual(len(self._tickets()), 1)

    def test_a_reply_sent_twice_is_one_message(self):
        """IE-15: from one tab or two; after an answer of ours the same word is a new one."""
        tabs = [self._seen(self.path), self._seen(self.path)]
        for seen in (tabs[0], tabs[0], tabs[1]):
            answer = self._step(self.ticket, "reply", text="Vâng", seen=seen)
            self.assertEqual(answer.status_code, 303)
        self.assertEqual(len(self._messages(self.ticket)), 1)
        self._answer(self.ticket, self.an, "Did it help?")
        self._step(self.ticket, "reply", text="Vâng", seen=self._seen(self.path))
        self.assertEqual(len(self._messages(self.ticket)), 3)

    def test_a_guest_and_a_reopening(self):
        """IE-15: by the link too; a ticket is reopened once."""
        self.ticket.with_user(self.an).action_start()
        self.ticket.with_user(self.an).action_complete(result="Fixed")
        self._log_in(None)
        link = self._link(self.ticket)
        for _time in range(2):
            answer = self._step(self.ticket, "reopen", text="Lại hỏng", seen="after 0", link=link)
            self.assertEqual(answer.status_code, 303)
        self.assertState(self.ticket, "todo", self.an)
        self.assertEqual(len(self._messages(self.ticket)), 1)
        entries = self.ticket.sudo().assignment_ids.filtered(lambda one: one.method == "reopen")
        self.assertEqual(len(entries), 1)

    def test_forms_are_forgotten(self):
        """IE-15: after a day; younger ones stay."""
        sendings = self.env["caredesk.form.sending"]
        for days in (2, 0):
            row = sendings._claim(f"after {days}", "x")
            moment = fields.Datetime.now() - timedelta(days=days)
            self.env.cr.execute(
                "UPDATE caredesk_form_sending SET create_date = %s WHERE id = %s",
                [moment, row.id],
            )
        self.env.invalidate_all()
        before = sendings.search_count([])
        self.assertEqual(sendings._gc_sendings(), (1, False))
        self.assertEqual(sendings.search_count([]), before - 1)
