from odoo.tests import tagged

from .common import CareDeskCase
from .plans import PlansMixin

#: Tickets of the seeded history; one in fifty is open.
ROWS = 20_000
STATUS = "caredesk_sla_status"


@tagged("post_install", "-at_install")
class TestSlaIndexes(PlansMixin, CareDeskCase):
    """Watching and recomputing service levels read what is due or open, not the history (IE-51)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.groups = cls.support
        for number in range(9):
            cls.groups |= cls._group(f"Group {number}")
        cls.calendar = cls.env["resource.calendar"].create({"name": "Office"})
        cls._seed()
        cls.statuses = cls.env["caredesk.sla.status"]
        cls.jobs = cls.env["caredesk.sla.recompute"]

    @classmethod
    def _seed(cls):
        """Insert the tickets straight into the table; of the open ones one in ten is late."""
        cls.env.flush_all()
        cls.env.cr.execute(
            """
            INSERT INTO caredesk_ticket
                   (name, number, group_id, company_id, state, priority, severity, channel, nature,
                    active, create_uid, create_date)
            SELECT 'Seed', 'SEED/' || i, (%(groups)s)[1 + i %% 10], %(company)s,
                   CASE WHEN i %% 50 = 0 THEN 'unassigned' ELSE 'done' END,
                   '1', '1', 'email', 'request', true, 1, '2025-01-01'
              FROM generate_series(1, %(rows)s) AS i
            """,
            {"groups": cls.groups.ids, "company": cls.company.id, "rows": ROWS},
        )
        cls.env.cr.execute(
            """
            INSERT INTO caredesk_sla_status
                   (ticket_id, policy_id, target, calendar_id, state, deadline_at, warn_at,
                    reached_at, notice)
            SELECT ticket.id, %(policy)s, 'resolution', %(calendar)s,
                   CASE WHEN state = 'done' THEN 'reached' ELSE 'running' END,
                   now() + ticket.id / 50 %% 10 * interval '1 day' - interval '12 hours',
                   now() + ticket.id / 50 %% 10 * interval '1 day' - interval '12 hours',
                   CASE WHEN state = 'done' THEN now() END,
                   CASE WHEN state <> 'done' AND ticket.id / 50 %% 20 = 0 THEN 'near' END
              FROM caredesk_ticket ticket WHERE ticket.name = 'Seed'
            """,
            {
                "policy": cls.env.ref("caredesk_ticket.sla_policy_48h").id,
                "calendar": cls.calendar.id,
            },
        )
        cls.env.cr.execute("ANALYZE caredesk_ticket, caredesk_sla_status")
        cls.env.invalidate_all()

    def test_the_broken_promises(self):
        """S1-MGT-07: the watch reads the promises whose deadline is over."""
        with self._plans(STATUS) as plans:
            self.assertTrue(self.statuses._mark_broken())
        self._assertUses(plans, "caredesk_sla_status_due_idx", STATUS)

    def test_the_promises_nearly_due(self):
        """S4-HD-04: the watch reads the promises of which people have to be warned."""
        with self._plans(STATUS) as plans:
            self.assertTrue(self.statuses._mark_near())
        self._assertUses(plans, "caredesk_sla_status_warn_idx", STATUS)

    def test_the_notices_to_send(self):
        """S4-HD-04: the watch reads the promises of which people have to be told still."""
        with self._plans(STATUS) as plans:
            self.assertTrue(self.statuses._tell_one())
        self._assertUses(plans, "caredesk_sla_status_notice_idx", STATUS)

    def test_the_calendars_in_use(self):
        """C-22: a holiday of everybody asks where promises are counted, not which ever were."""
        with self._plans("resource_calendar") as plans:
            self.assertIn(self.calendar, self.jobs._calendars_in_use())
        # Both hold live promises only; which is read depends on how many calendars there are.
        live = ("caredesk_sla_status_calendar_idx", "caredesk_sla_status_live_idx")
        self._assertUses(plans, live, STATUS)

    def test_the_tickets_to_recompute(self):
        """IE-06: group, company or calendar changed: the open tickets are looked for."""
        scopes = {
            "group": (False, self.support.id, False),
            "company": (self.company.id, False, False),
            "calendar": (False, False, self.calendar.id),
        }
        half = self.env["caredesk.ticket"].search([], order="id", offset=ROWS // 2, limit=1).id
        for name, scope in scopes.items():
            for after in (0, half):
                with self.subTest(name, after=after), self._plans() as plans:
                    self.assertTrue(self.jobs._ticket_ids(scope, after, limit=50))
                self._assertUses(plans, "caredesk_ticket_group_open_idx")

    def test_the_promises_of_a_chunk(self):
        """IE-06: recomputing a few tickets reads their promises."""
        few = self.env["caredesk.ticket"].search([("is_open", "=", True)], limit=50)
        with self._plans(STATUS) as plans:
            self.assertTrue(few._sla_rows([]))
        self._assertUses(plans, "caredesk_sla_status__ticket_id_index", STATUS)
