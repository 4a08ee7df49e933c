from ast import literal_eval

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .automation_common import AutomationCase


@tagged("post_install", "-at_install")
class TestContractBounds(AutomationCase):
    """What contracts keep and when they end; the care lists as their menus open them."""

    # === CONTRACTS ===

    def test_renewal_keeps_whom_and_how_much(self):
        """C-33: with the same people for the same money; called off, it may be made anew."""
        an = self._customer("An", parent_id=self.hoa.id)
        contract = self._contract(contact_id=an.id, user_id=self.mai.id, description="<p>Yes</p>")
        self._installment(contract)
        renewal = contract.browse(contract.action_renew()["res_id"])
        self.assertFalse(renewal.installment_ids, "their days are over")
        kept = ("partner_id", "contact_id", "user_id", "amount", "currency_id", "description")
        for name in (*kept, "company_id", "kind"):
            with self.subTest(name):
                self.assertEqual(renewal[name], contract[name])
        renewal.action_cancel()
        again = contract.browse(contract.action_renew()["res_id"])
        self.assertEqual((again.state, again == renewal), ("draft", False))

    def test_only_what_was_called_off_becomes_a_draft(self):
        """C-33: a contract in force stays so; a draft cannot be ended."""
        contract = self._contract()
        with self.assertRaisesRegex(UserError, "not possible"):
            contract.action_reset()
        contract.action_cancel()
        contract.action_reset()
        self.assertEqual(contract.state, "draft")
        with self.assertRaisesRegex(UserError, "not possible"):
            contract.action_close()

    def test_each_company_has_its_own_last_day(self):
        """C-33, IE-47: in Kiritimati it is tomorrow already, in Hanoi it is not."""
        self._freeze("2026-03-01 11:00:00")
        far = self.env["res.company"].create({"name": "Far"})
        far.partner_id.tz = "Pacific/Kiritimati"
        theirs = self._contract(date_end="2026-03-01", company_id=far.id)
        ours = self._contract(date_end="2026-03-01")
        self._cron("contract")
        self.assertEqual((theirs.state, ours.state), ("expired", "running"))

    def test_amount_of_the_order(self):
        """C-33: a contract that is written for an order begins with its amount."""
        product = self.env["product.product"].create({"name": "Care", "taxes_id": False})
        line = {"product_id": product.id, "price_unit": 250, "tax_ids": False}
        order = self.env["sale.order"].create(
            {"partner_id": self.hoa.id, "order_line": [Command.create(line)]}
        )
        seller = self._person("seller", "sales_team.group_sale_salesman_all_leads")
        with Form(self.env["caredesk.contract"].with_user(seller)) as form:
            form.name = "Care"
            form.partner_id = self.hoa
            form.order_id = order
        self.assertEqual(form.record.amount, 250)

    # === PAYMENT ===

    def test_share_without_an_amount(self):
        """C-33, C-39: a contract that names none is worth its instalments."""
        contract = self._contract(amount=0)
        self._installment(contract, paid_amount=500)
        self._installment(contract)
        self.assertEqual(contract.paid_percent, 50)

    def test_paid_on_its_day(self):
        """C-33: on the day it is not late yet; taken back, the day of the payment goes as well."""
        self._freeze("2026-03-02 03:00:00")
        part = self._installment(self._contract(), due_date="2026-03-02")
        self.assertEqual(part.state, "due")
        part.action_pay()
        self.assertEqual((part.state, str(part.paid_date)), ("paid", "2026-03-02"))
        part.paid_amount = 0
        self.assertEqual((part.state, part.paid_date), ("due", False))

    def test_invoice_that_was_taken_back(self):
        """C-33, S0-AUT-11: nothing is left to pay of it, and nothing was paid."""
        invoice = self._invoice("2026-03-02")
        part = self._installment(self._contract(), invoice_id=invoice.id)
        invoice._reverse_moves([{"invoice_date": fields.Date.to_date("2026-02-02")}], cancel=True)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual((part.payment_state, part.paid_amount), ("due", 0))

    def test_only_open_invoices_are_reminded_of(self):
        """S0-AUT-11: what is left to pay, but not what was paid, nor a credit note of ours."""
        unpaid, partly, paid = (self._invoice("2026-03-02") for _number in range(3))
        self._pay(partly, 40)
        self._pay(paid, 100)
        line = {"name": "Back", "price_unit": 5, "tax_ids": False}
        line["account_id"] = paid.invoice_line_ids.account_id.id
        note = {"move_type": "out_refund", "partner_id": self.hoa.id, "invoice_date": "2026-02-01"}
        note |= {"invoice_date_due": "2026-03-02"}
        note["invoice_line_ids"] = [Command.create(line)]
        self.env["account.move"].create(note).action_post()
        clock = self._freeze("2026-03-01 08:00:00")
        rule = self._rule("invoice_due")
        clock.move_to("2026-03-02 01:00:00")
        self._cron("scan")
        self.assertEqual(set(self._runs(rule).mapped("res_id")), {unpaid.id, partly.id})

    def _pay(self, invoice, amount):
        """Enter money for an invoice into the books, as from a bank statement."""
        owed = invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        got = {"account_id": invoice.invoice_line_ids.account_id.id, "debit": amount}
        given = {"account_id": owed.account_id.id, "partner_id": invoice.partner_id.id}
        lines = [got, {**given, "credit": amount}]
        entry = self.env["account.move"].create(
            {"line_ids": [Command.create(line) for line in lines]}
        )
        entry.action_post()
        (owed + entry.line_ids[1]).reconcile()

    # === CARE LISTS ===

    def _listed(self, name, search, view):
        """Return what a menu of care lists shows, in its order, without who came with the demo.

        :param search: the search view with its filters
        :param view: the list view with its order and buttons
        """
        action, own = self.env.ref(f"caredesk_automation.{name}"), "caredesk_automation."
        filters = etree.fromstring(self.env.ref(own + search).arch)
        today = fields.Date.to_date("2026-03-01")
        domain = literal_eval(action.domain or "[]")
        for key in literal_eval(action.context):
            if key.startswith("search_default_"):
                found = filters.find(f".//filter[@name='{key.removeprefix('search_default_')}']")
                domain += safe_eval(found.get("domain"), {"context_today": lambda: today})
        records = self.env[action.res_model].with_context(tz="Asia/Ho_Chi_Minh")
        arch = records.get_view(self.env.ref(own + view).id, "list")["arch"]
        order = etree.fromstring(arch).get("default_order")
        found = records.search(domain, order=order)
        return [record.name for record in found if record.name.startswith("CL ")]

    def test_contracts_and_warranties_as_listed(self):
        """S1-X1, C-33: in force, not renewed, ending within 30 days, the next one first."""
        self._freeze("2026-03-01 08:00:00")
        for name, vals in (
            ("CL on the 31st", {"date_end": "2026-03-31"}),
            ("CL late", {"date_end": "2026-04-01"}),
            ("CL today", {"date_end": "2026-03-01"}),
            ("CL over", {"date_end": "2026-02-28"}),
            ("CL draft", {"date_end": "2026-03-05", "state": "draft"}),
            ("CL pump", {"date_end": "2026-03-07", "kind": "warranty"}),
        ):
            self._contract(name=name, **vals)
        renewed = self._contract(name="CL renewed", date_end="2026-03-09")
        renewed.browse(renewed.action_renew()["res_id"]).action_start()
        views = ("caredesk_contract_view_search", "caredesk_contract_view_list")
        found = self._listed("caredesk_contract_action_ending", *views)
        self.assertEqual(found, ["CL today", "CL on the 31st"])
        self.assertEqual(self._listed("caredesk_contract_action_warranty", *views), ["CL pump"])

    def test_birthdays_as_listed(self):
        """S1-X1: those of this month, by day, whatever the year."""
        self._freeze("2026-03-01 08:00:00")
        for day in ("2000-03-31", "1990-03-01", "1980-03-15", "1990-04-01", "1990-02-28"):
            self._customer(f"CL {day}", birthday=day)
        views = ("caredesk_automation_partner_view_search", "caredesk_automation_partner_view_list")
        found = self._listed("caredesk_automation_partner_action_birthday", *views)
        self.assertEqual(found, ["CL 1990-03-01", "CL 1980-03-15", "CL 2000-03-31"])

    def test_silent_customers_as_listed(self):
        """S1-X1, C-25: the longest silent first; people of a company are not listed besides it."""
        self._freeze("2026-03-01 08:00:00")
        days = {"90 days": "2025-12-01", "longer": "2025-10-01", "89 days": "2025-12-02"}
        for name, day in days.items():
            self._customer(f"CL {name}").caredesk_last_contact = day
        child = self._customer("CL child", parent_id=self.hoa.id)
        child.caredesk_last_contact = "2025-10-02"
        found = self._listed(
            "caredesk_automation_partner_action_silent",
            "caredesk_automation_partner_view_search",
            "caredesk_automation_partner_view_list_silent",
        )
        self.assertEqual(found, ["CL longer", "CL 90 days"])

    def test_lists_in_the_menu(self):
        """S1-X1, S0-AUT-05: Marketing leads to each of them."""
        lists = self.env.ref("caredesk_automation.caredesk_automation_menu_lists")
        names = ("partner_action_birthday", "partner_action_silent")
        actions = {f"caredesk_automation.caredesk_automation_{name}" for name in names}
        names = ("ending", "warranty")
        actions |= {f"caredesk_automation.caredesk_contract_action_{name}" for name in names}
        self.assertEqual({menu.action.xml_id for menu in lists.child_id}, actions)

    def test_lists_have_their_buttons(self):
        """S1-X1: SMS and e-mail to the chosen ones, on each care list."""
        for view, wanted in (
            ("caredesk_automation_partner_view_list", "action_caredesk_send_"),
            ("caredesk_automation_partner_view_list_silent", "action_caredesk_send_"),
            ("caredesk_contract_view_list", "action_send_"),
        ):
            view = self.env.ref(f"caredesk_automation.{view}")
            arch = etree.fromstring(self.env[view.model].get_view(view.id, "list")["arch"])
            buttons = {button.get("name") for button in arch.findall("./header/button")}
            with self.subTest(view.name):
                self.assertLessEqual({f"{wanted}sms", f"{wanted}mail"}, buttons)
