from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import SurveyCase


@tagged("post_install", "-at_install")
class TestRequest(SurveyCase):
    """Customers are invited when their tickets are done: once, and not too often."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls._survey({"caredesk_type": "stars"}, kind="csat")
        cls.support.completion_survey_id = cls.survey
        cls.requests = cls.env["caredesk.survey.request"]

    def _done(self, **vals):
        values = {"partner_id": self.customer.id, "email_from": self.customer.email, **vals}
        return self._held_ticket(self.an, "done", **values)

    def _request(self, ticket):
        return self.requests.search([("ticket_id", "=", ticket.id)])

    def _mail_of(self, entry):
        mails = self.env["mail.mail"].sudo()
        return mails.search([("model", "=", "survey.user_input"), ("res_id", "=", entry.id)])

    def test_customer_is_invited_by_mail_once(self):
        """S4-CSAT-03, S0-SVY-02, IE-22: done, invited by the queue with a link of his own."""
        ticket = self._done()
        request = self._request(ticket)
        self.assertEqual(request.state, "pending", "nothing is sent while somebody waits")
        self._run_cron("ir_cron_request")
        entry = request.user_input_id
        self.assertEqual((request.state, entry.ticket_id), ("sent", ticket))
        self.assertEqual((entry.partner_id, entry.survey_id), (self.customer, self.survey))
        mail = self._mail_of(entry)
        self.assertEqual((mail.state, mail.email_to), ("outgoing", "tu@customer.test"))
        self.assertIn(entry.access_token, mail.body_html)
        self.assertGreater(entry.deadline, fields.Datetime.now() + timedelta(days=13))
        ticket.action_reopen()
        ticket.with_user(self.an).action_start()
        ticket.with_user(self.an).action_complete(result="Again")
        self._run_cron("ir_cron_request")
        self.assertEqual(len(self.survey.user_input_ids), 1, "once per ticket")

    def test_invitation_carries_no_words_of_a_stranger(self):
        """IE-22, S4-ARP-02: what was typed into the public form is not mailed on."""
        typed = {"channel": "website", "name": "Cheap watches"}
        for vals, is_told in ((typed, False), ({"name": "Máy in"}, True)):
            ticket = self._done(**vals)
            self.requests.search([("ticket_id", "!=", ticket.id)]).unlink()
            self._run_cron("ir_cron_request")
            body = self._mail_of(self._request(ticket).user_input_id).body_html
            self.assertIn(ticket.number, body)
            for text in (ticket.name, self.customer.name):
                (self.assertIn if is_told else self.assertNotIn)(text, body)

    def test_survey_of_the_type_comes_first(self):
        """S4-CSAT-03: per type, or else per group."""
        other = self._survey({"caredesk_type": "nps"}, kind="nps")
        self.usage.completion_survey_id = other
        self.assertEqual(self._request(self._done()).survey_id, other)

    def test_survey_in_place_of_the_faces(self):
        """S4-CSAT-03: a customer who gets the survey is not asked by faces too."""
        self.support.rating_moment = "done"
        ticket = self._done()
        self.assertTrue(ticket.rating_pending)
        ticket._ask_for_rating()
        asked = self.env["caredesk.rating.request"].search([("ticket_id", "=", ticket.id)])
        self.assertFalse(asked)

    def test_not_too_often(self):
        """S4-CSAT-03: a second ticket within the pause invites nobody; after it, it does."""
        clock = self._freeze()
        self._done()
        self._run_cron("ir_cron_request")
        second = self._done()
        self._run_cron("ir_cron_request")
        self.assertEqual(self._request(second).state, "skipped")
        self.assertIn("not long ago", self._request(second).reason)
        clock.tick(timedelta(days=31))
        third = self._done()
        self._run_cron("ir_cron_request")
        self.assertEqual(self._request(third).state, "sent")

    def test_address_that_became_a_contact(self):
        """S4-CSAT-03: who was invited as a mere address is left alone as a contact too."""
        by_mail = self._done(partner_id=False, email_from="New One <new@customer.test>")
        self.assertFalse(by_mail.partner_id)
        self._run_cron("ir_cron_request")
        self.assertEqual(self._request(by_mail).state, "sent")
        contact = self.customer.copy({"email": "New@customer.test"})
        second = self._done(partner_id=contact.id, email_from=False)
        third = self._done(email_from="new@customer.test")
        self._run_cron("ir_cron_request")
        for ticket in (second, third):
            self.assertEqual(self._request(ticket).state, "skipped")
            self.assertIn("not long ago", self._request(ticket).reason)

    def _invite_by_hand(self, survey, **vals):
        action = survey.with_user(self.maker).action_send_survey()
        dialogs = self.env["survey.invite"].with_user(self.maker).with_context(**action["context"])
        dialogs.create({"partner_ids": [Command.set(self.customer.ids)], **vals}).action_invite()

    def test_invited_by_hand_is_left_alone_too(self):
        """S4-CSAT-03: what a colleague sent counts for the pause; people are never held back."""
        clock = self._freeze()
        self._invite_by_hand(self._survey({"caredesk_type": "nps"}, kind="nps"))
        ticket = self._done()
        self._run_cron("ir_cron_request")
        self.assertEqual(self._request(ticket).state, "skipped")
        noted = self.requests.search(
            [("partner_id", "=", self.customer.id), ("by_hand", "=", True)]
        )
        self.assertEqual((noted.state, noted.ticket_id.id), ("sent", False))
        self._invite_by_hand(self.survey)
        self.assertEqual(len(self.survey.user_input_ids), 1, "by hand one may invite again")
        clock.tick(timedelta(days=31))
        later = self._done()
        self._run_cron("ir_cron_request")
        self.assertEqual(self._request(later).state, "sent")

    def test_employees_are_no_customers(self):
        """S4-CSAT-03: sharing a survey of employees keeps no customer from being asked."""
        survey = self._survey({"caredesk_type": "stars"}, kind="employee")
        self._invite_by_hand(survey)
        self.assertFalse(self.requests.search([("survey_id", "=", survey.id)]))

    def test_pause_of_zero_is_none(self):
        """S4-CSAT-03: a setting of 0 days is kept, not taken for the default."""
        settings = self.env["res.config.settings"].create({"caredesk_survey_pause_days": 0})
        settings.set_values()
        self.assertEqual(settings.create({}).caredesk_survey_pause_days, 0)
        self._done()
        self._run_cron("ir_cron_request")
        second = self._done()
        self._run_cron("ir_cron_request")
        self.assertEqual(self._request(second).state, "sent")

    def test_address_of_the_ticket(self):
        """S0-SVY-02: a customer without address is invited at the one that wrote the ticket."""
        self.customer.email = False
        ticket = self._done(email_from="desk@customer.test")
        self._run_cron("ir_cron_request")
        entry = self._request(ticket).user_input_id
        self.assertEqual(self._mail_of(entry).email_to, "desk@customer.test")

    def test_reopened_before_it_was_sent(self):
        """S4-CSAT-03: work that goes on is not asked about; done again, it is."""
        ticket = self._done()
        ticket.action_reopen()
        self.assertFalse(self._request(ticket))
        ticket.with_user(self.an).action_start()
        ticket.with_user(self.an).action_complete(result="Now")
        self._run_cron("ir_cron_request")
        self.assertEqual(self._request(ticket).state, "sent")

    def test_sms_where_there_is_no_address(self):
        """S0-SVY-02, IE-19: an SMS with the link is queued for who has a phone number only."""
        self.env.company.country_id = self.env.ref("base.vn")
        self.customer.write({"email": False, "phone": "0912345678"})
        ticket = self._done(email_from=False)
        self._run_cron("ir_cron_request")
        entry = self._request(ticket).user_input_id
        sms = self.env["sms.sms"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((sms.number, sms.state), ("+84912345678", "outgoing"))
        self.assertIn(entry.access_token, sms.body)

    def test_left_alone_who_asked_for_it(self):
        """IE-25: blacklisted addresses get nothing, and it is said why."""
        self.env["mail.blacklist"]._add(self.customer.email)
        ticket = self._done()
        self._run_cron("ir_cron_request")
        self.assertEqual(self._request(ticket).state, "skipped")
        self.assertFalse(self.survey.user_input_ids)

    def test_one_failing_does_not_stop_the_others(self):
        """IE-25: the next customer is invited, and what failed is not tried for ever."""
        broken, ticket = self._done(), self._done(partner_id=self.hoa.partner_id.id)
        self._request(broken).survey_id = self._survey(kind="csat")
        self._request(broken).survey_id.action_archive()
        self._run_cron("ir_cron_request")
        self.assertEqual(self._request(broken).state, "skipped")
        self.assertNotEqual(self._request(ticket).state, "pending")

    def test_score_on_ticket_and_customer(self):
        """S0-SVY-02, S4-CSAT-03: what was answered shows on the ticket and on the customer."""
        ticket = self._done()
        self._run_cron("ir_cron_request")
        self._fill(self._request(ticket).user_input_id, 4)
        self.assertEqual((ticket.survey_done_count, ticket.survey_score), (1, 80))
        self.assertEqual(ticket.with_user(self.an).survey_score, 80)
        customer = self.customer.with_user(self.maker)
        self.assertEqual(customer.caredesk_survey_score, 80)

    def test_latest_score_is_of_what_was_answered_last(self):
        """S0-SVY-02: not of the invitation that was sent last."""
        clock = self._freeze()
        first, second = self._entry(self.survey), self._entry(self.survey)
        for entry, stars in ((second, 5), (first, 2)):
            clock.tick(timedelta(hours=1))
            self._fill(entry, stars)
        customer = self.customer.with_user(self.maker)
        self.assertEqual((customer.caredesk_survey_count, customer.caredesk_survey_score), (2, 40))

    def test_groups_without_survey_ask_nothing(self):
        """S4-CSAT-03: no setting, no row."""
        self.support.completion_survey_id = False
        self.assertFalse(self._request(self._done()))
