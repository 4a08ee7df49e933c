"""What the demo's customers said of their tickets: the satisfaction report shows it."""

from datetime import datetime, timedelta

from tools.demo_data import clock

#: How long after the end of the work they answered.
THINKING = timedelta(hours=3)
#: One after the other, again and again; None did not answer.
ANSWERS = (
    (5, "Nhân viên nhiệt tình, xử lý nhanh."),
    (5, ""),
    None,
    (3, "Xong việc nhưng phải chờ hơi lâu."),
    (5, "Cảm ơn anh chị nhiều!"),
    None,
    (1, "Phải gọi lại ba lần mới được giải quyết."),
    (5, ""),
)


def give(tickets, hands: clock.Clock, now: datetime) -> None:
    """Ask all customers whose tickets are done, and let most of them answer."""
    while tickets._ask_for_ratings()[1]:
        continue
    asked = tickets.env["caredesk.rating.request"].search([("ticket_id", "in", tickets.ids)])
    done = asked.ticket_id.filtered("done_at").sorted("done_at")
    for number, ticket in enumerate(done):
        answer = ANSWERS[number % len(ANSWERS)]
        if answer and ticket.done_at + THINKING < now:
            hands.set(ticket.done_at + THINKING)
            ticket._rate(*answer)
    hands.set(now)
