from odoo import fields
from odoo.tests import tagged

from .common import CareDeskCase
from .plans import PlansMixin

#: Rows of the seeded table: enough for PostgreSQL to prefer an index where there is one.
ROWS = 20_000


@tagged("post_install", "-at_install")
class TestIndexes(PlansMixin, CareDeskCase):
    """The queries that run all day read an index, not the history (IE-51).

    A table of twenty thousand tickets, one in fifty open, and the real queries: each is
    caught while the code runs it and given to EXPLAIN.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("boss", "manager")
        cls.groups = cls.support
        for number in range(9):
            cls.groups |= cls._group(f"Group {number}")
        cls._seed()

    @classmethod
    def _seed(cls):
        """Insert the tickets straight into the table; one in a hundred open with a performer."""
        cls.env.flush_all()
        cls.env.cr.execute(
            """
            INSERT INTO caredesk_ticket
                   (name, number, group_id, company_id, user_id, state, priority, severity,
                    channel, nature, active, create_uid, create_date, search_text, skill_key,
                    clock_started_at, done_at)
            SELECT 'Seed', 'SEED/' || i, (%(groups)s)[1 + i %% 10], %(company)s,
                   CASE WHEN i %% 50 = 0 THEN NULL ELSE (%(users)s)[1 + i / 50 %% 2] END,
                   CASE WHEN i %% 50 = 0 THEN 'unassigned'
                        WHEN i %% 50 = 1 THEN 'todo' ELSE 'done' END,
                   (i %% 4)::text, (i / 4 %% 4)::text, 'email', 'request', true, 1,
                   '2025-01-01'::timestamp + i * interval '1 minute',
                   'seed/' || i || ' ' || md5(i::text) || ' ' || md5((-i)::text),
                   CASE WHEN i %% 150 = 0 THEN '1,2' END,
                   '2025-01-01'::timestamp + i * interval '1 minute',
                   CASE WHEN i %% 50 > 1 THEN '2025-01-01'::timestamp + i * interval '1 minute' END
              FROM generate_series(1, %(rows)s) AS i
            """,
            {
                "groups": cls.groups.ids,
                "company": cls.company.id,
                "users": [cls.an.id, cls.binh.id],
                "rows": ROWS,
            },
        )
        cls.env.cr.execute(
            """
            INSERT INTO caredesk_sla_status (ticket_id, policy_id, target, deadline_at, state)
            SELECT ticket.id, %s, 'resolution', ticket.create_date,
                   CASE WHEN ticket.state = 'unassigned' THEN 'running' ELSE 'reached' END
              FROM caredesk_ticket ticket WHERE ticket.name = 'Seed'
            """,
            [cls.env.ref("caredesk_ticket.sla_policy_48h").id],
        )
        # What a vacuum does in time: rows out of the index's waiting list, figures for the planner.
        cls.env.cr.execute("SELECT gin_clean_pending_list('caredesk_ticket_search_text_idx')")
        cls.env.cr.execute("ANALYZE caredesk_ticket, caredesk_sla_status")
        cls.env.invalidate_all()

    def _search(self, user, domain, **kwargs):
        return self.env["caredesk.ticket"].with_user(user).search(domain, **kwargs)

    def test_the_head_of_the_queue(self):
        """S1-TKT-08: the next tickets come from the queue's own index, sorted already."""
        dispatcher = self.env["caredesk.dispatcher"]
        # A handful of rows is sorted gladly; what matters is that the index can spare it.
        self.env.cr.execute("SET LOCAL enable_sort TO off")
        with self._plans() as plans:
            heads = dispatcher._queue_heads({self.support.id: 3, self.groups[1].id: 1})
        self.assertTrue(heads)
        self._assertUses(plans, "caredesk_ticket_queue_idx")
        self.assertNotIn("Sort", plans[-1])
        self.assertEqual({head.skills for head in heads}, {frozenset(), frozenset({1, 2})})

    def test_the_load_of_people(self):
        """C-04: what somebody holds is counted on open tickets only."""
        with self._plans() as plans:
            loads = self.env["caredesk.support.member"]._loads([self.an.id, self.binh.id])
        self.assertTrue(loads)
        self._assertUses(plans, "caredesk_ticket_load_idx")

    def test_the_open_tickets_of_a_group_by_urgency(self):
        """S1-LST-01, S1-TKT-08: first page of «my group»: no sorting of the whole group."""
        open_states = ["unassigned", "todo", "in_progress", "waiting"]
        domain = [("group_id", "=", self.support.id), ("state", "in", open_states)]
        with self._plans() as plans:
            self.assertTrue(self._search(self.boss, domain, limit=80))
        self._assertUses(plans, "caredesk_ticket_group_open_idx")

    def test_the_open_tickets_of_a_group_as_an_agent_sees_them(self):
        """S0-TKT-58: the record rule does not cost the index."""
        open_states = ["unassigned", "todo", "in_progress", "waiting"]
        domain = [("group_id", "=", self.support.id), ("state", "in", open_states)]
        with self._plans() as plans:
            self.assertTrue(self._search(self.an, domain, limit=80))
        self._assertUses(plans, "caredesk_ticket_group_open_idx")

    def test_ones_own_open_tickets(self):
        """S0-TKT-07: «my tickets» reads the open ones of the person."""
        domain = [("user_id", "=", self.an.id), ("is_open", "=", True)]
        with self._plans() as plans:
            self.assertTrue(self._search(self.an, domain, limit=80))
        self._assertUses(plans, "caredesk_ticket_")

    def test_words_of_any_kind(self):
        """S1-MGT-05: a text search reads the trigram index, for people under rules too."""
        for user in (self.boss, self.an):
            with self._plans() as plans:
                self._search(user, [("search_any", "ilike", "c4ca4238a0b9")], limit=80)
            self._assertUses(plans, "caredesk_ticket_search_text_idx")

    def test_short_words(self):
        """S1-MGT-05: words of two or three letters read the trigram index too."""
        for word in ("qz", "xau"):
            with self._plans() as plans:
                self._search(self.boss, [("search_any", "ilike", word)], limit=80)
            self._assertUses(plans, "caredesk_ticket_search_text_idx")

    def test_the_tickets_of_a_customer(self):
        """S0-TKT-15: counting on the customer form reads the customer's index."""
        customer = self.env["res.partner"].create({"name": "Tú"})
        self._ticket(partner_id=customer.id)
        with self._plans() as plans:
            self.assertEqual(customer.caredesk_ticket_count, 1)
        self._assertUses(plans, "caredesk_ticket__partner_id_index")

    def test_what_a_creator_asked_for(self):
        """S0-TKT-10: a creator's own list reads the creator's index."""
        sales = self._user("hoa", "creator")
        self._ticket(by=sales)
        with self._plans() as plans:
            self.assertEqual(len(self._search(sales, [], limit=80)), 1)
        self._assertUses(plans, "caredesk_ticket_creator_idx")

    def test_what_is_to_be_mailed(self):
        """S4-ARP-01, S1-EML-03: the crons read the waiting rows, not all tickets ever made."""
        crons = (
            ("caredesk_ticket_auto_reply_idx", self.env["caredesk.auto.reply"]._send_due),
            ("caredesk_ticket_status_mail_idx", self.env["caredesk.ticket"]._send_status_mails),
        )
        for index, send in crons:
            with self._plans() as plans:
                send()
            self._assertUses(plans, index)

    def test_promises_that_are_due(self):
        """S1-MGT-07: the cron reads the due rows, not all promises ever made."""
        domain = [("state", "=", "running"), ("deadline_at", "<", fields.Datetime.now())]
        with self._plans("caredesk_sla_status") as plans:
            self.assertTrue(self.env["caredesk.sla.status"].search(domain, limit=500))
        self._assertUses(plans, "caredesk_sla_status_due_idx", "caredesk_sla_status")

    def test_tickets_waiting_for_a_skill(self):
        """S0-TKT-27: the cron that gives skills up reads the queued tickets that need some."""
        self.support.skill_fallback_minutes = 10
        with self._plans() as plans:
            self.env["caredesk.ticket"]._waive_skills_overdue()
        self._assertUses(plans, "caredesk_ticket_skill_wait_idx")

    def test_the_dashboard(self):
        """S1-STA-01, IE-51: open tickets and the days of the period, whatever came before."""
        dashboard = self.env["caredesk.ticket.dashboard"]
        days = {"period": "custom", "date_from": "2025-01-05", "date_to": "2025-01-05"}
        for user in (self.boss, self.an):
            with self._plans() as plans:
                figures = dashboard.with_user(user).get_figures(days)["figures"]
            self.assertGreater(figures["received"]["count"], 0)
            self.assertGreater(figures["completed"]["count"], 0)
            for index in ("created_idx", "completed_idx"):
                self._assertUses(plans, f"caredesk_ticket_{index}")

    def test_tickets_put_off(self):
        """S0-TKT-65: the cron that brings tickets back reads those put off only."""
        self._put_off_one()
        with self._plans() as plans:
            self.env["caredesk.ticket"].search(
                [("state", "=", "waiting"), ("snooze_until", "<=", fields.Datetime.now())],
                order="snooze_until",
                limit=50,
            )
        self._assertUses(plans, "caredesk_ticket_snooze_idx")

    def _put_off_one(self):
        ticket = self._held_ticket(self.an)
        ticket.with_user(self.an).action_wait("not_now", "2099-01-01 08:00:00")
