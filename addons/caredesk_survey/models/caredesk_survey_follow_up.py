from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .survey_survey import CUSTOMER_KINDS


class CaredeskSurveyFollowUp(models.Model):
    """A rule: what is done when somebody answers a survey badly."""

    _name = "caredesk.survey.follow.up"
    _description = "Follow-up of a Low Score"
    _order = "sequence, id"

    survey_id = fields.Many2one("survey.survey", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    condition = fields.Selection(
        [("score", "Score Below"), ("detractor", "Detractor (0 to 6)")],
        default="score",
        required=True,
    )
    below = fields.Float("Below (%)", default=50.0)
    action = fields.Selection(
        [
            ("activity", "Activity on the Ticket or Customer"),
            ("call", "Call-Back Task"),
            ("ticket", "New Ticket"),
        ],
        default="activity",
        required=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assigned to",
        domain="[('share', '=', False)]",
        help="Who gets the activity or call. Empty: the ticket's performer, the customer's "
        "salesperson, or the survey's responsible.",
    )
    ticket_type_id = fields.Many2one(
        "caredesk.ticket.type", help="Type of the new ticket; empty: the default support group."
    )
    days = fields.Integer("Due in Days", default=1)

    _below_share = models.Constraint(
        "CHECK (below >= 0 AND below <= 100)", "The score is a percentage between 0 and 100."
    )
    _days_positive = models.Constraint("CHECK (days >= 0)", "The days cannot be negative.")

    @api.constrains("survey_id", "action")
    def _check_kind(self):
        for rule in self:
            if rule.survey_id.survey_type not in CUSTOMER_KINDS:
                raise ValidationError(
                    self.env._("Follow-ups are for surveys of customers, not of employees.")
                )

    # === BUSINESS ===

    def _applies(self, entry):
        """Tell whether what was answered calls for this follow-up."""
        self.ensure_one()
        if self.condition == "detractor":
            return entry.nps_group == "detractor"
        return entry.is_scored and entry.scoring_percentage < self.below

    def _carry_out(self, entry):
        """Do what the rule says about ``entry``."""
        self.ensure_one()
        if self.action == "ticket":
            self._open_ticket(entry)
        else:
            self._plan_activity(entry)

    def _open_ticket(self, entry):
        partner = entry.partner_id
        vals = {
            "name": self.env._("Low score: %(survey)s", survey=entry.survey_id.title),
            "description": entry._summary(),
            "channel": "other",
            "partner_id": partner.id,
            "partner_name": partner.name or entry.nickname or entry.email,
        }
        if self.ticket_type_id:
            vals["type_id"] = self.ticket_type_id.id
        tickets = self.env["caredesk.ticket"].with_company(entry.company_id or self.env.company)
        entry.follow_up_ticket_id = tickets.create(vals)

    def _plan_activity(self, entry):
        record = entry.ticket_id or entry.partner_id or entry
        user = (
            self.user_id
            or entry.ticket_id.user_id
            or entry.partner_id.user_id
            or entry.survey_id.user_id
        )
        kind = (
            "mail.mail_activity_data_call"
            if self.action == "call"
            else ("mail.mail_activity_data_todo")
        )
        here = self.with_context(lang=user.lang)
        summary = here.env._("Detractor in a survey")
        if entry.is_scored:
            score = entry.with_env(here.env)._as_read(entry.scoring_percentage)
            summary = here.env._("Low score in a survey: %(score)s %%", score=score)
        record.activity_schedule(
            kind,
            date_deadline=fields.Date.add(fields.Date.context_today(here), days=self.days),
            summary=summary,
            note=entry._summary(),
            user_id=(user or self.env.ref("base.user_root")).id,
        )
