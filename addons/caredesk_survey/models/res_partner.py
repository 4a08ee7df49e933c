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

    caredesk_survey_is_scored = fields.Boolean(
        compute="_compute_caredesk_survey",
        export_string_translation=False,
        groups="caredesk_survey.group_survey_user",
    )

    def _compute_caredesk_survey(self):
        """Count what the customer completed, as far as the user may see it."""
        entries = self.env["survey.user_input"]
        mine = entries._history_domain() & fields.Domain("partner_id", "in", self.ids)
        counts = dict(entries._read_group(mine, ["partner_id"], ["__count"]))
        scored = mine & fields.Domain("is_scored", "=", True)
        latest = entries._read_group(scored, ["partner_id"], ["end_datetime:max"])
        last = fields.Domain.OR(
            fields.Domain("partner_id", "=", partner.id) & fields.Domain("end_datetime", "=", end)
            for partner, end in latest
        )
        scores = {entry.partner_id: entry for entry in entries.search(scored & last, order="id")}
        for partner in self:
            entry = scores.get(partner._origin, entries)
            partner.caredesk_survey_count = counts.get(partner._origin, 0)
            partner.caredesk_survey_is_scored = bool(entry)
            partner.caredesk_survey_score = entry.scoring_percentage

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
