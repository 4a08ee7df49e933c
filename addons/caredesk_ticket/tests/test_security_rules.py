from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CareDeskCase


@tagged("post_install", "-at_install")
class TestSecurityRules(CareDeskCase):
    """Who sees which ticket: two groups in one company, two companies, each role in both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dev = cls._user("dung")
        cls.development = cls._group("Development", cls.dev)
        cls.bug = cls._type(cls.development, name="Bug")
        cls.hoa = cls._user("hoa", "creator")
        cls.mine = cls._ticket(by=cls.hoa, name="Mine")
        cls.support_ticket = cls._ticket(name="Support's")
        cls.dev_ticket = cls._ticket(name="Development's", type_id=cls.bug.id)
        cls.foreign = cls._company("Other Ltd")
        cls.foreign_group = cls._group("Foreign", company_id=cls.foreign.id)
        cls.foreign_ticket = cls._ticket(name="Foreign", group_id=cls.foreign_group.id)
        cls.all = cls.mine | cls.support_ticket | cls.dev_ticket | cls.foreign_ticket

    def _assertSees(self, user, *tickets, **context):
        """Assert that ``user`` finds and reads exactly ``tickets`` and their child rows."""
        wanted = self.env["caredesk.ticket"].browse(ticket.id for ticket in tickets)
        seen = self.env["caredesk.ticket"].with_user(user).with_context(**context)
        found = seen.search([("id", "in", self.all.ids)])
        self.assertEqual(set(found.mapped("name")), set(wanted.mapped("name")))
        for ticket in self.all:
            self.env.invalidate_all()
            if ticket in wanted:
                ticket.with_env(seen.env).read(["name", "time_ids", "assignment_ids"])
            else:
                with self.assertRaises(AccessError):
                    ticket.with_env(seen.env).read(["name"])
        self._assertSeesRows(seen.env, wanted)

    def _assertSeesRows(self, env, wanted):
        """Assert that time lines, assignments and service levels are seen as the ticket is."""
        for model in ("caredesk.ticket.time", "caredesk.ticket.assignment", "caredesk.sla.status"):
            rows = env[model].search([("ticket_id", "in", self.all.ids)])
            self.assertLessEqual(rows.sudo().ticket_id, wanted, model)
            hidden = self.env[model].search([("ticket_id", "in", (self.all - wanted).ids)])
            for row in hidden:
                with self.assertRaises(AccessError):
                    row.with_env(env).read(["ticket_id"])
        lines = env["caredesk.ticket.time"].search([("ticket_id", "in", self.all.ids)])
        self.assertEqual(lines.sudo().ticket_id, wanted)

    def test_a_creator_sees_what_he_created(self):
        """S0-TKT-10: own tickets, in whichever group they are worked on, and nothing else."""
        self._assertSees(self.hoa, self.mine)

    def test_an_agent_sees_the_tickets_of_his_groups(self):
        """S0-TKT-58: all of the own groups', assigned or not; none of the others'."""
        self._assertSees(self.an, self.mine, self.support_ticket)
        self._assertSees(self.dev, self.dev_ticket)

    def test_an_agent_sees_what_he_created_elsewhere(self):
        """S0-TKT-12: an agent who asks another group follows his ticket there."""
        own = self._ticket(by=self.an, name="Asked", type_id=self.bug.id)
        self.all |= own
        self._assertSees(self.an, self.mine, self.support_ticket, own)

    def test_intake_and_response_see_all_of_the_company(self):
        """S1-FLW-04: the intake team sees every group of its companies."""
        self._assertSees(
            self._user("nhan", "intake"), self.mine, self.support_ticket, self.dev_ticket
        )

    def test_managers_see_all_of_the_company(self):
        """S0-TKT-24: managers see every group, but not companies they have no access to."""
        for role in ("manager", "admin"):
            user = self._user(f"{role}1", role)
            self._assertSees(user, self.mine, self.support_ticket, self.dev_ticket)

    def test_people_of_the_other_company_see_theirs(self):
        """IE-47: each role of another company sees its own tickets only."""
        for role in ("intake", "manager", "admin"):
            user = self._user(
                f"{role}2", role, company_id=self.foreign.id, company_ids=[(6, 0, self.foreign.ids)]
            )
            self._assertSees(user, self.foreign_ticket)

    def test_allowed_companies_decide(self):
        """IE-47: who may use both sees the companies that are switched on."""
        both = [(6, 0, (self.company | self.foreign).ids)]
        boss = self._user("boss", "manager", company_ids=both)
        self._assertSees(boss, self.foreign_ticket, allowed_company_ids=self.foreign.ids)
        ids = (self.company | self.foreign).ids
        self._assertSees(boss, *self.all, allowed_company_ids=ids)

    def test_employees_portal_users_and_visitors_see_nothing(self):
        """S0-TKT-09, IE-47: no role, no access at all."""
        for role in ("user", "portal", "public"):
            tickets = self.env["caredesk.ticket"].with_user(self._user(f"{role}3", role))
            with self.assertRaises(AccessError):
                tickets.search([])
            with self.assertRaises(AccessError):
                self.mine.with_env(tickets.env).read(["name"])

    def test_who_left_a_group_sees_its_tickets_no_more(self):
        """IE-07: an archived seat is no membership, whatever context the browser sends."""
        self._seat(self.an).active = False
        self._assertSees(self.an)
        self._assertSees(self.an, active_test=False)

    def test_a_performer_sees_his_ticket_wherever_it_is(self):
        """S0-TKT-58: what is assigned to somebody he can read and finish."""
        self.env.cr.execute(
            "UPDATE caredesk_ticket SET user_id = %s WHERE id = %s",
            [self.dev.id, self.support_ticket.id],
        )
        self.env.invalidate_all()
        self._assertSees(self.dev, self.dev_ticket, self.support_ticket)

    def test_creators_do_not_write(self):
        """S0-TKT-09: a creator comments and cancels; he does not edit or delete."""
        mine = self.mine.with_user(self.hoa)
        for vals in ({"name": "x"}, {"priority": "3"}, {"type_id": self.bug.id}, {"result": "x"}):
            with self.assertRaises(AccessError):
                mine.write(vals)
        with self.assertRaises(AccessError):
            mine.unlink()
        mine.message_post(body="It happens again", message_type="comment")

    def test_only_administrators_delete(self):
        """S0-TKT-09: managers archive; deleting is for administrators."""
        for role, allowed in (("intake", False), ("manager", False), ("admin", True)):
            ticket = self._ticket().with_user(self._user(f"{role}4", role))
            if allowed:
                ticket.unlink()
            else:
                with self.assertRaises(AccessError):
                    ticket.unlink()

    def test_history_is_nobodys_to_write(self):
        """S1-MGT-04: time lines and assignments are made by the steps, not by hand."""
        boss = self._user("boss", "admin")
        for rows in (self.mine.time_ids, self.mine.assignment_ids):
            with self.assertRaises(AccessError):
                rows.with_user(boss).write({"reason": False})
            with self.assertRaises(AccessError):
                rows.with_user(boss).unlink()
        line = {"state": "in_progress", "kind": "work", "start_at": "2020-01-01 00:00:00"}
        with self.assertRaises(AccessError):
            self.mine.with_user(boss).write({"time_ids": [Command.create(line)]})

    def test_counts_do_not_leak_what_one_cannot_see(self):
        """IE-47: grouped figures are those of one's own tickets."""
        groups = (
            self.env["caredesk.ticket"]
            .with_user(self.an)
            ._read_group([("id", "in", self.all.ids)], ["group_id"], ["__count"])
        )
        self.assertEqual([(group.id, count) for group, count in groups], [(self.support.id, 2)])
