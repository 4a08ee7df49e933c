from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain.states import DONE


class CaredeskTicketQuality(models.Model):
    """One check of a completed ticket: by whom, when, and what came out."""

    _name = "caredesk.ticket.quality"
    _description = "Quality Check of a Ticket"
    _order = "date desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("caredesk.ticket", required=True, ondelete="cascade", index=True)
    checker_id = fields.Many2one(
        "res.users", string="Checked by", required=True, ondelete="restrict"
    )
    performer_id = fields.Many2one("res.users", ondelete="restrict")
    date = fields.Datetime("Checked on", required=True)
    solution_effective = fields.Boolean("Solution Works")
    need_met = fields.Boolean("Need Is Met")
    passed = fields.Boolean(compute="_compute_passed", store=True)
    note = fields.Text()
    company_id = fields.Many2one(related="ticket_id.company_id")

    @api.depends("solution_effective", "need_met")
    def _compute_passed(self):
        for check in self:
            check.passed = check.solution_effective and check.need_met


class CaredeskTicket(models.Model):
    """Quality control: somebody else than the performer checks what was done."""

    _inherit = "caredesk.ticket"

    quality_ids = fields.One2many("caredesk.ticket.quality", "ticket_id", string="Quality Checks")
    quality_failed_count = fields.Integer("Failed Checks", readonly=True, copy=False)
    is_check_pending = fields.Boolean(
        "Quality Check Pending",
        compute="_compute_is_check_pending",
        search="_search_is_check_pending",
    )
    can_check = fields.Boolean(compute="_compute_can_check")
    failed_check_note = fields.Text(compute="_compute_failed_check_note")

    # === COMPUTE ===

    @api.depends("state", "stage_id.is_quality_check", "is_closed")
    def _compute_is_check_pending(self):
        for ticket in self:
            ticket.is_check_pending = (
                ticket.state == DONE and not ticket.is_closed and ticket.stage_id.is_quality_check
            )

    def _search_is_check_pending(self, operator, value):
        if operator != "in":
            return NotImplemented
        pending = fields.Domain(
            [
                ("state", "=", DONE),
                ("is_closed", "=", False),
                ("stage_id.is_quality_check", "=", True),
            ]
        )
        return pending if True in value else ~pending

    @api.depends("is_check_pending", "user_id", "done_by_id")
    @api.depends_context("uid")
    def _compute_can_check(self):
        for ticket in self:
            ticket.can_check = ticket.is_check_pending and ticket._may_check()

    @api.depends("state", "quality_failed_count", "quality_ids")
    def _compute_failed_check_note(self):
        """Show what the last check missed, while somebody works on it."""
        for ticket in self:
            sent_back = ticket.is_open and ticket.quality_failed_count
            checks = ticket.quality_ids if sent_back else ticket.quality_ids.browse()
            last = checks.sorted("id")[-1:]
            ticket.failed_check_note = not last.passed and last.note

    # === ACTIONS ===

    def action_check(self, solution_effective, need_met, note=None):
        """Record a quality check: on to the next stage, or back to the performer.

        :param solution_effective: whether the solution works
        :param need_met: whether the customer has what he or she needed
        :param note: required when one of them is not so; told to the performer
        """
        note = self._as_text(note)
        if not (solution_effective and need_met) and not note:
            raise UserError(
                self.env._("Say what is missing: the performer has to know what to do.")
            )
        for ticket in self:
            ticket._check_step(
                "close",
                ticket._may_check(),
                self.env._("a colleague in its group, the response team or a manager"),
            )
            if not ticket.is_check_pending:
                raise UserError(
                    self.env._(
                        "Ticket %(number)s does not wait for a quality check.",
                        number=ticket.number,
                    )
                )
            check = ticket._log_check(solution_effective, need_met, note)
            if check.passed:
                ticket.sudo()._pass_check()
            else:
                ticket.sudo()._fail_check(check)
        return True

    def action_open_check(self):
        """Ask whether the solution works and the need is met."""
        return self._dialog("caredesk.ticket.check", self.env._("Quality Check"))

    # === BUSINESS ===

    def _may_check(self):
        """Tell whether the user may check this ticket; nobody checks himself but managers."""
        self.ensure_one()
        if self._is_manager():
            return True
        user = self.env.user
        if user in (self.user_id, self.done_by_id):
            return False
        return self._is_intake() or bool(self._seat_of(user, self.group_id))

    def _check_quality_passed(self):
        """Raise while the quality check of one of these tickets is still to come."""
        for ticket in self:
            if ticket.is_check_pending:
                raise UserError(
                    self.env._(
                        "Ticket %(number)s waits for its quality check and goes on only after "
                        "that. Use its button Check.",
                        number=ticket.number,
                    )
                )

    def _log_check(self, solution_effective, need_met, note):
        self.ensure_one()
        # sudo: who may check was asked before; checks are written by this step only
        return (
            self.env["caredesk.ticket.quality"]
            .sudo()
            .create(
                {
                    "ticket_id": self.id,
                    "checker_id": self.env.uid,
                    "performer_id": self.user_id.id,
                    "date": fields.Datetime.now(),
                    "solution_effective": bool(solution_effective),
                    "need_met": bool(need_met),
                    "note": note,
                }
            )
        )

    def _pass_check(self):
        """Go on to the stage after the check; follow-up and closing come now."""
        self.ensure_one()
        stages = self.env["caredesk.ticket.stage"]
        stage_id = stages._first_id(self.group_id.id, DONE)
        self._own_code().write(self._stage_vals(stage_id, fields.Datetime.now()))
        self._after_completion()

    def _fail_check(self, check):
        """Send the ticket back to its performer, who reads why."""
        self.ensure_one()
        reason = self.env._("Quality check not passed: %(note)s", note=check.note)
        self._own_code().write({"quality_failed_count": self.quality_failed_count + 1})
        self._reopen(reason)
        self._message_log(body=reason)
