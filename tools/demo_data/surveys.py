"""What the demo's customers and employees answered in surveys, over the last months.

Satisfaction and recommendation go up slowly, as they do where somebody acts on answers; so the
trend, the breakdowns and the history have something to say. Every answer goes through the methods
that a browser's request calls.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle

from tools.demo_data import clock

MONTHS = 8
DAYS_A_MONTH = 30
#: How long after a ticket's end its customer answered, and how long answering took.
THINKING = timedelta(hours=5)
ANSWERING = timedelta(minutes=4)
#: Customers of each past month, the oldest first.
SATISFACTION_CROWD = (3, 4, 4, 5, 5, 6, 7, 7)
RECOMMENDATION_CROWD = (3, 3, 4, 4, 5, 5, 6, 6)
#: Good, fair and bad answers to the four questions of the satisfaction survey: stars, place of
#: the choice «how quickly», solved or not, words.
GOOD = (
    (5, 0, 0, "Nhân viên tận tình, giải thích dễ hiểu."),
    (5, 1, 0, None),
    (4, 1, 0, "Cảm ơn đã gọi lại hỏi thăm."),
    (5, 0, 0, "Kỹ thuật đến đúng hẹn, làm gọn gàng."),
    (4, 1, 0, None),
    (5, 1, 0, "Mong có thêm kênh hỗ trợ buổi tối."),
    (4, 0, 0, "Nên gửi hướng dẫn sử dụng kèm máy."),
)
FAIR = ((4, 2, 0, None), (3, 2, 0, "Xong việc nhưng phải chờ hơi lâu."))
BAD = (
    (2, 3, 1, "Chưa xử lý dứt điểm, lỗi vẫn lặp lại."),
    (1, 3, 1, "Gọi ba lần mới có người nghe."),
)
#: Recommendations of the last month back to the oldest: the further back, the more of the worse.
PROMOTERS = ((10, "Hỗ trợ nhanh, nói là làm."), (9, None), (10, "Sản phẩm bền, bảo hành tốt."))
PASSIVES = ((8, None), (7, "Ổn, mong có thêm hướng dẫn bằng video."))
DETRACTORS = ((5, "Thời gian chờ còn lâu."), (3, "Phải kể lại từ đầu mỗi lần gọi."))
#: Who has done the survey of employees, and the choices they made: first, several, third, words.
STAFF = (
    ("user_ha", (0, (0, 1), 0, "Thêm mẫu câu trả lời cho các lỗi hay gặp.")),
    ("user_hung", (0, (0,), 0, None)),
    ("user_mai", (1, (0, 1), 0, "Cần biết trước lịch bảo trì của kỹ thuật.")),
    ("user_thao", (0, (1, 2), 1, None)),
)
#: Who was given it and has not done it yet.
STAFF_TO_DO = ("user_tuan", "user_anh")


def give(tickets, hands: clock.Clock, now: datetime) -> None:
    """Let customers and employees answer; nothing where surveys are not installed."""
    env = tickets.env
    if not env.ref("caredesk_survey.template_service", raise_if_not_found=False):
        return
    _about_tickets(tickets, hands, now)
    _past_satisfaction(tickets, hands, now)
    _past_recommendation(tickets, hands, now)
    hands.set(now)
    _staff(env, hands, now)
    hands.set(now)


def _survey(env, template: str):
    """Return the company's survey of a template, made by its manager of surveys.

    Those of the demo data are in English: they were made before languages were there.
    """
    linh = env.ref("caredesk_ticket.user_linh")
    origin = env.ref(f"caredesk_survey.{template}")
    known = [("survey_type", "=", origin.survey_type), ("is_template", "=", False)]
    surveys = env["survey.survey"].search(known)
    if mine := surveys.filtered(lambda survey: survey.create_uid == linh):
        return mine[:1]
    surveys.filtered(lambda survey: not survey.user_input_ids).unlink()
    made = origin.with_user(linh).action_use_template()
    return env["survey.survey"].browse(made["res_id"])


def _about_tickets(tickets, hands, now) -> None:
    survey = _survey(tickets.env, "template_service")
    done = tickets.filtered(lambda one: one.done_at and one.partner_id).sorted("done_at")
    answers = cycle((*GOOD, FAIR[0], None, BAD[0], GOOD[0], None))
    for ticket, answer in zip(done, answers, strict=False):
        moment = ticket.done_at + THINKING
        if answer and moment < now:
            _fill(survey, hands, moment, answer, partner=ticket.partner_id, ticket_id=ticket.id)


def _past_satisfaction(tickets, hands, now) -> None:
    survey = _survey(tickets.env, "template_service")
    models = cycle(tickets.filtered(lambda one: one.partner_id and one.user_id))
    for month, crowd in enumerate(SATISFACTION_CROWD):
        answers = cycle(_mixture(month, GOOD, FAIR, BAD))
        for moment in _moments(now, month, crowd):
            model = next(models)
            _fill(
                survey,
                hands,
                moment,
                next(answers),
                partner=model.partner_id,
                support_group_id=model.group_id.id,
                ticket_type_id=model.type_id.id,
                served_by_id=model.user_id.id,
            )


def _past_recommendation(tickets, hands, now) -> None:
    survey = _survey(tickets.env, "template_nps")
    customers = cycle(tickets.partner_id)
    for month, crowd in enumerate(RECOMMENDATION_CROWD):
        answers = cycle(_mixture(month, PROMOTERS, PASSIVES, DETRACTORS))
        for moment in _moments(now, month, crowd):
            _fill(survey, hands, moment, next(answers), partner=next(customers))


def _mixture(month: int, good, fair, bad) -> tuple:
    """Return the answers of a month in their order: the later, the fewer bad ones."""
    if month < MONTHS // 3:
        return (*bad, good[0], *fair, good[1])
    if month < 2 * MONTHS // 3:
        return (good[0], bad[0], *fair, *good[1:])
    return (*good, fair[0], *good, bad[1], fair[1])


def _moments(now: datetime, month: int, crowd: int) -> Iterator[datetime]:
    """Yield when the customers of a month answered, spread over it; the last ends two weeks ago."""
    first_day = 14 + (MONTHS - month) * DAYS_A_MONTH
    for number in range(crowd):
        back = first_day - number * DAYS_A_MONTH // crowd
        yield now.replace(hour=2 + 3 * number % 9, minute=7 * number % 60) - timedelta(days=back)


def _staff(env, hands, now) -> None:
    """Assign the survey of employees ten days ago; most have done it since."""
    survey = _survey(env, "template_knowledge")
    people = {name: env.ref(f"caredesk_ticket.{name}") for name, _answer in STAFF}
    waiting = [env.ref(f"caredesk_ticket.{name}") for name in STAFF_TO_DO]
    hands.set(now - timedelta(days=10))
    linh = env.ref("caredesk_ticket.user_linh")
    assignment = (
        env["caredesk.survey.assignment"]
        .with_user(linh)
        .create(
            {
                "survey_id": survey.id,
                "user_ids": [(6, 0, [user.id for user in (*people.values(), *waiting)])],
                "due_at": now + timedelta(days=4),
                "note": "Kiểm tra kiến thức sản phẩm quý này, khoảng 5 phút.",
            }
        )
    )
    assignment.action_assign()
    tasks = assignment.sudo().task_ids
    tasks.write({"notice_pending": False})  # the past does not knock again
    for number, (name, answer) in enumerate(STAFF):
        task = tasks.filtered(lambda one, user=people[name]: one.user_id == user)
        hands.set(now - timedelta(days=8 - 2 * number))
        _answer(task._open_attempt(), hands, answer)


def _fill(survey, hands, moment: datetime, answer, partner, **vals) -> None:
    """Let a customer begin at ``moment`` and complete the survey."""
    hands.set(moment)
    entry = survey._create_answer(partner=partner, check_attempts=False, **vals)
    _answer(entry, hands, answer)


def _answer(entry, hands, answer) -> None:
    entry._mark_in_progress()
    for question, value in zip(entry.survey_id.question_ids, answer, strict=True):
        choices = question.suggested_answer_ids
        if choices and value is not None:
            places = value if isinstance(value, tuple) else (value,)
            value = [str(choices[place].id) for place in places]
            if question.question_type == "simple_choice":
                [value] = value
        entry._save_lines(question, value)
    hands.set(entry.start_datetime + ANSWERING)
    entry._mark_done()
