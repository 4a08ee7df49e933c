import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

#: Tickets the cron closes before it commits.
_BATCH = 200


class CaredeskTicket(models.Model):
    """The end of a ticket: what follows its completion, and closing it."""

    _inherit = "caredesk.ticket"

    outcome = fields.Selection(
        [("solved", "Can Be Handled"), ("not_solved", "Cannot Be Handled")],
        string="Resolution Outcome",
        copy=False,
        tracking=True,
        help="Whether the customer's request could be met.",
    )

    # Done and not closed: the cron reads these, not the history.
    _done_idx = models.Index("(done_at) WHERE state = 'done' AND is_closed IS NOT TRUE")

    # === BUSINESS ===

    def _checked_outcome(self, outcome):
        """Return the outcome to store: the given one, the present one, or solved."""
        self.ensure_one()
        outcome = self._as_text(outcome) or self.outcome or "solved"
        if outcome not in dict(self._fields["outcome"].selection):
            raise UserError(self.env._("Say whether the request can be handled or cannot."))
        return outcome

    def _after_completion(self):
        """Go on with a ticket whose work is done and, where asked for, checked."""
        self.ensure_one()
        if not self.is_check_pending:
            self._plan_follow_up()
            self._close_if_finished()

    def _close_if_finished(self):
        """Close the ticket at once where its group wants that and nothing is left to do."""
        self.ensure_one()
        group_sudo = self.group_id.sudo()  # a setting, not a secret
        if group_sudo.close_when_done and not self.is_check_pending and not self.follow_up_at:
            self._set_closed()

    def _set_closed(self, automatic=False):
        """Close done tickets and put them into the closing stage of their groups.

        :param automatic: nobody closed them, and nobody is mailed
        """
        now = fields.Datetime.now()
        # sudo: who may close was checked by the caller
        tickets_sudo = self.sudo()._own_code()
        for group, tickets in tickets_sudo.grouped("group_id").items():
            vals = {
                "is_closed": True,
                "closed_at": now,
                "closed_by_id": not automatic and self.env.uid,
                **tickets._drop_follow_up(),
            }
            stages = self.env["caredesk.ticket.stage"]
            if stage_id := stages._first_id(group.id, "done", "closing"):
                vals.update(stage_id=stage_id, stage_entered_at=now)
            tickets.with_context(caredesk_no_stage_mail=automatic).write(vals)

    # === CRON ===

    @api.model
    def _cron_auto_close(self):
        """Cron: close tickets that are done for as many days as their group says.

        Not those whose quality check or follow-up is still to come, nor those whose customer has
        written since and nobody has answered: a person looks at them first.
        """
        domain = self._domain_to_close(fields.Datetime.now())
        tickets = self.search(domain, limit=_BATCH, order="done_at").try_lock_for_update()
        closed = tickets._close_each()
        # What could not be closed is tried again by the next run, not at once.
        left = self.search_count(domain, limit=_BATCH) if len(closed) == len(tickets) else 0
        self.env["ir.cron"]._commit_progress(len(closed), remaining=left)

    @api.model
    def _domain_to_close(self, now):
        groups = self.env["caredesk.support.group"].with_context(active_test=False)
        groups = groups.search([("auto_close_days", ">", 0)])
        checks = self.env["caredesk.ticket.stage"].with_context(active_test=False)
        checks = checks.search([("is_quality_check", "=", True)])
        due = Domain.OR(
            Domain("group_id", "=", group.id)
            & Domain("done_at", "<=", now - timedelta(days=group.auto_close_days))
            for group in groups
        )
        return (
            Domain("state", "=", "done")
            & Domain("is_closed", "=", False)
            & Domain("follow_up_at", "=", False)
            & Domain("customer_replied", "=", False)
            & Domain("stage_id", "not in", checks.ids)
            & due
        )

    def _close_each(self):
        """Close these tickets, together if possible; one that fails does not stop the others.

        :return: those that were closed
        """
        try:
            with self.env.cr.savepoint():
                self._set_closed(automatic=True)
                self._log_automatic_closing()
                self.flush_recordset()
            return self
        except Exception:
            if len(self) == 1:
                _logger.exception("%s could not be closed", self)
                return self.browse()
            self.invalidate_recordset()
        return self.browse().union(*(ticket._close_each() for ticket in self))

    def _log_automatic_closing(self):
        """Write on each ticket why it is closed; nobody is notified."""
        bodies = {}
        for lang, tickets in self.grouped(lambda t: t.company_id.partner_id.lang).items():
            env = self.with_context(lang=lang).env
            for ticket in tickets:
                bodies[ticket.id] = Markup("<p>%s</p>") % env._(
                    "Closed automatically: done for %(days)s days.",
                    days=ticket.group_id.auto_close_days,
                )
        self._message_log_batch(bodies)
