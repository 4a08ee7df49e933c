import io

from pytz import UTC

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from ..report.history_xlsx import write_history

#: Surveys in one file; more are asked for by shorter periods.
_MOST = 50_000
_CHUNK = 1000
#: What a sheet holds, beside its headings.
_MOST_ROWS = 1_048_575


class CaredeskSurveyExport(models.TransientModel):
    """Dialog: which part of the history becomes an Excel file."""

    _name = "caredesk.survey.export"
    _description = "Export Survey History"

    survey_ids = fields.Many2many(
        "survey.survey", string="Surveys", domain=[("is_caredesk", "=", True)]
    )
    performer_kind = fields.Selection([("customer", "Customer"), ("employee", "Employee")])
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    with_answers = fields.Boolean("With Each Answer", default=True)

    # === ACTIONS ===

    def action_export(self):
        """Download the file."""
        self.ensure_one()
        count = self.env["survey.user_input"].search_count(self._domain(), limit=_MOST + 1)
        if count > _MOST:
            raise UserError(
                self.env._(
                    "There are more than %(most)s surveys. Choose a shorter period.", most=_MOST
                )
            )
        lines = self.env["survey.user_input.line"]
        inside = Domain("user_input_id", "any", self._domain())
        if self.with_answers and lines.search_count(inside, limit=_MOST_ROWS + 1) > _MOST_ROWS:
            raise UserError(
                self.env._("There are too many answers for one file. Choose a shorter period.")
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/caredesk/survey/export/{self.id}",
            "target": "download",
        }

    # === BUSINESS ===

    def _domain(self):
        """Return the part of the history the dialog asks for."""
        self.ensure_one()
        domain = self.env["survey.user_input"]._history_domain()
        if self.survey_ids:
            domain &= Domain("survey_id", "in", self.survey_ids.ids)
        if self.performer_kind:
            domain &= Domain("performer_kind", "=", self.performer_kind)
        # Days are those of the reader's clock.
        if self.date_from:
            domain &= Domain("end_datetime", ">=", self._moment(self.date_from))
        if self.date_to:
            after = fields.Date.add(self.date_to, days=1)
            domain &= Domain("end_datetime", "<", self._moment(after))
        return domain

    def _moment(self, day):
        begin = fields.Datetime.to_datetime(day)
        return self.env.tz.localize(begin).astimezone(UTC).replace(tzinfo=None)

    def _render(self):
        """Return the file; an empty history gives its headings."""
        self.ensure_one()
        entries = self.env["survey.user_input"].search(
            self._domain(), order="end_datetime desc, id desc", limit=_MOST
        )
        headings = [
            self.env._("Survey"),
            self.env._("Survey Creator"),
            self.env._("Performer Kind"),
            self.env._("Performer"),
            self.env._("Interviewed by"),
            self.env._("Date"),
            self.env._("Score Achieved"),
            self.env._("Score (%)"),
        ]
        sheets = [(self.env._("Survey History"), headings, self._history_rows(entries))]
        if self.with_answers:
            details = [
                self.env._("Survey"),
                self.env._("Performer"),
                self.env._("Date"),
                self.env._("Question"),
                self.env._("Answer"),
                self.env._("Points"),
                self.env._("Most Points"),
            ]
            sheets.append((self.env._("Answer Details"), details, self._answer_rows(entries)))
        stream = io.BytesIO()
        write_history(stream, sheets)
        return stream.getvalue()

    def _history_rows(self, entries):
        kinds = dict(entries._fields["performer_kind"]._description_selection(self.env))
        for entry in self._in_chunks(entries):
            yield [
                entry.survey_id.title,
                entry.survey_creator_id.name,
                kinds.get(entry.performer_kind),
                entry.performer_name,
                entry.interviewer_id.name,
                self._local(entry.end_datetime),
                entry.scoring_total if entry.is_scored else None,
                entry.scoring_percentage if entry.is_scored else None,
            ]

    def _answer_rows(self, entries):
        for entry in self._in_chunks(entries):
            start = [entry.survey_id.title, entry.performer_name, self._local(entry.end_datetime)]
            for line in entry.user_input_line_ids:
                yield [
                    *start,
                    line.sudo().question_id.title,  # sudo: what was asked, next to the answer
                    line.answer_text,
                    line.answer_score if line.most_points else None,
                    line.most_points or None,
                ]

    def _in_chunks(self, entries):
        """Go through ``entries`` and forget what was read, so that memory does not grow."""
        for ids in split_every(_CHUNK, entries.ids):
            yield from entries.browse(ids)
            self.env.invalidate_all(flush=False)

    def _local(self, moment):
        return fields.Datetime.context_timestamp(self, moment).replace(tzinfo=None)
