from odoo import fields, models
from odoo.tools import SQL

from ..domain import scores
from .caredesk_survey_statistics import DIMENSIONS

#: Months of the trend that are shown, and how many back from the last day they may lie.
_MONTHS = 24
_MONTHS_BACK = 120
#: Bars of a breakdown.
_BARS = 15
#: The mask of grouping(), a bit for each column that was NOT grouped by, and the column it leaves.
_KINDS = {
    0b0111: ("month", 1),
    0b1011: ("group", 2),
    0b1101: ("performer", 3),
    0b1110: ("type", 4),
}
_TOTAL = 0b1111


class CaredeskSurveyStatistics(models.AbstractModel):
    """Totals of a survey, month by month, and by group, employee and ticket type."""

    _inherit = "caredesk.survey.statistics"

    def _figures(self, where, base, filters):
        """Return totals, months and breakdowns: one statement, all groupings at once."""
        found = {"total": self._no_figures(), "month": [], "group": [], "performer": [], "type": []}
        months = self._months(filters)
        for row in self._count_figures(where, months):
            figures = self._as_figures(row[5:])
            if row[0] == _TOTAL:
                found["total"] = figures
                continue
            kind, column = _KINDS[row[0]]
            if row[column]:
                found[kind].append({"key": row[column], **figures})
        found["total"]["domain"] = base
        self._name_months(found, base, months)
        self._name_groups(found, base)
        return found

    def _count_figures(self, where, months):
        """Return a row for each grouping.

        Answers are counted once, by all columns together, which the database does with several
        processes; only the few rows of that are then added up for each grouping. The month is
        the place in ``months``, whose begins are known here: cheaper than dates by time zone.
        """
        self.env["survey.user_input"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT grouping(month, support_group_id, served_by_id, ticket_type_id),
                       month, support_group_id, served_by_id, ticket_type_id,
                       coalesce(sum(answers), 0)::int, sum(scored)::int, sum(percentages),
                       sum(satisfied)::int, sum(promoters)::int, sum(passives)::int,
                       sum(detractors)::int
                  FROM (SELECT width_bucket(entry.end_datetime, %s::timestamp[]) AS month,
                               entry.support_group_id, entry.served_by_id, entry.ticket_type_id,
                               count(*) AS answers,
                               count(*) FILTER (WHERE entry.is_scored) AS scored,
                               sum(entry.scoring_percentage)
                                   FILTER (WHERE entry.is_scored) AS percentages,
                               count(*) FILTER (WHERE entry.is_scored
                                                AND entry.scoring_percentage >= %s) AS satisfied,
                               count(*) FILTER (WHERE entry.nps_group = 'promoter') AS promoters,
                               count(*) FILTER (WHERE entry.nps_group = 'passive') AS passives,
                               count(*) FILTER (WHERE entry.nps_group = 'detractor') AS detractors
                          FROM survey_user_input entry
                         WHERE %s
                         GROUP BY 1, 2, 3, 4) AS counted
                 GROUP BY GROUPING SETS
                          ((), (month), (support_group_id), (served_by_id), (ticket_type_id))
                 ORDER BY month, 6 DESC
                """,
                [self._moment(month) for month in months],
                scores.SATISFIED_FROM,
                where,
            )
        )

    def _months(self, filters):
        """Return the first days of the months up to the last day that counts."""
        last = self._day(filters.get("date_to")) or fields.Date.context_today(self)
        last = last.replace(day=1)
        back = range(_MONTHS_BACK - 1, -1, -1)
        return [fields.Date.subtract(last, months=number) for number in back]

    def _as_figures(self, columns):
        answers, scored, percentages, satisfied, *groups = columns
        return {
            "answers": answers,
            "average": round((percentages or 0.0) / scored, 1) if scored else None,
            "csat": scores.satisfaction(satisfied or 0, scored or 0),
            "nps": scores.net_promoter_score(*(count or 0 for count in groups)),
        }

    def _no_figures(self):
        return {"answers": 0, "average": None, "csat": None, "nps": None}

    def _name_months(self, found, base, months):
        """Give each month its label and the domain of its answers."""
        found["month"] = found["month"][-_MONTHS:]
        for point in found["month"]:
            month = months[point.pop("key") - 1]
            until = fields.Date.add(month, months=1)
            point["label"] = month.strftime("%m/%Y")
            point["domain"] = [
                *base,
                ("end_datetime", ">=", fields.Datetime.to_string(self._moment(month))),
                ("end_datetime", "<", fields.Datetime.to_string(self._moment(until))),
            ]

    def _name_groups(self, found, base):
        """Give each group, employee and ticket type its label and the domain of its answers."""
        for kind, (field, model) in DIMENSIONS.items():
            points = found[kind] = found[kind][:_BARS]
            # sudo: names of groups, types and colleagues, for a manager of surveys
            records = self.env[model].sudo().browse([point["key"] for point in points])
            names = dict(zip(records.ids, records.mapped("display_name"), strict=True))
            for point in points:
                key = point.pop("key")
                point["label"] = names[key]
                point["domain"] = [*base, (field, "=", key)]
