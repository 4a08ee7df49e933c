from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .automation_common import MONDAY, AutomationCase


@tagged("post_install", "-at_install")
class TestContractRenewal(AutomationCase):
    """Renewed contracts, and what customers are reminded of."""

    def test_renewed_is_not_reminded(self):
        """C-33, S0-AUT-10: who has a renewal in force is not asked for one."""
        clock = self._freeze("2026-03-01 08:00:00")
        contract = self._contract(date_end="2026-03-12")
        rule = self._rule("contract_end", offset_when="before", offset_days=10)
        action = contract.action_renew()
        renewal = contract.browse(action["res_id"])
        self.assertFalse(contract.is_renewed, "a draft is not agreed on")
        self.assertEqual(contract.action_renew()["res_id"], renewal.id, "no second draft")
        renewal.action_start()
        self.assertTrue(contract.is_renewed)
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule)
        self.assertRuns(rule)

    def test_end_beyond_the_calendar(self):
        """C-33: what ends in the year 9999 cannot be renewed, and that is said."""
        contract = self._contract(date_end="9999-12-30")
        with self.assertRaisesRegex(UserError, "too late"):
            contract.action_renew()

    def test_contact_of_another_customer(self):
        """C-33, S0-AUT-X5: another customer's contact would get the reminders."""
        an = self._customer("An", parent_id=self.hoa.id)
        contract = self._contract(contact_id=an.id)
        lan = self._customer("Lan")
        with Form(contract) as form:
            form.partner_id = lan
            self.assertFalse(form.contact_id)
        with self.assertRaisesRegex(ValidationError, "no contact of Lan"):
            contract.contact_id = an
        with self.assertRaisesRegex(ValidationError, "not negative"):
            contract.amount = -1

    def test_reminder_names_what_is_left_to_pay(self):
        """S0-AUT-11, S0-AUT-X6: of an instalment partly paid the rest."""
        line = self._installment(self._contract(), amount=18, paid_amount=6)
        merge = self.env["caredesk.automation.merge.field"]
        text = merge._fill("{{due_amount}}", {"record": line}, line._name)
        self.assertIn("12", text)
        self.assertNotIn("18", text)

    # === EXPIRED ===

    def test_expired_goes_on_when_its_end_is_moved(self):
        """C-33, S0-AUT-10: to today, by the calendar of its company, or away; not to yesterday."""
        self._freeze("2026-03-01 17:00:00")  # 2 March in Hanoi
        for end, state in (
            ("2026-03-01", "expired"),
            ("2026-03-02", "running"),
            ("2026-12-31", "running"),
            (False, "running"),
        ):
            contract = self._contract(date_end="2026-02-28")
            self._cron("contract")
            self.assertEqual(contract.state, "expired")
            contract.date_end = end
            with self.subTest(end):
                self.assertEqual(contract.state, state)
        contract.write({"date_end": "2026-02-28", "state": "expired"})
        contract.write({"date_end": "2026-12-31", "state": "closed"})
        self.assertEqual(contract.state, "closed", "what is said goes before what follows")

    def test_prolonged_contract_is_reminded_again(self):
        """S0-AUT-10: of its new end, as if it had never expired."""
        clock = self._freeze("2026-03-01 08:00:00")
        contract = self._contract(date_end="2026-02-28")
        self._cron("contract")
        rule = self._rule("contract_end")
        contract.date_end = "2026-03-02"
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule, self.hoa)

    def test_expired_can_be_cancelled(self):
        """C-33: and then made a draft, or deleted."""
        contract = self._contract(state="expired")
        contract.action_cancel()
        contract.action_reset()
        contract.action_start()
        self.assertEqual(contract.state, "running")
        other = self._contract(state="expired")
        other.action_cancel()
        other.unlink()
        self.assertFalse(other.exists())

    # === IN FORCE ===

    def test_draft_is_no_new_contract(self):
        """S0-AUT-08, C-33: customers hear of a contract when it is in force, and once."""
        rule = self._rule("contract_create")
        draft = self._contract(state="draft")
        self._cron("run")
        self.assertRuns(rule)
        draft.action_start()
        self._cron("run")
        self.assertSent(rule, self.hoa)
        draft.action_cancel()
        draft.action_reset()
        draft.action_start()
        self._cron("run")
        self.assertSent(rule, self.hoa)

    def test_put_in_force_by_mistake(self):
        """S0-AUT-08, S0-AUT-X3: what is a draft again is not told of, until it is in force."""
        clock = self._freeze(MONDAY)
        rule = self._rule("contract_create", delay_number=1)
        contract = self._contract()
        contract.action_cancel()
        contract.action_reset()
        clock.tick(timedelta(days=2))
        self._cron("run")
        self.assertRuns(rule)
        contract.action_start()
        clock.tick(timedelta(days=2))
        self._cron("run")
        self.assertSent(rule, self.hoa)

    def test_renewal_is_a_new_contract_once_in_force(self):
        """S0-AUT-08, C-33: *Renew* makes a draft that the customer knows nothing of."""
        contract = self._contract(self._customer("Lan"), date_end="2026-03-12")
        rule = self._rule("contract_create")
        renewal = contract.browse(contract.action_renew()["res_id"])
        contract.date_end = False
        self._cron("run")
        self.assertRuns(rule)
        renewal.state = "running"
        self._cron("run")
        self.assertSent(rule, renewal.partner_id)

    def test_contract_that_goes_on_is_not_new(self):
        """S0-AUT-08: an expired one was in force before."""
        contract = self._contract(state="expired", date_end="2026-02-28")
        rule = self._rule("contract_create")
        contract.date_end = False
        self.assertEqual(contract.state, "running")
        self.assertRuns(rule)
