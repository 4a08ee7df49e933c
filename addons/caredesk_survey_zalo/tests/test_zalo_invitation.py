from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.caredesk_survey.tests.common import SurveyMixin
from odoo.addons.caredesk_zalo.tests.common import ZaloMixin


@tagged("post_install", "-at_install")
class TestZaloInvitation(ZaloMixin, SurveyMixin, TransactionCase):
    """Customers are invited to surveys in their Zalo conversation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls._survey({"caredesk_type": "stars"}, kind="csat", invite_channel="zalo")
        cls.support.completion_survey_id = cls.survey

    def setUp(self):
        super().setUp()
        self.contact = self._receive()
        self.contact.partner_id = self.customer

    def _request(self):
        """Return what came of asking the customer of a ticket that was just done."""
        ticket = self._held_ticket(
            self.an, "done", partner_id=self.customer.id, email_from=self.customer.email
        )
        self._run_cron("ir_cron_request")
        return self.env["caredesk.survey.request"].search([("ticket_id", "=", ticket.id)])

    def _mails(self, entry):
        mails = self.env["mail.mail"].sudo()
        return mails.search([("model", "=", entry._name), ("res_id", "=", entry.id)])

    def _dialog(self):
        action = self.survey.with_user(self.maker).action_send_survey()
        dialogs = self.env["survey.invite"].with_user(self.maker).with_context(**action["context"])
        return dialogs.create(
            {"partner_ids": [Command.set(self.customer.ids)], "caredesk_channel": "zalo"}
        )

    def test_invited_in_the_conversation(self):
        """IE-19, S0-SVY-02: the link goes by Zalo to who wrote lately, and by nothing else."""
        request = self._request()
        entry = request.user_input_id
        self.assertEqual(request.state, "sent")
        self.assertIn(entry.access_token, self._texts(self.contact))
        self.assertFalse(self._mails(entry))
        self._send()
        said = [message for message in self.world.messages if message.by == "api"][-1]
        self.assertIn(entry.access_token, said.body["text"])

    def test_invited_where_he_writes(self):
        """IE-19, IE-40: of somebody known twice the conversation in which he wrote counts."""
        self.contact.create(
            {
                "name": "Never wrote",
                "oa_id": self.account.id,
                "zalo_user_id": "77",
                "partner_id": self.customer.id,
            }
        )
        entry = self._request().user_input_id
        self.assertIn(entry.access_token, self._texts(self.contact))

    def test_by_mail_after_the_window(self):
        """IE-19: when Zalo takes no message any more, the e-mail goes instead."""
        self.contact.last_customer_at = fields.Datetime.to_datetime("2026-01-01")
        entry = self._request().user_input_id
        self.assertIn(entry.access_token, self._mails(entry).body_html)
        self.assertNotIn(entry.access_token, self._texts(self.contact))

    def test_by_mail_when_zalo_refuses_it_later(self):
        """IE-19: what Zalo does not take when it leaves goes by e-mail, once; if not answered."""
        entry = self._request().user_input_id
        row = entry.zalo_message_id
        self.assertIn(entry.access_token, row.text)
        for _try in range(2):  # an agent sends it again, and Zalo refuses it again
            row._fail("Người dùng đã chặn", -244)
            self.assertEqual(len(self._mails(entry)), 1)
        self.assertIn(entry.access_token, self._mails(entry).body_html)

    def test_nothing_left_when_zalo_refuses_it_later(self):
        """IE-19: who got nothing was not invited: the pause does not count for him."""
        request = self._request()
        entry = request.user_input_id
        self.customer.write({"email": False, "phone": False})
        entry.email = False
        entry.zalo_message_id._fail("Người dùng đã chặn", -244)
        self.assertEqual(request.state, "skipped")
        self.assertTrue(request.reason)

    def test_no_mail_to_who_has_answered(self):
        """IE-19: who answers by the link of a message said to have failed is not asked again."""
        entry = self._request().user_input_id
        entry._mark_in_progress()
        entry.zalo_message_id._fail("Người dùng đã chặn", -244)
        self.assertFalse(self._mails(entry))

    def test_by_mail_without_zalo(self):
        """IE-19: somebody else's conversation is not written into."""
        self.contact.partner_id = False
        entry = self._request().user_input_id
        self.assertTrue(self._mails(entry))
        self.assertNotIn(entry.access_token, self._texts(self.contact))

    def test_dialog(self):
        """IE-19: a survey manager, no agent of Zalo, invites by it."""
        self._dialog().action_invite()
        entry = self.survey.user_input_ids
        self.assertEqual(entry.partner_id, self.customer)
        self.assertIn(entry.access_token, self._texts(self.contact))

    def test_dialog_says_who_cannot_be_reached(self):
        """IE-19: nobody believes that an invitation went out which did not."""
        self.contact.last_customer_at = fields.Datetime.to_datetime("2026-01-01")
        with self.assertRaisesRegex(UserError, "Customer Tư"):
            self._dialog().action_invite()
