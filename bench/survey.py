"""Row `survey_stats_100k`: statistics and history of a survey that 100,000 customers completed.

The peer is SQL that gives the same figures and rows and nothing else: no labels, no domains, no
rights.
"""

from statistics import median

from tools.devkit import database
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from .metric import Metric
from .subject import Subject, timed

ROW = "survey_stats_100k"
COUNT = 100_000
ROUNDS = 7
TARGET = 2.0
DATABASE = "caredesk_bench_survey"

_ENTRIES = """
INSERT INTO survey_user_input (survey_id, state, test_entry, access_token, start_datetime,
                               end_datetime, create_date, create_uid, performer_kind, company_id,
                               scoring_percentage, scoring_total, nps_group, support_group_id,
                               is_score_final, is_scored)
SELECT %(survey)s, 'done', FALSE, 'bench-' || n, moment, moment, moment, 1, 'customer', 1,
       n %% 101, n %% 10,
       CASE WHEN n %% 11 >= 9 THEN 'promoter' WHEN n %% 11 >= 7 THEN 'passive'
            ELSE 'detractor' END,
       %(group)s, TRUE, TRUE
  FROM generate_series(1, %(count)s) n,
       LATERAL (SELECT now() - n %% 540 * interval '1 day' AS moment) AS moments
"""
_LINES = """
INSERT INTO survey_user_input_line (user_input_id, survey_id, question_id, skipped, answer_type,
                                    value_scale, suggested_answer_id, value_text_box, answer_score)
SELECT entry.id, entry.survey_id, question.id, FALSE,
       CASE question.question_type WHEN 'scale' THEN 'scale' WHEN 'text_box' THEN 'text_box'
            ELSE 'suggestion' END,
       CASE WHEN question.question_type = 'scale'
            THEN question.scale_min
                 + entry.id %% (question.scale_max - question.scale_min + 1) END,
       (SELECT choice.id FROM survey_question_answer choice
         WHERE choice.question_id = question.id ORDER BY choice.id %% (1 + entry.id %% 3) LIMIT 1),
       CASE WHEN question.question_type = 'text_box' THEN 'Rất tốt ' || entry.id END, 1
  FROM survey_user_input entry JOIN survey_question question USING (survey_id)
 WHERE entry.survey_id = %(survey)s
"""
_RAW_FIGURES = """
SELECT date_trunc('month', end_datetime), support_group_id, served_by_id, ticket_type_id,
       count(*), count(*) FILTER (WHERE is_scored),
       avg(scoring_percentage) FILTER (WHERE is_scored),
       count(*) FILTER (WHERE is_scored AND scoring_percentage >= 80),
       count(*) FILTER (WHERE nps_group = 'promoter'),
       count(*) FILTER (WHERE nps_group = 'passive'),
       count(*) FILTER (WHERE nps_group = 'detractor')
  FROM survey_user_input
 WHERE survey_id = %s AND state = 'done' AND test_entry IS NOT TRUE
 GROUP BY GROUPING SETS ((), (1), (support_group_id), (served_by_id), (ticket_type_id))
"""
_RAW_CHARTS = """
SELECT line.question_id, line.suggested_answer_id, line.matrix_row_id, line.value_scale,
       line.skipped, count(*), sum(line.value_numerical_box)
  FROM survey_user_input_line line JOIN survey_user_input entry ON entry.id = line.user_input_id
 WHERE entry.survey_id = %s AND entry.state = 'done' AND entry.test_entry IS NOT TRUE
 GROUP BY 1, 2, 3, 4, 5
"""

