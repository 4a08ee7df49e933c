from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .rating_common import RatingMixin


@tagged("post_install", "-at_install")
class TestRatingRequest(RatingMixin, TransactionCase):
    def _stage(self, **vals):
        return self.env["caredesk.ticket.stage"].create(
            {
                "name": "Ask",
                "state": "in_progress",
                "asks_rating": True,
                "group_ids": [Command.link(self.support.id)],
                **vals,
            }
        )

    # === WHEN ===

    def test_asked_once_when_done(self):
        """S4-CSAT-03: the thank-you mail goes out by the cron when the ticket is done, once."""
        self.assertTrue(self.ticket.rating_pending)
        with self.enter_registry_test_mode():
            self.env.ref("caredesk_ticket.ir_cron_rating_request").method_direct_trigger()
        self.env.invalidate_all()
        mail = self._rating_mails()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.email_to, "tu@example.com")
        self.assertIn("'Auto-Submitted'", mail.headers)
        self.assertFalse(self.ticket.rating_pending)
        self.ticket.with_user(self.an).action_reopen()
        self.ticket.with_user(self.an).action_start()
        self.ticket.with_user(self.an).action_complete(result="Again")
        self._ask()
        self.assertEqual(len(self._rating_mails()), 1, "once per ticket, however often it is done")

    def test_a_second_worker_asks_nobody_again(self):
        """S4-CSAT-03: the database takes one request for a ticket, whoever tries."""
        requests = self.env["caredesk.rating.request"]
        self.assertTrue(requests._claim(self.ticket, "tu@example.com"))
        self.assertFalse(requests._claim(self.ticket, "tu@example.com"))
        self._ask()
        self.assertFalse(self._rating_mails())

    def test_never(self):
        """S4-CSAT-03: a group that does not ask writes nothing."""
        self.support.rating_moment = "never"
        ticket = self._done()
        self.assertFalse(ticket.rating_pending)

    def test_not_before_the_quality_check(self):
        """S4-CSAT-03: where completed tickets are checked first, the customer is asked after."""
        self.support.quality_check = True
        ticket = self._done()
        self.assertFalse(ticket.rating_pending)
        ticket.with_user(self.binh).action_check(True, True)
        self.assertTrue(ticket.rating_pending)

    def test_in_a_marked_stage(self):
        """S4-CSAT-03: a group can ask in a stage of its own instead of at the end."""
        self.support.rating_moment = "stage"
        stage = self._stage()
        ticket = self._held_ticket(self.an, "in_progress", partner_id=self.customer.id)
        ticket.with_user(self.an).stage_id = stage
        self.assertTrue(ticket.rating_pending)
        self._ask()
        self.assertEqual(len(self._rating_mails(ticket)), 1)
        self.assertTrue(ticket._rating_open_until(), "the link works before the ticket is done")
        ticket.with_user(self.an).action_complete(result="Fixed")
        self.assertFalse(ticket.rating_pending)

    def test_what_is_over_is_not_asked(self):
        """S4-CSAT-03: no question about a ticket that was reopened before the mail went out."""
        self.ticket.with_user(self.an).action_reopen()
        self._ask()
        self.assertFalse(self._rating_mails())
        self.assertFalse(self.ticket.rating_pending)

    # === WHOM ===

    def test_nobody_a_machine_may_write_to(self):
        """S4-CSAT-03: no mail without an address, nor to whoever only claims to be one of us."""
        nobody = self._done(partner_id=False)
        self.assertFalse(nobody.rating_pending)
        self.ticket._own_code().write({"mail_unverified": True})
        self._ask()
        self.assertFalse(self._rating_mails())

    def test_pause_between_requests(self):
        """S4-CSAT-03: with a pause set, one address is not asked about each of its tickets."""
        self.env["ir.config_parameter"].set_param("caredesk_ticket.rating_pause_days", "7")
        other = self._done()
        self._ask()
        self.assertEqual(len(self._rating_mails() + self._rating_mails(other)), 1)
        requests = self.env["caredesk.rating.request"].search([])
        self.env.cr.execute(
            "UPDATE caredesk_rating_request SET create_date = %s WHERE id = ANY(%s)",
            [fields.Datetime.now() - timedelta(days=8), requests.ids],
        )
        requests.invalidate_recordset()
        later = self._done()
        self._ask()
        self.assertEqual(len(self._rating_mails(later)), 1)

    def test_one_failure_stops_nobody(self):
        """S4-CSAT-03: a template that breaks on one ticket does not keep the others waiting."""
        broken = self._group("Broken", self.binh)
        bad = self._done(self.binh, group_id=broken.id)
        broken.rating_template_id = self.env["mail.template"].create(
            {
                "name": "Broken",
                "model_id": self.env["ir.model"]._get_id("caredesk.ticket"),
                "body_html": f"<t t-out='1 / (object.id - {bad.id})'/>",
            }
        )
        muted = (
            "odoo.addons.caredesk_ticket.models.caredesk_ticket_notice",
            "odoo.addons.mail.models.mail_render_mixin",
        )
        with mute_logger(*muted):
            self._ask()
        self.assertFalse(self._rating_mails(bad))
        self.assertEqual(len(self._rating_mails()), 1)

    # === THE MAIL ===

    def test_mail_speaks_the_customers_language_and_links_the_page(self):
        """S4-CSAT-02: the standard template, in the customer's language, a link for each face."""
        self.env["res.lang"]._activate_lang("vi_VN")
        self.customer.lang = "vi_VN"
        template = self.env.ref("caredesk_ticket.mail_template_rating")
        template.with_context(lang="vi_VN").subject = "Anh/chị có hài lòng? {{ object.number }}"
        self._ask()
        mail = self._rating_mails()
        self.assertEqual(mail.subject, f"Anh/chị có hài lòng? {self.ticket.number}")
        for rate in (1, 3, 5):
            self.assertIn(self.ticket._rating_url(rate), mail.body_html)

    def test_each_group_can_have_its_own_template(self):
        """S4-CSAT-02: the thank-you mail can be edited, and replaced for a group."""
        template = self.env.ref("caredesk_ticket.mail_template_rating").copy(
            {"subject": "Cảm ơn {{ object.number }}"}
        )
        self.support.rating_template_id = template
        self._ask()
        self.assertEqual(self._rating_mails().subject, f"Cảm ơn {self.ticket.number}")

    def test_the_link_is_not_in_the_conversation(self):
        """S4-CSAT-03: who reads the ticket finds that the customer was asked, not his link."""
        self._ask()
        bodies = " ".join(self.ticket.message_ids.mapped("body"))
        self.assertNotIn("/support/rate/", bodies)
        self.assertIn("asked how satisfied", bodies)

    # === REMINDER ===

    def _move_reminder(self):
        request = self.env["caredesk.rating.request"].search([("ticket_id", "=", self.ticket.id)])
        request.remind_at = fields.Datetime.now() - timedelta(minutes=1)
        return request

    def test_reminded_once(self):
        """S4-CSAT-03: who has not answered after the days of his group is reminded, once."""
        self._ask()
        requests = self.env["caredesk.rating.request"]
        requests._remind_due()
        self.assertEqual(len(self._rating_mails()), 1, "not before its day")
        request = self._move_reminder()
        requests._remind_due()
        self.assertEqual(len(self._rating_mails()), 2)
        self.assertTrue(request.reminded_at)
        self.assertFalse(request.remind_at)
        requests._remind_due()
        self.assertEqual(len(self._rating_mails()), 2)

    def test_no_reminder_after_the_answer_or_without_the_setting(self):
        """S4-CSAT-03: nobody who has rated is reminded; 0 days means never."""
        self._ask()
        self._move_reminder()
        self.ticket._rate(5)
        self.env["caredesk.rating.request"]._remind_due()
        self.assertEqual(len(self._rating_mails()), 1)
        self.support.rating_reminder_days = 0
        other = self._done()
        self._ask()
        request = self.env["caredesk.rating.request"].search([("ticket_id", "=", other.id)])
        self.assertTrue(request)
        self.assertFalse(request.remind_at)
        with self.assertRaises(ValidationError):
            self.support.rating_reminder_days = -1
