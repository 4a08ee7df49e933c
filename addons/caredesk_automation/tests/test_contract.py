from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .automation_common import AutomationCase


@tagged("post_install", "-at_install")
class TestContract(AutomationCase):
    """C-33: contracts, their instalments, renewal, end; the care lists built on them."""

    def test_number_and_life(self):
        """C-33: a number of its own; draft, running, closed; impossible steps are refused."""
        contract = self._contract(state="draft")
        self.assertRegex(contract.number, r"^HD/\d{4}/\d{4}$")
        self.assertEqual(contract.display_name, f"{contract.number} Maintenance")
        contract.action_start()
        contract.action_close()
        self.assertEqual(contract.state, "closed")
        with self.assertRaisesRegex(UserError, "not possible"):
            contract.action_cancel()
        with self.assertRaisesRegex(UserError, "Cancel"):
            contract.unlink()
        with self.assertRaises(ValidationError):
            contract.date_end = "2025-01-01"

    def test_user_makes_a_contract(self):
        """C-33: an automation user enters a contract with instalments."""
        user = self._person("clerk", "caredesk_automation.group_automation_user")
        with Form(self.env["caredesk.contract"].with_user(user)) as form:
            form.name = "Care"
            form.partner_id = self.hoa
            form.amount = 100
            with form.installment_ids.new() as line:
                line.name = "All"
                line.due_date = "2026-05-01"
                line.amount = 100
        self.assertEqual(form.record.next_due_date.isoformat(), "2026-05-01")

    def test_renewal(self):
        """C-33: a draft for the same time again, linked; months stay months."""
        contract = self._contract(date_start="2026-01-31", date_end="2026-02-28")
        renewal = self.env["caredesk.contract"].browse(contract.action_renew()["res_id"])
        self.assertEqual(renewal.renewed_from_id, contract)
        self.assertEqual(str(renewal.date_start), "2026-03-01")
        yearly = self._contract()
        again = self.env["caredesk.contract"].browse(yearly.action_renew()["res_id"])
        self.assertEqual((str(again.date_start), str(again.date_end)), ("2027-01-01", "2027-12-31"))
        self.assertEqual((again.state, again.name), ("draft", "Maintenance"))

    def test_expiry(self):
        """C-33, S0-AUT-10: the day after the last day the contract has expired."""
        contract = self._contract(date_end="2026-03-01")
        clock = self._freeze("2026-03-01 16:59:00")  # 23:59 in Hanoi
        self._cron("contract")
        self.assertEqual(contract.state, "running")
        clock.move_to("2026-03-01 17:00:00")
        self._cron("contract")
        self.assertEqual(contract.state, "expired")

    def test_payment_by_hand(self):
        """C-33, S0-AUT-11: due, partly paid, paid, overdue; progress in percent."""
        self._freeze("2026-03-01 08:00:00")
        contract = self._contract()
        first = self._installment(contract)
        second = self._installment(contract, name="Part 2", due_date="2026-02-01")
        self.assertEqual((first.state, second.state), ("due", "overdue"))
        first.paid_amount = 200
        self.assertEqual((first.state, contract.paid_percent), ("partial", 20))
        first.action_pay()
        self.assertEqual((first.state, str(first.paid_date)), ("paid", "2026-03-01"))
        self.assertEqual((contract.paid_amount, contract.paid_percent), (500, 50))
        self.assertEqual(contract.next_due_date, second.due_date)
        with self.assertRaises(ValidationError):
            first.amount = 0

    def test_nearly_paid_is_not_paid(self):
        """C-33, C-39: 99.96 % is not 100 %."""
        contract = self._contract(amount=10_000)
        part = self._installment(contract, amount=10_000, paid_amount=9_996)
        self.assertEqual(contract.paid_percent, 99.9)
        part.action_pay()
        self.assertEqual(contract.paid_percent, 100)

    def test_payment_follows_the_invoice(self):
        """C-33, S0-AUT-11: partly paid, paid, open again when the payment is taken back."""
        contract = self._contract()
        invoice = self._invoice("2026-03-02")
        part = self._installment(contract, invoice_id=invoice.id)
        self.assertEqual((part.payment_state, part.paid_amount), ("due", 0))
        with self.assertRaisesRegex(ValidationError, "follows its invoice"):
            part.action_pay()
        with self.assertRaisesRegex(ValidationError, "«Part 1» follows its invoice"):
            part.paid_amount = 500
        self._take_money(invoice, 40)
        self.assertEqual((part.payment_state, part.paid_amount), ("partial", 200))
        self._take_money(invoice, 60)
        self.assertEqual((part.payment_state, contract.paid_percent), ("paid", 50))
        invoice.line_ids.remove_move_reconcile()
        self.assertEqual((part.payment_state, contract.paid_percent), ("due", 0))

    def test_payment_of_an_invoice_is_not_typed(self):
        """C-33, S0-AUT-11: neither at first nor later, nor with the invoice; by hand without."""
        contract, invoice = self._contract(), self._invoice("2026-03-02")
        seller = self._person("seller", "sales_team.group_sale_salesman")
        contract.user_id = seller
        with self.assertRaisesRegex(ValidationError, "follows its invoice"):
            self._installment(contract, invoice_id=invoice.id, paid_amount=500)
        part = self._installment(contract, paid_amount=100)
        self.assertFalse(part.follows_invoice)
        with self.assertRaisesRegex(ValidationError, "follows its invoice"):
            part.write({"invoice_id": invoice.id, "paid_amount": 500})
        part.write({"invoice_id": invoice.id, "paid_amount": 0})
        theirs = part.with_user(seller)
        self.assertTrue(theirs.follows_invoice)
        with self.assertRaisesRegex(ValidationError, "follows its invoice"):
            theirs.paid_amount = 500
        theirs.paid_date = "2026-03-02"
        with (
            Form(contract) as form,
            form.installment_ids.edit(0) as line,
            self.assertRaisesRegex(AssertionError, "readonly"),
        ):
            line.paid_amount = 500
        part.write({"invoice_id": False, "paid_amount": 500})
        self.assertEqual(part.payment_state, "paid")

    def test_smart_button(self):
        """C-33, S0-GEN-01: contracts of the customer and its contacts stand on its form."""
        firm = self._customer("Firm", is_company=True)
        person = self._customer("Person", parent_id=firm.id)
        contracts = self._contract(firm) | self._contract(person)
        self.assertEqual(firm.caredesk_contract_count, 2)
        action = firm.action_caredesk_contracts()
        self.assertEqual(self.env["caredesk.contract"].search(action["domain"]), contracts)

    # === CARE LISTS ===

    def test_birthdays_of_a_month_in_order(self):
        """S1-X1: birthdays this month by day, with send buttons."""
        partners = self.env["res.partner"]
        for name, day in (("C", "1980-07-31"), ("A", "2001-07-01"), ("B", "1999-07-15")):
            self._customer(name, birthday=day)
        self._customer("August", birthday="1999-08-01")
        found = partners.search(
            [("birthday_key", ">=", 700), ("birthday_key", "<", 800), ("name", "in", list("ABC"))],
            order="birthday_key",
        )
        self.assertEqual(found.mapped("name"), ["A", "B", "C"])
        self.assertEqual(found.action_caredesk_send_sms()["context"]["default_channel"], "sms")
        mail = found.action_caredesk_send_mail()
        self.assertEqual(mail["context"]["default_partner_ids"], found.ids)

    def test_contracts_and_warranties_ending(self):
        """S1-X1: contracts and warranties that end within 30 days, the next one first."""
        self._freeze("2026-03-01 08:00:00")
        soon = self._contract(date_end="2026-03-20")
        sooner = self._contract(date_end="2026-03-05")
        warranty = self._contract(date_end="2026-03-05", kind="warranty")
        self._contract(date_end="2026-06-05")
        ending = [("state", "=", "running"), ("date_end", ">=", "today"),
                  ("date_end", "<=", "today +30d"), ("partner_id", "=", self.hoa.id)]  # fmt: skip
        contracts = self.env["caredesk.contract"]
        found = contracts.search([*ending, ("kind", "=", "contract")])
        self.assertEqual(found, sooner | soon)
        self.assertEqual(found.mapped("days_left"), [4, 19])
        self.assertEqual(contracts.search([*ending, ("kind", "=", "warranty")]), warranty)
        self.assertEqual(soon.action_send_sms()["context"]["default_partner_ids"], self.hoa.ids)