_RAW_HISTORY = """
SELECT entry.id, entry.end_datetime, entry.performer_kind, entry.scoring_total,
       entry.scoring_percentage, survey.title, survey.create_uid, partner.name, entry.email
  FROM survey_user_input entry JOIN survey_survey survey ON survey.id = entry.survey_id
  LEFT JOIN res_partner partner ON partner.id = entry.partner_id
 WHERE entry.survey_id = %s AND entry.state = 'done' AND entry.test_entry IS NOT TRUE
   AND survey.survey_type IN ('customer', 'employee', 'csat', 'nps')
 ORDER BY entry.end_datetime DESC, entry.id DESC LIMIT 80
"""
_RAW_COUNT = """
SELECT count(*) FROM (
       SELECT 1 FROM survey_user_input entry
         JOIN survey_survey survey ON survey.id = entry.survey_id
        WHERE entry.survey_id = %s AND entry.state = 'done' AND entry.test_entry IS NOT TRUE
          AND survey.survey_type IN ('customer', 'employee', 'csat', 'nps')
        LIMIT 10001) AS counted
"""
#: As the list counts, and `_RAW_COUNT`: no further than this.
_MOST_COUNTED = 10_001
#: What a page of the history shows; people and surveys by their names.
_COLUMNS = ("end_datetime", "performer_kind", "performer_name", "scoring_total")
_NAMED = ("survey_id", "survey_creator_id")

_survey: list[int] = []


def measure(tools: Toolchain, log: Log) -> Metric:
    """Let the page and the bare SQL take turns."""
    source = database.template(tools, ["caredesk_survey"], log=log)
    try:
        database.copy(tools, source, DATABASE)
        subject = Subject(tools, DATABASE, "bench.survey")
        try:
            subject.ask("fill", COUNT)
            for table in ("survey_user_input", "survey_user_input_line"):
                tools.psql(f"VACUUM ANALYZE {table}", DATABASE)
            ours, theirs = [], []
            for number in range(ROUNDS + 1):
                page, bare = subject.ask("page"), subject.ask("bare")
                if number:  # round 0 warms up
                    ours.append(1000 * page)
                    theirs.append(1000 * bare)
            wrong = subject.ask("check", COUNT)
        finally:
            subject.close()
    finally:
        database.drop(tools, DATABASE)
    log.say(f"{ROW}: {median(ours):.0f} ms for statistics and history")
    return Metric(
        ROW, "ms", "bare SQL, same figures and rows", TARGET, ours, theirs, wrong, at_most=True
    )


# --- in a process of its own ---


def prepare(worker) -> None:
    """Nothing: the survey is made by `fill`."""


def fill(worker, count: int) -> None:
    """Make a survey from the template and have it completed ``count`` times."""
    with worker.env() as env:
        template = env.ref("caredesk_survey.template_service")
        survey = env["survey.survey"].browse(template.action_use_template()["res_id"])
        group = env["caredesk.support.group"].search([], limit=1)
        env.flush_all()
        values = {"survey": survey.id, "group": group.id, "count": count}
        env.cr.execute(_ENTRIES, values)
        env.cr.execute(_LINES, values)
        _survey[:] = [survey.id]


def page(worker) -> float:
    """Read statistics and history as a survey manager; return the seconds."""

    def work():
        mine["caredesk.survey.statistics"].get_statistics({"survey_id": _survey[0]})
        entries = mine["survey.user_input"]
        entries.web_search_read(
            [*entries._history_domain(), ("survey_id", "=", _survey[0])],
            {
                **{name: {} for name in (*_COLUMNS, "scoring_percentage")},
                **{name: {"fields": {"display_name": {}}} for name in _NAMED},
            },
            limit=80,
            order="end_datetime desc, id desc",
            count_limit=_MOST_COUNTED,
        )

    with worker.env() as env:
        env.invalidate_all()
        mine = env(user=env.ref("base.user_admin"))
        return timed(work)


def bare(worker) -> float:
    """Run the SQL alone; return the seconds."""

    def work():
        for query in (_RAW_FIGURES, _RAW_CHARTS, _RAW_HISTORY, _RAW_COUNT):
            env.cr.execute(query, (_survey[0],))
            env.cr.fetchall()

    with worker.env() as env:
        return timed(work)


def check(worker, count: int) -> list[str]:
    """Return what is wrong with the page's figures; empty when they are right."""
    with worker.env() as env:
        statistics = env(user=env.ref("base.user_admin"))["caredesk.survey.statistics"]
        data = statistics.get_statistics({"survey_id": _survey[0]})
    wrong = []
    if data["totals"]["answers"] != count:
        wrong.append(f"{data['totals']['answers']} completed surveys instead of {count}")
    for chart in data["questions"]:
        if chart["bars"] and sum(bar["count"] for bar in chart["bars"]) != count:
            wrong.append(f"the bars of {chart['title']} do not add up to {count}")
    return wrong
