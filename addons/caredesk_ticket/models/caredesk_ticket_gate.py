from odoo import api, models

#: Key of what tells that this transaction has passed.
_PASSED = "caredesk.ticket.gate"
#: Milliseconds the recalculation waits for those who are saving; new savers wait behind it.
_PATIENCE = 100


class CaredeskTicket(models.Model):
    """A gate between people who save tickets and the recalculation of service levels.

    A ticket that is recomputed between the first query of a request and its saving makes
    PostgreSQL refuse the save, and Odoo repeats the request after a pause of up to two seconds.
    So whoever saves holds the gate open, and the recalculation closes it for the few
    milliseconds of a chunk. Savers do not hinder each other, and nobody is in the middle of
    saving while a chunk is written.

    A table lock, because taking it needs no snapshot: who waited here sees what was written
    meanwhile. A row lock or an advisory lock would wait with a picture that is out of date.
    """

    _inherit = "caredesk.ticket"

    # === CRUD ===

    def write(self, vals):
        if not self._is_own_code():
            self._pass_gate()
        return super().write(vals)

    # === MAIL / PORTAL HOOKS ===

    def message_post(self, **kwargs):
        self._pass_gate()
        return super().message_post(**kwargs)

    # === BUSINESS ===

    def _check_step(self, step, allowed, who):
        self._pass_gate()
        return super()._check_step(step, allowed, who)

    @api.model
    def _pass_gate(self):
        """Hold the gate open until the end of the transaction; wait while it is closed."""
        data = self.env.cr.precommit.data
        if _PASSED not in data:
            data[_PASSED] = True
            self.env.cr.execute("LOCK TABLE caredesk_sla_recompute IN ROW SHARE MODE")

    def _close_gate(self):
        """Keep savers out until the end of the transaction, and lock these tickets.

        :raise psycopg2.errors.LockNotAvailable: somebody is saving for longer than we wait
        """
        cr = self.env.cr
        cr.execute("SET LOCAL lock_timeout = %s", (_PATIENCE,))
        cr.execute("LOCK TABLE caredesk_sla_recompute IN EXCLUSIVE MODE", log_exceptions=False)
        cr.execute("SET LOCAL lock_timeout = 0")
        # Others who change tickets, mail and scheduled actions, are not waited for behind the gate.
        cr.execute(
            "SELECT FROM caredesk_ticket WHERE id = ANY(%s) FOR NO KEY UPDATE NOWAIT",
            (self.ids,),
            log_exceptions=False,
        )
