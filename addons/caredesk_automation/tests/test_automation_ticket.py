from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.caredesk_ticket.tests.common import CareDeskCase

from .care_common import CareMixin


@tagged("post_install", "-at_install")
class TestTicketOfCustomer(CareMixin, CareDeskCase):
    """What a ticket shows of its customer's contracts and care."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.firm = partners.create({"name": "Công ty Hoa Mai", "is_company": True})
        cls.tu = partners.create({"name": "Anh Tú", "parent_id": cls.firm.id})
        cls.boss = cls._user("boss", "manager")
        roles = ("caredesk_automation.group_automation_user", "caredesk_automation.group_care_user")
        cls.boss.group_ids = [Command.link(cls.env.ref(role).id) for role in roles]

    def _contract(self, partner, **vals):
        values = {"name": "Maintenance", "partner_id": partner.id, "date_end": "2030-12-31", **vals}
        return self.env["caredesk.contract"].create(values)

    def test_a_ticket_shows_contracts_and_care_of_its_customer(self):
        """S1-STA-03: those of the firm and its contacts, whatever their state; not others'."""
        contracts = self._contract(self.firm) | self._contract(self.tu, kind="warranty")
        self._contract(self.customer)
        tasks = self._task(partner_id=self.firm.id, user_ids=[Command.link(self.boss.id)])
        tasks |= self._task(partner_id=self.tu.id, user_ids=[Command.link(self.boss.id)])
        self._task(user_ids=[Command.link(self.boss.id)])
        ticket = self._ticket(partner_id=self.tu.id).with_user(self.boss)
        self.assertEqual((ticket.contract_count, ticket.care_task_count), (2, 2))
        for action, found in (
            (ticket.action_open_contracts(), contracts),
            (ticket.action_open_care_tasks(), tasks),
        ):
            opened = self.env[action["res_model"]].with_user(self.boss).search(action["domain"])
            self.assertEqual(set(opened.ids), set(found.ids))
            self.assertEqual(action["context"], {"default_partner_id": self.tu.id})

    def test_figures_keep_to_the_rights(self):
        """S1-STA-03, IE-47: no role, no figures; only what the user may see; none without one."""
        self._contract(self.tu)
        self._task(partner_id=self.tu.id)  # somebody else's
        ticket = self._ticket(partner_id=self.tu.id)
        known = ticket.with_user(self.an).fields_get()
        self.assertFalse(known.keys() & {"contract_count", "care_task_count"})
        self.assertEqual(ticket.with_user(self.boss).care_task_count, 0)
        nobodys = self._ticket().with_user(self.boss)
        self.assertEqual((nobodys.contract_count, nobodys.care_task_count), (0, 0))
        self.assertEqual(nobodys.action_open_contracts()["context"]["default_partner_id"], False)
