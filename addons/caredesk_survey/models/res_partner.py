from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    caredesk_survey_count = fields.Integer(
        "Completed Surveys",
        compute="_compute_caredesk_survey",
        groups="caredesk_survey.group_survey_user",
    )
    caredesk_survey_score = fields.Float(
        "Latest Survey Score (%)",
        compute="_compute_caredesk_survey",
        groups="caredesk_survey.group_survey_user",
    )

    def _compute_caredesk_survey(self):
        """Count what the customer completed, as far as the user may see it."""
        entries = self.env["survey.user_input"]
        mine = entries._history_domain() & fields.Domain("partner_id", "in", self.ids)
        counts = {
            partner.id: (count, latest)
            for partner, count, latest in entries._read_group(
                mine, ["partner_id"], ["__count", "id:max"]
            )
        }
        scores = dict(
            entries.browse([latest for _count, latest in counts.values()]).mapped(
                lambda entry: (entry.id, entry.scoring_percentage)
            )
        )
        for partner in self:
            count, latest = counts.get(partner._origin.id, (0, 0))
            partner.caredesk_survey_count = count
            partner.caredesk_survey_score = scores.get(latest, 0.0)

    def action_caredesk_surveys(self):
        """Open what the customer completed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_survey.survey_user_input_action_history"
        )
        history = self.env["survey.user_input"]._history_domain()
        action["domain"] = list(history & fields.Domain("partner_id", "=", self.id))
        return action

    def action_caredesk_interview(self):
        """Interview this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "caredesk_survey.caredesk_survey_interview_action"
        )
        action["context"] = {"default_partner_id": self.id}
        return action
