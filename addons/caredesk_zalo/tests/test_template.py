from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, TransactionCase, tagged

from odoo.addons.caredesk_zalo.models.caredesk_zalo_message_send import LOST

from zalo_sandbox import events

from .common import ZaloMixin


@tagged("post_install", "-at_install")
class TestTemplate(ZaloMixin, TransactionCase):
    """Templates Zalo has approved: read, filled, sent, delivered, rated."""

    PHONE = "0901000001"

    def setUp(self):
        super().setUp()
        self._read()
        self.template = self.env["caredesk.zalo.template"].search([("oa_id", "=", self.account.id)])
        self.name, self.number = self.template.param_ids
        self.template.model = "caredesk.ticket"
        self.name.path, self.number.path = "partner_id.name", "number"
        self.partner = self.env["res.partner"].create({"name": "Chị Hoa", "phone": self.PHONE})
        self.person = self.world.person(self.account.oa_id, self.PERSON)
        self.person.phone = "84901000001"
        kind = self.env.ref("caredesk_ticket.ticket_type_general")
        self.ticket = self.env["caredesk.ticket"].create(
            {"name": "T", "partner_id": self.partner.id, "type_id": kind.id}
        )

    def _read(self):
        """Let the templates be read as the button «Test» has it done."""
        self.account.action_test()
        self._run("ir_cron_check")

    def _wizard(self, record=None):
        record = record or self.ticket
        model = self.env["caredesk.zalo.template.send"]
        return Form(model.with_context(active_model=record._name, active_id=record.id))

    def _log(self):
        return " ".join(self.ticket.message_ids.mapped("body"))

    def test_reading(self):
        """Name, state, quality, price and places come from Zalo; ours stay."""
        self.assertEqual(self.template.state, "enabled")
        self.assertEqual(self.template.price, 300)
        self.assertEqual((self.name.name, self.name.max_length), ("customer_name", 30))
        self._read()
        self.assertEqual(self.number.path, "number")
        kept = dict(self.world.templates)
        self.addCleanup(self.world.templates.update, kept)
        self.world.templates.clear()
        self._read()
        self.assertEqual(self.template.state, "disabled")

    def test_by_phone(self):
        """To somebody who never wrote; delivery and rating come back to the ticket."""
        with self._wizard() as form:
            form.template_id = self.template
        wizard = form.record
        self.assertEqual(wizard.line_ids.mapped("value"), ["Chị Hoa", self.ticket.number])
        wizard.action_send()
        self._send()
        message = self.env["caredesk.zalo.message"].search([("template_id", "=", self.template.id)])
        self.assertEqual((message.state, message.phone), ("sent", "84901000001"))
        self.assertIn("was sent", self._log())
        said = self.world.messages[-1]
        self.assertEqual(said.body["values"]["ticket"], self.ticket.number)
        contacts = self.env["caredesk.zalo.contact"].search_count([])
        tracking = said.body["tracking_id"]
        self._deliver(
            events.template_receipt(self.world, said, self.person.phone, tracking),
            events.feedback(self.world, said, 2, "chờ lâu"),
        )
        self._work()
        self.assertEqual((message.state, message.rating), ("delivered", 2))
        self.assertIn("chờ lâu", self._log())
        self.assertEqual(self.env["caredesk.zalo.contact"].search_count([]), contacts)

    def test_rating_of_nothing(self):
        """S4-CSAT-01: a rating that names no message is nobody's, not that of all unsent ones."""
        values = {"customer_name": "Hoa", "ticket": "T1"}
        unsent = self.template._send(values, phone=self.PHONE, record=self.ticket)
        rating = events.feedback(self.world, self._said(), 1, "tệ")
        for nothing in ({"msg_id": ""}, {"msg_id": None}, {}):
            left = {k: v for k, v in rating["message"].items() if k != "msg_id"}
            self._deliver({**rating, "message": {**left, **nothing, "tracking_id": ""}})
        self._work()
        self.assertFalse(unsent.rating or unsent.feedback)
        self.assertNotIn("tệ", self._log())
        self._send()
        self._deliver(
            {**rating, "message": {**rating["message"], "msg_id": unsent.zalo_message_id}}
        )
        self._work()
        self.assertEqual(unsent.rating, 1, "named by Zalo's id alone")

    def _said(self):
        """Return a message of the sandbox to speak of."""
        self._says("x")
        return self.world.messages[-1]

    def test_by_user(self):
        """To a customer of the account, who wrote long ago."""
        contact = self._receive()
        contact.partner_id = self.partner
        with self._wizard() as form:
            form.template_id = self.template
        self.assertEqual(form.record.contact_id, contact)
        form.record.action_send()
        self._send()
        message = self.env["caredesk.zalo.message"].search([("template_id", "=", self.template.id)])
        self.assertEqual(
            (message.state, message.contact_id, message.phone), ("sent", contact, False)
        )

    def test_what_zalo_would_refuse(self):
        """A value is missing or too long, the number is none: said before it costs."""
        values = {"customer_name": "Hoa", "ticket": "T1"}
        for wrong, words in (
            ({"ticket": ""}, "needs a value for ticket"),
            ({"customer_name": "x" * 31}, "up to 30 characters"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.template._send(values | wrong, phone=self.PHONE)
        for phone in ("12", "+1 202 555 0123", False):
            with self.assertRaisesRegex(UserError, "Vietnam"):
                self.template._send(values, phone=phone)
        self.template.state = "rejected"
        with self.assertRaisesRegex(UserError, "approved"):
            self.template._send(values, phone=self.PHONE)

    def test_a_phone_that_is_not_on_zalo(self):
        """IE-38: the reason stands in the ticket's log."""
        self.partner.phone = "0909999999"
        values = {"customer_name": "Hoa", "ticket": "T1"}
        message = self.template._send(values, phone=self.partner.phone, record=self.ticket)
        self._send()
        self.assertEqual((message.state, message.error_code), ("failed", -118))
        self.assertIn("was not sent", self._log())
        self.assertIn("The phone number has no Zalo account.", self._log())

    def test_reason_in_the_language_of_the_company(self):
        """IE-38: the worker has no language of its own; the note speaks the company's."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self.env.company.partner_id.lang = "vi_VN"
        reasons = self.env["caredesk.zalo.reason"].with_context(lang="vi_VN")
        words = reasons._text(-244, "")
        self.assertNotEqual(words, reasons.with_context(lang="en_US")._text(-244, ""))
        values = {"customer_name": "Hoa", "ticket": "T1"}
        self.template._send(values, phone=self.PHONE, record=self.ticket)
        self.sandbox.sandbox.faults.add(path="/message/template", kind="code", code=-244)
        self._send()
        self.assertIn(words, self._log())

    def test_every_listed_number_has_words(self):
        """IE-38: nobody reads a bare number of what an agent or administrator can act on."""
        reasons = self.env["caredesk.zalo.reason"]
        listed = (-204, -205, -209, -212, -235, -242, -320, -321, -108, -114, -115, -118, -119)
        for code in listed:
            self.assertNotIn("refused with error", reasons._text(code, ""), code)
        self.assertEqual(reasons._text(0, LOST), "The answer of Zalo was lost.")

    def test_no_answer_waits_for_a_template(self):
        """IE-38: a template that waits for the morning keeps no answer of an agent."""
        contact = self._receive()
        values = {"customer_name": "Hoa", "ticket": "T1"}
        template = self.template._send(values, contact=contact)
        template.next_try_at = fields.Datetime.now() + timedelta(hours=6)
        answer = self._answer(contact).zalo_delivery_ids
        self._send()
        self.assertEqual((template.state, answer.state), ("queued", "sent"))

    def test_who_may_not_write_sends_no_template(self):
        """S2-X2: the account's setting holds for templates too."""
        agent = self._zalo_user("server", "caredesk_zalo.group_agent,caredesk_ticket.group_admin")
        self.account.write({"send_right": "selected", "user_ids": [Command.link(agent.id)]})
        self._receive().partner_id = self.partner
        with self._wizard() as form:
            form.template_id = self.template
        with self.assertRaisesRegex(UserError, "do not let you write"):
            form.record.with_user(agent).sudo(False).action_send()
        self.account.sender_ids = self.env.user
        form.record.action_send()

    def test_wrong_path(self):
        """A place is filled from a field that is there."""
        with self.assertRaises(ValidationError):
            self.name.path = "partner_id.nothing"
        self.name.path = "partner_id.name"
        self.assertEqual(self.template._fill(self.partner)["customer_name"], "")
