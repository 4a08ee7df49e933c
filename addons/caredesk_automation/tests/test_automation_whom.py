from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .automation_common import MONDAY, AutomationCase

SUNDAY = "2026-03-01 08:00:00"


@tagged("post_install", "-at_install")
class TestAutomationWhom(AutomationCase):
    """Whom messages and steps reach, of which company, and who may set them going."""

    # === RECIPIENTS ===

    def test_recipients_nobody_can_be(self):
        """S0-AUT-07, S0-AUT-X5: about nobody there is no customer; orders have no contact."""
        news = self._message(subject="News", body_html="<p>News</p>")
        with self.assertRaisesRegex(ValidationError, "«Recipient»"):
            self._rule("weekly", audience="once", content_ids=[news])
        with self.assertRaisesRegex(ValidationError, "about contracts"):
            self._rule("order_confirm", recipient_kind="contact")

    def test_contacts_of_the_whole_company(self):
        """C-25, S0-AUT-04: one of its people ordered: all of them who can be reached."""
        firm = self._customer("Firm", is_company=True)
        an, binh = (self._customer(name, parent_id=firm.id) for name in ("An", "Binh"))
        self._customer("Mute", parent_id=firm.id, email=False, phone=False)
        order = self.env["sale.order"].create({"partner_id": an.id})
        rule = self._rule("order_confirm", recipient_kind="contacts")
        self.assertEqual(rule._recipients(order), an | binh)

    def test_contract_without_a_contact(self):
        """S0-AUT-X5: what is meant for its contact goes to the customer."""
        rule = self._rule("contract_create", recipient_kind="contact")
        self._contract()
        self._cron("run")
        self.assertSent(rule, self.hoa)

    def test_people_around_a_record(self):
        """S0-AUT-X5: instalment, invoice and care task lead to whom they concern."""
        an = self._customer("An", parent_id=self.hoa.id)
        part = self._installment(self._contract(contact_id=an.id, user_id=self.mai.id))
        invoice = self._invoice("2026-03-02")
        invoice.invoice_user_id = self.mai
        task = {"name": "Call", "partner_id": self.hoa.id, "contact_id": an.id}
        task = self.env["caredesk.care.task"].create({**task, "user_ids": self.mai.ids})
        for trigger, record, kind, wanted in (
            ("installment_due", part, "contact", an),
            ("installment_due", part, "owner", self.mai.partner_id),
            ("invoice_due", invoice, "owner", self.mai.partner_id),
            ("care_task_create", task, "contact", an),
            ("care_task_create", task, "owner", self.mai.partner_id),
        ):
            rule = self._rule(trigger, recipient_kind=kind, user_id=self.env.user.id)
            with self.subTest(trigger, kind=kind):
                self.assertEqual(rule._recipients(record), wanted)

    def test_nobody_in_charge_of_the_record(self):
        """S0-AUT-X5: then the salesperson of its customer, before the person of the rule."""
        seller = self._person("seller", "base.group_user")
        self.hoa.user_id = seller
        order = self.env["sale.order"].create({"partner_id": self.hoa.id})
        order.user_id = False
        rule = self._rule("order_confirm", recipient_kind="owner")
        self.assertEqual(rule._recipients(order), seller.partner_id)

    def test_colleague_told_of_an_address(self):
        """S0-AUT-X5: whom nobody writes to does not become a contact by that."""
        rule = self._rule("lead_create", recipient_kind="owner")
        lead = {"name": "Sofa", "email_from": "new@customer.test", "user_id": self.mai.id}
        self.env["crm.lead"].create(lead)
        self._cron("run")
        self.assertSent(rule, self.mai.partner_id)
        made = self.env["res.partner"].search([("email", "=", "new@customer.test")])
        self.assertFalse(made)

    def test_portal_users_have_no_account_to_be_notified_in(self):
        """S0-AUT-X2, IE-47: notifications are for colleagues."""
        portal = self._person("portal", "base.group_portal").partner_id
        rule = self._rule(
            "partner_create",
            "notification",
            recipient_kind="custom",
            recipient_partner_ids=portal.ids,
        )
        self._customer("Lan")
        self._cron("run")
        self.assertIn("no account", self._log(rule).reason)

    def test_colleagues_are_not_asked_to_unsubscribe(self):
        """IE-25: one press would keep Odoo's mails from them."""
        opt_out = self.env["caredesk.automation.opt.out"]
        self.assertTrue(opt_out._url(self.hoa, self.company))
        self.assertFalse(opt_out._url(self.mai.partner_id, self.company))

    def test_activity_as_it_was_set_up(self):
        """S0-AUT-X5, S1-MGT-07: in so many days, for who was chosen; of an instalment the customer.

        Instalments have no activities of their own.
        """
        clock = self._freeze(SUNDAY)
        boss = self._person("boss", "base.group_user")
        call = self.env.ref("mail.mail_activity_data_call").id
        step = {"kind": "activity", "activity_type_id": call, "days": 2, "user_id": boss.id}
        self._rule("installment_due", step_ids=[Command.create(step)])
        self._installment(self._contract())
        clock.move_to(MONDAY)
        self._scan_and_run()
        activity = self.hoa.activity_ids
        self.assertEqual((activity.user_id, str(activity.date_deadline)), (boss, "2026-03-04"))

    def test_mail_comes_from_the_chosen_sender(self):
        """S0-AUT-X5: what is chosen on the rule stands in the mail, and gets the answer."""
        address = "care@caredesk.test"
        rule = self._rule("partner_create", sender_kind="custom", sender_email=address)
        self._customer("Lan")
        self._cron("run")
        message = self._log(rule).message_id
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertEqual((mail.email_from, mail.reply_to), (address, address))

    def test_recipients_who_left(self):
        """S0-AUT-X5: chosen by name or by group, nobody is written to after leaving."""
        gone = self._person("gone", "caredesk_ticket.group_agent")
        group = self.env["caredesk.support.group"].create({"name": "Hotline"})
        self.env["caredesk.support.member"].create({"group_id": group.id, "user_id": gone.id})
        values = {"recipient_user_ids": gone.ids, "recipient_group_id": group.id}
        kinds = ("users", "group")
        rules = [self._rule("partner_create", recipient_kind=kind, **values) for kind in kinds]
        for rule in rules:
            self.assertEqual(rule._recipients(self.hoa), gone.partner_id)
        gone.active = False
        for rule in rules:
            with self.subTest(rule.recipient_kind):
                self.assertFalse(rule._recipients(self.hoa))

    # === COMPANIES ===

    def test_events_of_another_company(self):
        """IE-47, S0-AUT-10: a contract of one company is no event of another's rule."""
        clock = self._freeze(SUNDAY)
        other = self.env["res.company"].create({"name": "Other"})
        self._contract(date_end="2026-03-02", company_id=other.id)
        mine = self._contract(date_end="2026-03-02")
        rule = self._rule("contract_end")
        clock.move_to(MONDAY)
        self._cron("scan")
        self.assertEqual(self._runs(rule).mapped("res_id"), mine.ids)

    def test_people_of_a_company_at_fixed_times(self):
        """C-25, S0-AUT-12, IE-24: the company alone; run by hand and by the clock only once."""
        clock = self._freeze("2026-03-01 20:00:00")  # Monday, three in the morning in Hanoi
        tag = self.env["res.partner.category"].create({"name": "Club"})
        self.hoa.category_id = tag
        self._customer("An", parent_id=self.hoa.id, category_id=tag.ids)
        rule = self._rule("weekly", domain=f"[('category_id', 'in', {tag.ids})]")
        rule.with_user(self.mai).action_run_now()
        self._cron("run")
        self.assertSent(rule, self.hoa)
        clock.move_to(MONDAY)
        self._scan_and_run()
        self.assertSent(rule, self.hoa)

    def test_rows_of_other_companies_are_not_seen(self):
        """IE-47, S0-AUT-X7: nor occurrence, log, text, step and instalment of a hidden rule."""
        other = self.env["res.company"].create({"name": "Other"})
        tag = self.env["res.partner.category"].create({"name": "New"})
        step = Command.create({"kind": "tag", "tag_ids": [Command.set(tag.ids)]})
        rule = self._rule("partner_create", company_id=other.id, step_ids=[step])
        rule._enter_records(self.hoa, "partner_create")
        line = self.env["caredesk.automation.log"]._note(self._runs(rule), "sent")
        part = self._installment(self._contract(company_id=other.id))
        for row in (self._runs(rule), line, rule.content_ids, rule.step_ids, part):
            found = row.with_user(self.mai).search([("id", "=", row.id)])
            with self.subTest(row._name):
                self.assertTrue(row)
                self.assertFalse(found)

    # === RIGHTS ===

    def test_readers_set_nothing_going(self):
        """S1-MGT-07, S0-AUT-X9: who only reads rules neither runs them nor lets out what waits."""
        self._freeze(MONDAY)
        reader = self._person("reader", "caredesk_automation.group_automation_user")
        rule = self._rule("birthday")
        for name in ("action_run_now", "action_release", "action_drop"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(rule.with_user(reader), name)()

    def test_only_managers_delete_lines_of_the_log(self):
        """S0-AUT-X8: those who read it cannot make it forget, nobody rewrites it."""
        logs = self.env["caredesk.automation.log"]
        reader = self._person("reader", "caredesk_automation.group_automation_user")
        self.assertTrue(logs.with_user(self.mai).has_access("unlink"))
        self.assertFalse(logs.with_user(reader).has_access("unlink"))
        self.assertFalse(logs.with_user(self.mai).has_access("write"))

    def test_points_raised_afterwards(self):
        """S3-CTX-05: the limit holds for a step that is changed, too."""
        self.company.caredesk_points_limit = 100
        forms = self.env["caredesk.care.form"]
        gift = forms.create({"name": "Gift", "action": "give_points", "points": 50})
        step = {"kind": "points", "points_form_id": gift.id}
        rule = self._rule("birthday", step_ids=[Command.create(step)])
        with self.assertRaisesRegex(AccessError, "100"):
            rule.step_ids.with_user(self.mai).points = 101
