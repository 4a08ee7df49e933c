"""What lies ahead of the demo company: planned dates, activities, opportunities.

All relative to the present, so that calendar and activity views have something to show whenever
the demo is made.
"""

from datetime import date, datetime, timedelta
from itertools import cycle

#: Vietnam has no daylight saving time.
UTC_OFFSET = timedelta(hours=7)
SUNDAY = 6
#: For tickets with work to do: kind of activity, in how many days, what about.
NEXT_STEPS = (
    ("mail.mail_activity_data_call", 0, "Gọi lại báo kết quả cho khách"),
    ("mail.mail_activity_data_todo", 1, "Xem lại nhật ký lỗi"),
    ("mail.mail_activity_data_call", -1, "Gọi hỏi khách đã gửi ảnh chưa"),
    ("mail.mail_activity_data_meeting", 3, "Hẹn khách xem trực tiếp trên máy"),
    ("mail.mail_activity_data_todo", 2, "Chuẩn bị bộ cài và bản sao lưu"),
)
#: For finished tickets that are not closed.
FOLLOW_UP = ("mail.mail_activity_data_call", 1, "Gọi hỏi khách đã hài lòng chưa")
#: title of a ticket -> opportunity that came of it, expected revenue in the company's currency
OPPORTUNITIES = {
    "Muốn đổi gói phần mềm": ("Nâng lên gói chuyên nghiệp", 12_000_000),
    "Cấp key dùng thử 30 ngày": ("Phân hệ sản xuất cho Nông trại Xanh", 45_000_000),
    "Hỏi về phần mềm chấm công": ("Phần mềm chấm công vân tay", 18_000_000),
}


def planned_dates(created: datetime, number: int, priority: str) -> dict[str, datetime | float]:
    """Return when work on a ticket shall begin and end: the more urgent, the sooner; and its hours.

    :param created: when the ticket came in, naive UTC
    :param number: varies days and hours, so that not all fall together
    """
    day = _workday((created + UTC_OFFSET).date() + timedelta(days=number % 4 + 3 - int(priority)))
    start = datetime.combine(day, datetime.min.time()) + timedelta(hours=8 + number % 8)
    start -= UTC_OFFSET
    return {
        "planned_start_at": max(start, created),
        "deadline_at": max(start, created) + timedelta(hours=1 + number % 3),
        "planned_hours": 0.5 + number % 4 * 0.5,
    }


def plan_ahead(tickets) -> None:
    """Schedule what is to be done next, and note the opportunities that came of tickets."""
    today = (datetime.now() + UTC_OFFSET).date()
    steps = cycle(NEXT_STEPS)
    desk = tickets.env.ref("caredesk_ticket.user_lan")
    for ticket in tickets:
        if ticket.state in ("todo", "in_progress", "waiting"):
            _schedule(ticket, ticket.user_id, today, *next(steps))
        elif ticket.state == "done" and not ticket.is_closed:
            _schedule(ticket, desk, today, *FOLLOW_UP)
        if ticket.name in OPPORTUNITIES:
            ticket.lead_id = _opportunity(ticket, *OPPORTUNITIES[ticket.name])


def _workday(day: date) -> date:
    return day + timedelta(days=1) if day.weekday() == SUNDAY else day


def _schedule(ticket, user, today: date, kind: str, days: int, summary: str) -> None:
    # By that person: nobody is told of what he or she plans.
    ticket.with_user(user).activity_schedule(
        kind, date_deadline=today + timedelta(days=days), summary=summary, user_id=user.id
    )


def _opportunity(ticket, name: str, revenue: float):
    leads = ticket.env["crm.lead"].with_context(mail_auto_subscribe_no_notify=True)
    return leads.create(
        {
            "name": name,
            "type": "opportunity",
            "partner_id": ticket.partner_id.id,
            "user_id": ticket.env.ref("caredesk_ticket.user_huy").id,
            "expected_revenue": revenue,
        }
    )
