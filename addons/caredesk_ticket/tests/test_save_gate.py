from odoo.tests import TransactionCase, tagged

from .sla_common import SlaMixin


@tagged("post_install", "-at_install")
class TestSaveGate(SlaMixin, TransactionCase):
    """Whoever saves a ticket and the recalculation do not get into each other's way."""

    def _locks(self):
        """Return how this transaction holds the gate."""
        self.env.cr.execute(
            "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid()"
            " AND relation = 'caredesk_sla_recompute'::regclass"
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def test_saving_passes_the_gate(self):
        """S4-HD-04: a save, a step and an answer hold it open until their transaction ends."""
        ticket = self._held_ticket(self.an)
        mine = ticket.with_user(self.an)
        for work in (
            lambda: mine.write({"cause": "Dust"}),
            lambda: mine.action_start(),
            lambda: mine.message_post(body="Done", message_type="comment"),
        ):
            self.env.flush_all()
            self.env.cr.precommit.run()
            with self.env.cr.savepoint() as savepoint:
                work()
                self.assertIn("RowShareLock", self._locks())
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_the_recalculation_closes_it(self):
        """S4-HD-04: no save is refused, because none is under way while a chunk is written."""
        policy = self._policy(hours=8)
        ticket = self._held_ticket(self.an, "in_progress")
        policy.hours = 2
        self.assertNotIn("ExclusiveLock", self._locks())
        self._recompute()
        self.assertIn("ExclusiveLock", self._locks())
        self.assertSla(ticket, "running", "2026-03-02 12:00:00")
