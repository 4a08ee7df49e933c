from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .common import ZaloMixin

#: Few and many conversations; the cost of a page must not tell them apart.
FEW, MANY = 200, 5000
PAGE = 5


@tagged("post_install", "-at_install")
class TestMany(ZaloMixin, TransactionCase):
    """List and search stay quick however many customers there are."""

    def setUp(self):
        super().setUp()
        self.receiver = self.hang
        self.contacts = self.env["caredesk.zalo.contact"].with_user(self.receiver)
        self.tag = self.env["caredesk.tag"].with_user(self.receiver).create({"name": "Nhiều"})

    def _load(self, count, prefix):
        """Put customers into the table as a loader does, every tenth with the tag."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH made AS (
                       INSERT INTO caredesk_zalo_contact
                           (name, oa_id, company_id, zalo_user_id, profile_state, kind,
                            search_text, last_customer_at, create_date)
                       SELECT 'Khách ' || n, %(oa)s, %(company)s, %(prefix)s || n, 'done',
                              CASE n %% 3 WHEN 0 THEN 'lead' ELSE 'unlinked' END,
                              ' khach ' || n || ' 8490' || lpad(n::text, 7, '0'),
                              now() at time zone 'UTC' - n * interval '1 minute', now()
                         FROM generate_series(1, %(count)s) n
                    RETURNING id)
                   INSERT INTO caredesk_tag_caredesk_zalo_contact_rel
                       (caredesk_zalo_contact_id, caredesk_tag_id)
                   SELECT id, %(tag)s FROM made WHERE id %% 10 = 0""",
                oa=self.account.id,
                company=self.account.company_id.id,
                prefix=prefix,
                count=count,
                tag=self.tag.id,
            )
        )
        self.env.cr.execute("ANALYZE caredesk_zalo_contact")
        self.env.invalidate_all()

    def _pages(self):
        """Return ``{what: queries}`` of the first page of the list, searched in every way."""
        shown = {
            "name": {},
            "phone": {},
            "kind": {},
            "tag_ids": {"fields": {"name": {}, "color": {}}},
            "is_starred": {},
            "user_id": {"fields": {"display_name": {}}},
            "channel_status": {},
        }
        searches = {
            "all": [],
            "name": [("search_any", "ilike", "khach 12")],
            "phone": [("search_any", "ilike", "0900000012")],
            "kind": [("kind", "=", "lead")],
            "tags": [("tag_ids", "in", self.tag.ids)],
            "followed": [("is_starred", "=", True)],
            "unread": [("is_unread", "=", True)],
        }
        queries = {}
        for what, domain in searches.items():
            for _twice in range(2):  # the first time fills caches
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.contacts.web_search_read(domain, shown, limit=PAGE, count_limit=10_001)
                queries[what] = self.env.cr.sql_log_count - before
        return queries

    def test_a_page_costs_the_same(self):
        """S2-SCH-01, S2-SCH-02, S2-SCH-03, S2-TAG-01, IE-41: as many queries for few and many."""
        self._load(FEW, "few")
        few = self._pages()
        self._load(MANY, "many")
        for what, count in self._pages().items():
            # Fewer when no row of the page has a tag or a person to read.
            self.assertLessEqual(count, few[what], what)
        self.assertLessEqual(max(few.values()), 12)

    def test_by_index(self):
        """S2-SCH-02: a name or phone is looked up in the index of the searched text."""
        if not self.env.registry.has_trigram:
            self.skipTest("PostgreSQL has no pg_trgm here")
        self._load(MANY, "many")
        query = self.env["caredesk.zalo.contact"]._search([("search_any", "ilike", "khach 4321")])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        plan = " ".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("search_text_idx", plan)
