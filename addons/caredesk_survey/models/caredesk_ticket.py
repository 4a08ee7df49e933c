from odoo import api, fields, models


class CaredeskTicket(models.Model):
    """A survey for the customer when the ticket is done, and what he or she answered."""

    _inherit = "caredesk.ticket"

    survey_input_ids = fields.One2many(
        "survey.user_input",
        "ticket_id",
        string="Surveys",
        groups="caredesk_survey.group_survey_user",
    )
    survey_score = fields.Float(
        "Survey Score (%)",
        compute="_compute_survey_score",
        compute_sudo=True,
        help="Score of the latest scored survey the customer completed about this ticket.",
    )
    survey_is_scored = fields.Boolean(
        compute="_compute_survey_score", compute_sudo=True, export_string_translation=False
    )
    survey_done_count = fields.Integer(
        "Completed Surveys", compute="_compute_survey_score", compute_sudo=True
    )

    # === COMPUTE ===

    @api.depends(
        "state",
        "survey_input_ids.state",
        "survey_input_ids.is_scored",
        "survey_input_ids.scoring_percentage",
    )
    def _compute_survey_score(self):
        """Read what was answered about done tickets; opening an open one costs nothing."""
        entries = self.env["survey.user_input"]
        if done := self.filtered(lambda ticket: ticket.state == "done"):
            entries = entries.search(
                [("ticket_id", "in", done.ids), ("state", "=", "done"), ("test_entry", "=", False)],
                order="end_datetime, id",
            )
        by_ticket = entries.grouped("ticket_id")
        for ticket in self:
            mine = by_ticket.get(ticket._origin, entries.browse())
            ticket.survey_done_count = len(mine)
            scored = mine.filtered("is_scored")
            ticket.survey_is_scored = bool(scored)
            ticket.survey_score = scored[-1:].scoring_percentage

    # === ACTIONS ===

    def action_survey_answers(self):
        """Open what the customer answered about this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_survey.survey_user_input_action_history"
        )
        action["domain"] = [("ticket_id", "=", self.id), ("state", "=", "done")]
        return action

    # === BUSINESS ===

    def _after_completion(self):
        """Invite the customer to the survey of the ticket's type, or else of its group."""
        super()._after_completion()
        if self.is_check_pending:
            return
        # sudo: settings, not secrets
        ticket_sudo = self.sudo()
        survey = (
            ticket_sudo.type_id.completion_survey_id or ticket_sudo.group_id.completion_survey_id
        )
        if survey:
            self.env["caredesk.survey.request"].sudo()._ask_after(self, survey)

    def _ask_for_rating(self):
        """Ask by survey or by faces, not by both."""
        # sudo: whether the system invited the customer
        requests_sudo = self.env["caredesk.survey.request"].sudo()
        if requests_sudo.search_count([("ticket_id", "=", self.id)], limit=1):
            return
        super()._ask_for_rating()

    def _reopen(self, reason=None):
        """Forget an invitation that has not been sent: the work goes on."""
        result = super()._reopen(reason=reason)
        # sudo: rows of the system; who may reopen was checked
        requests_sudo = self.env["caredesk.survey.request"].sudo()
        requests_sudo.search([("ticket_id", "in", self.ids), ("state", "=", "pending")]).unlink()
        return result
