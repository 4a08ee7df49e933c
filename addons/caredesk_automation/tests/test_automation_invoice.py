from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .automation_common import MONDAY, AutomationCase

SUNDAY = "2026-03-01 08:00:00"
TEXT = "{{invoice_number}}: {{due_amount}} on {{due_date}}"


@tagged("post_install", "-at_install")
class TestAutomationInvoice(AutomationCase):
    """Invoices that are paid in parts: each part is due on a day of its own."""

    def _staged(self):
        """Return an invoice over 100 of which 30 are due on 2 March and 70 on 1 April."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "30 % and the rest",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": share, "nb_days": days})
                    for share, days in ((30, 29), (70, 59))
                ],
            }
        )
        invoice = self._invoice(False, invoice_payment_term_id=terms.id)
        parts = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        first, second = parts.sorted("date_maturity")
        days = [str(part.date_maturity) for part in (first, second)]
        self.assertEqual(days, ["2026-03-02", "2026-04-01"])
        return invoice, first, second

    def _rule_of_parts(self, **vals):
        text = self._message(subject=TEXT, body_html=f"<p>{TEXT}</p>")
        return self._rule("invoice_due", content_ids=[text], **vals)

    def _subjects(self, rule):
        mails = self._log(rule).message_id
        return [mail.subject.split(": ", 1)[1] for mail in mails.sorted("id")]

    def test_each_part_is_due_on_its_own_day(self):
        """S0-AUT-11, S0-AUT-X6: once for each, and the text names that part."""
        clock = self._freeze(SUNDAY)
        invoice = self._staged()[0]
        rule = self._rule_of_parts()
        for moment in (MONDAY, "2026-04-01 01:00:00"):
            clock.move_to(moment)
            for _time in range(2):
                self._scan_and_run()
        self.assertEqual(self._runs(rule).mapped("res_id"), invoice.ids * 2)
        self.assertSent(rule, self.hoa, self.hoa)
        first, second = self._subjects(rule)
        self.assertRegex(first, r"30\.00.* on 03/02/2026$")
        self.assertRegex(second, r"70\.00.* on 04/01/2026$")

    def test_days_before_and_a_part_partly_paid(self):
        """S0-AUT-11: three days before each part, of what is left of it."""
        clock = self._freeze("2026-02-01 08:00:00")
        invoice, first, _second = self._staged()
        self._take_money(invoice, 10, first)
        rule = self._rule_of_parts(offset_when="before", offset_days=3)
        clock.move_to("2026-02-27 01:00:00")
        self._scan_and_run()
        self.assertRegex(self._subjects(rule)[0], r"20\.00.* on 03/02/2026$")

    def test_part_that_is_paid_is_not_due(self):
        """S0-AUT-11, S0-AUT-X3: nor one paid before a delayed message; the other one is."""
        clock = self._freeze(SUNDAY)
        invoice, first, second = self._staged()
        late = self._rule_of_parts(delay_number=1)
        clock.move_to(MONDAY)
        self._cron("scan")
        self._take_money(invoice, 30, first)
        rule = self._rule_of_parts(offset_when="after", offset_days=1)
        clock.tick(timedelta(days=1))
        self._scan_and_run()
        self.assertRuns(rule)
        self.assertRuns(late, "skipped")
        self.assertIn("paid", self._runs(late).reason)
        clock.move_to("2026-04-03 01:00:00")
        self._scan_and_run()
        self.assertSent(rule, self.hoa)
        self.assertSent(late, self.hoa)
        self._take_money(invoice, 70, second)
        self.assertEqual(invoice.payment_state, "paid")

    def test_day_of_a_part_that_is_moved(self):
        """S0-AUT-11, S0-AUT-X3: nobody hears of a day that is none any more, but of the new."""
        clock = self._freeze(SUNDAY)
        first = self._staged()[1]
        rule = self._rule_of_parts(delay_number=1)
        clock.move_to(MONDAY)
        self._cron("scan")
        first.date_maturity = "2026-03-05"
        clock.move_to("2026-03-03 02:00:00")
        self._scan_and_run()
        self.assertIn("moved", self._runs(rule).reason)
        clock.move_to("2026-03-06 02:00:00")
        self._scan_and_run()
        self.assertRuns(rule, "skipped", "done")

    def test_cycle_ends_with_its_part(self):
        """S0-AUT-X4: who has paid the part is reminded of it no more."""
        clock = self._freeze(SUNDAY)
        invoice, first, _second = self._staged()
        rule = self._rule_of_parts(cycle_on=True, cycle_every_days=2)
        clock.move_to(MONDAY)
        self._scan_and_run()
        self._take_money(invoice, 30, first)
        clock.tick(timedelta(days=3))
        self._scan_and_run()
        self.assertRuns(rule, "done", "skipped")

    def test_text_without_an_occurrence(self):
        """S0-AUT-X6: a preview names the open part that is due first, then the whole."""
        invoice, first, second = self._staged()
        shown = [(str(invoice.caredesk_due_date), invoice.caredesk_due_amount)]
        self._take_money(invoice, 30, first)
        shown.append((str(invoice.caredesk_due_date), invoice.caredesk_due_amount))
        self._take_money(invoice, 70, second)
        shown.append((str(invoice.caredesk_due_date), invoice.caredesk_due_amount))
        self.assertEqual(shown, [("2026-03-02", 30), ("2026-04-01", 70), ("2026-04-01", 0)])
