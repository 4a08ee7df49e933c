"""What the tests of rules and contracts share: factories, the clock and the scheduled actions."""

from contextlib import nullcontext

from odoo.fields import Command
from odoo.tests import HttpCase, TransactionCase, freeze_time, new_test_user

#: A Monday, 08:00 in Hanoi.
MONDAY = "2026-03-02 01:00:00"
TEXT = "Dear {{customer_name}}, greetings from {{company_name}}."


class AutomationMixin:
    """Put before ``TransactionCase`` or ``HttpCase``.

    The company lies in Hanoi, has no quiet hours and no limits; the person in charge of every
    rule is ``mai``. Scheduled actions run as the scheduler runs them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.resource_calendar_id.tz = "Asia/Ho_Chi_Minh"
        cls.company.partner_id.tz = False  # it would go before that of the working hours
        cls.company.write(
            {
                "email": "shop@caredesk.test",
                "automation_quiet_from": 0,
                "automation_quiet_to": 0,
                "automation_bulk_limit": 0,
                "automation_hourly_cap": 0,
            }
        )
        cls.rules = cls.env["caredesk.automation.rule"]
        cls.rules.search([]).action_stop()
        cls.mai = cls._person("mai", "caredesk_automation.group_automation_manager")
        cls.hoa = cls._customer("Hoa", birthday="1990-03-02")

    # === FACTORIES ===

    @classmethod
    def _person(cls, login, group):
        context = {"no_reset_password": True, "mail_create_nolog": True}
        return new_test_user(
            cls.env,
            f"{login}.automation",
            group,
            context,
            name=login.capitalize(),
            email=f"{login}@caredesk.test",
            lang="en_US",
        )

    @classmethod
    def _customer(cls, name, **vals):
        """Return a new customer with an address and a Vietnamese telephone number."""
        values = {
            "name": name,
            "email": f"{name.lower().replace(' ', '.')}@customer.test",
            "phone": "0901 234 567",
            "country_id": cls.env.ref("base.vn").id,
            "lang": "en_US",
            **vals,
        }
        return cls.env["res.partner"].create(values)

    @classmethod
    def _message(cls, channel="email", **vals):
        content = {"subject": TEXT, "body_html": f"<p>{TEXT}</p>"}
        if channel != "email":
            content = {"body_text": TEXT}
        return Command.create({"channel": channel, **content, **vals})

    @classmethod
    def _rule(cls, trigger, *channels, **vals):
        """Return a new running rule, as ``mai`` would save it.

        :param trigger: key of an action, event or time
        """
        kind = cls.rules._triggers()[trigger].kind
        values = {
            "name": f"Rule {trigger}",
            "user_id": cls.mai.id,
            "trigger_kind": kind,
            f"{kind}_kind": trigger,
            "content_ids": [cls._message(channel) for channel in channels or ("email",)],
            **vals,
        }
        return cls.rules.create(values)

    @classmethod
    def _contract(cls, customer=None, **vals):
        """Return a running contract."""
        values = {
            "name": "Maintenance",
            "partner_id": (customer or cls.hoa).id,
            "date_start": "2026-01-01",
            "date_end": "2026-12-31",
            "amount": 1000,
            "state": "running",
            **vals,
        }
        return cls.env["caredesk.contract"].create(values)

    @classmethod
    def _installment(cls, contract, **vals):
        values = {
            "contract_id": contract.id,
            "name": "Part 1",
            "due_date": "2026-03-02",
            "amount": 500,
            **vals,
        }
        return cls.env["caredesk.contract.installment"].create(values)

    @classmethod
    def _invoice(cls, due, **vals):
        """Return a posted invoice of ``hoa`` over 100 that is due on a day."""
        journal = cls.env["account.journal"].search([("type", "=", "sale")], limit=1)
        account = cls.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", cls.company.id)], limit=1
        )
        if not journal or not account:
            cls.env["account.chart.template"].try_loading("generic_coa", cls.company, False)
            return cls._invoice(due, **vals)
        line = {"name": "Care", "price_unit": 100, "account_id": account.id, "tax_ids": False}
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.hoa.id,
                "invoice_date": "2026-02-01",
                "invoice_date_due": due,
                "invoice_line_ids": [Command.create(line)],
                **vals,
            }
        )
        invoice.action_post()
        return invoice

    @classmethod
    def _take_money(cls, invoice, amount, parts=None):
        """Enter money for an invoice, or for parts of it, into the books, as from a statement.

        :param parts: lines of the invoice that say what is due; all of them if not said
        """
        if parts is None:
            parts = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        income = invoice.invoice_line_ids.account_id
        receivable = {"account_id": parts.account_id.id, "partner_id": invoice.partner_id.id}
        entry = cls.env["account.move"].create(
            {
                "line_ids": [
                    Command.create({"account_id": income.id, "debit": amount}),
                    Command.create({**receivable, "credit": amount}),
                ]
            }
        )
        entry.action_post()
        (parts + entry.line_ids[1]).reconcile()

    @classmethod
    def _server_action(cls, model="res.partner", **vals):
        """Return a server action that writes a name, unless ``vals`` say otherwise."""
        values = {
            "name": "Action",
            "model_id": cls.env["ir.model"]._get_id(model),
            "state": "object_write",
            "update_path": "name",
            "value": "Renamed",
            **vals,
        }
        return cls.env["ir.actions.server"].create(values)

    def _open_ticket(self):
        """Return a ticket of ``hoa`` in a group of its own, with who works on it."""
        agent = self._person("agent", "caredesk_ticket.group_agent")
        group = self.env["caredesk.support.group"].create({"name": "Support"})
        self.env["caredesk.support.member"].create({"group_id": group.id, "user_id": agent.id})
        values = {"name": "Broken", "description": "Broken", "partner_id": self.hoa.id}
        values |= {"group_id": group.id, "user_id": agent.id}
        return self.env["caredesk.ticket"].create(values), agent

    # === TIME AND SCHEDULED ACTIONS ===

    def _freeze(self, moment=MONDAY):
        """Stop the time at ``moment`` (UTC); return the clock: ``tick``, ``move_to``."""
        freezer = freeze_time(moment)
        clock = freezer.start()
        self.addCleanup(freezer.stop)
        return clock

    def _cron(self, name):
        """Run a scheduled action: one of this addon by its name, another by its whole id."""
        job = self.env.ref(name if "." in name else f"caredesk_automation.ir_cron_{name}")
        # A case with a server has entered this mode already.
        served = isinstance(self, HttpCase)
        with nullcontext() if served else self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()

    def _scan_and_run(self):
        self._cron("scan")
        self._cron("run")

    # === ASSERTS ===

    def _runs(self, rule):
        return self.env["caredesk.automation.run"].search([("rule_id", "=", rule.id)], order="id")

    def _log(self, rule):
        return self.env["caredesk.automation.log"].search([("rule_id", "=", rule.id)], order="id")

    def assertSent(self, rule, *customers, channel="email"):
        """Assert who got messages of a rule by one channel, oldest first, repetitions included."""
        lines = self._log(rule).filtered(lambda line: line.state == "sent")
        sent = lines.filtered(lambda line: line.channel == channel)
        self.assertEqual(
            [line.partner_id.name for line in sent], [customer.name for customer in customers]
        )

    def assertRuns(self, rule, *states):
        """Assert the states of a rule's occurrences, oldest first."""
        self.assertEqual([run.state for run in self._runs(rule)], [*states])


class AutomationCase(AutomationMixin, TransactionCase):
    """Base of the tests of rules and contracts; each test is rolled back."""
