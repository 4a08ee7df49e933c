from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.caredesk_ticket.models.batches import work_off

#: Answers quoted in a follow-up, and letters of each.
_QUOTED = 30
_LONGEST = 500


class SurveyUserInput(models.Model):
    """What is done after a bad answer, by the rules of the survey."""

    _inherit = "survey.user_input"

    follow_up_pending = fields.Boolean(readonly=True, copy=False, export_string_translation=False)
    follow_up_ticket_id = fields.Many2one(
        "caredesk.ticket", string="Follow-up Ticket", readonly=True, copy=False, ondelete="set null"
    )

    _follow_up_idx = models.Index("(id) WHERE follow_up_pending IS TRUE")

    def _mark_done(self):
        """Flag what the rules are to look at: the customer does not wait for tickets and mail."""
        result = super()._mark_done()
        # sudo: rules of the survey, whoever answered it
        asked = self.sudo().filtered(
            lambda entry: not entry.test_entry and entry.survey_id.follow_up_ids
        )
        if asked:
            asked.write({"follow_up_pending": True})
            self.env.ref("caredesk_survey.ir_cron_follow_up").sudo()._trigger()
        return result

    @api.model
    def _cron_follow_up(self):
        """Cron: follow up what was answered badly."""
        done, left = work_off(
            self,
            [("follow_up_pending", "=", True)],
            type(self)._follow_up,
            lambda batch: batch.write({"follow_up_pending": False}),
        )
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    def _follow_up(self):
        self.ensure_one()
        for rule in self.survey_id.follow_up_ids:
            if rule._applies(self):
                rule._carry_out(self)

    def _summary(self):
        """Return what was answered, as safe HTML."""
        self.ensure_one()
        lines = self.user_input_line_ids.filtered(lambda line: not line.skipped)[:_QUOTED]
        rows = [
            Markup("<li>%s: <b>%s</b></li>")
            % (line.question_id.title, (line.answer_text or "")[:_LONGEST])
            for line in lines
        ]
        return Markup("<ul>%s</ul>") % Markup("").join(rows)


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    follow_up_ids = fields.One2many(
        "caredesk.survey.follow.up", "survey_id", string="Follow-ups", copy=False
    )

    def copy_data(self, default=None):
        """Copy the rules too, where the user may: Odoo's own survey users copy surveys as well."""
        vals_list = super().copy_data(default=default)
        if self.env["caredesk.survey.follow.up"].has_access("create"):
            for survey, vals in zip(self, vals_list, strict=True):
                rules = survey.follow_up_ids.copy_data()
                vals.setdefault("follow_up_ids", [Command.create(rule) for rule in rules])
        return vals_list
