"""What happens to one demo ticket: a plot, played through the buttons that people press.

A life is a generator. Between two events it yields how many minutes pass.
"""

from collections.abc import Iterator

from odoo import fields
from odoo.tools import plaintext2html

from tools.demo_data.plans import planned_dates

#: plot -> its steps, in order; each is a method of `Story`
PLOTS = {
    "todo": (),
    "answered": ("answer",),
    "open": ("start", "answer"),
    "asking": ("start", "ask"),
    "postponed": ("start", "postpone"),
    "done": ("start", "answer", "complete"),
    "closed": ("start", "answer", "complete", "close"),
    "asked": ("start", "ask", "reply", "resume", "complete"),
    "asked-closed": ("start", "ask", "reply", "resume", "complete", "close"),
    "later": ("start", "postpone", "resume", "complete"),
    "later-closed": ("start", "postpone", "resume", "complete", "close"),
    "moved": ("start", "transfer", "start", "complete"),
    "moved-closed": ("start", "transfer", "start", "complete", "close"),
    "solved": ("start", "answer", "offer", "complete"),
    "solved-closed": ("start", "answer", "offer", "complete", "ask_later", "close"),
    # What the reports are for: not everything is in time.
    "late": ("start", "stall", "answer", "complete"),
    "late-closed": ("start", "stall", "answer", "complete", "close"),
    "overdue": ("stall", "start"),
    "again": ("start", "answer", "complete", "complain", "start", "complete", "close"),
    "cancelled": ("cancel",),
}
RETRY_MINUTES = 6
GREETING = "Chào anh/chị, em là {name}. Em đang kiểm tra yêu cầu, xong em báo lại ngay ạ."
QUESTION = "Anh/chị cho em xin ảnh chụp màn hình lúc bị lỗi và tên máy để em kiểm tra thêm nhé."
OFFER = "Bên em xin đổi tấm mới và cho thợ đến lắp tận nhà, anh/chị thấy ổn không ạ?"
FEEDBACK = "Khách rất hài lòng, khen thợ lắp gọn."
REPLY = "Mình gửi lại ảnh rồi nhé, nhờ bạn xem giúp. Máy tên là QUAY-01."
COMPLAINT = "Sáng nay lại bị như cũ rồi, nhờ các bạn xem lại giúp mình."
TRANSFER_REASON = "Bạn quen khách này hơn"
CHECK_NOTE = "Máy chạy tốt nhưng chưa trả phiếu bảo hành cho khách"
CANCEL_REASON = "Khách không còn nhu cầu"


class Story:
    """The life of one ticket.

    :param row: a line of tickets.csv
    :param number: from 1 on; varies the pace, so that no two tickets are alike
    """

    def __init__(self, env, row: dict[str, str], number: int):
        # Letters of the past are not sent today; see history.settle().
        self.env = env(context=dict(env.context, mail_notify_force_send=False))
        self.row = row
        self.number = number
        self.ticket = self.env["caredesk.ticket"]

    def live(self) -> Iterator[float]:
        """Create the ticket and play its plot."""
        self.ticket = self._create()
        for step in PLOTS[self.row["plot"]]:
            yield from getattr(self, f"_{step}")()

    # === HELPERS ===

    def _minutes(self, least: int, spread: int) -> int:
        return least + self.number * 7 % spread

    def _ref(self, name: str):
        return self.env.ref(f"caredesk_ticket.{name}")

    def _create(self):
        row = self.row
        created = fields.Datetime.now()
        vals = {
            **planned_dates(created, self.number, row["priority"]),
            "name": row["title"],
            "description": plaintext2html(row["content"]),
            "partner_id": self._ref(row["customer"]).id,
            **{key: row[key] for key in ("priority", "severity", "nature")},
        }
        if row["type"]:
            vals["type_id"] = self._ref(f"ticket_type_{row['type']}").id
        tickets = self.env["caredesk.ticket"]
        if not row["by"]:
            return tickets._create_from_channel(row["channel"], [vals]).with_env(self.env)
        creator = self._ref(f"user_{row['by']}")
        ticket = tickets.with_user(creator).create(dict(vals, channel=row["channel"]))
        return ticket.with_env(self.env)

    def _as_performer(self):
        return self.ticket.with_user(self.ticket.user_id)

    def _as(self, login: str):
        return self.ticket.with_user(self._ref(f"user_{login}"))

    def _until_performer_has_time(self) -> Iterator[float]:
        while self.ticket.state == "unassigned" or self.ticket._in_progress_of_performer():
            yield RETRY_MINUTES

    def _say(self, text: str) -> None:
        body = text.format(name=self.ticket.user_id.name)
        self._as_performer().message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def _hear(self, text: str) -> None:
        customer = self.ticket.partner_id
        self.ticket.message_post(
            body=text,
            author_id=customer.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )

    # === STEPS ===

    def _start(self):
        yield self._minutes(3, 11)
        yield from self._until_performer_has_time()
        self._as_performer().action_start()

    def _answer(self):
        yield self._minutes(2, 5)
        while not self.ticket.user_id:
            yield RETRY_MINUTES
        self._say(GREETING)

    def _stall(self):
        """Nobody comes to it for two days."""
        yield 2 * 24 * 60 + self._minutes(60, 180)

    def _offer(self):
        """The solution is found: the customer is told, and has to agree."""
        yield self._minutes(15, 60)
        self._say(OFFER)
        mine = self._as_performer()
        mine.stage_id = self._ref("stage_solution")
        mine.check_ids.is_done = True

    def _ask_later(self):
        """The follow-up: what the customer says of it is written down."""
        yield self._minutes(600, 240)
        self._as_performer().action_follow_up_done(FEEDBACK)

    def _ask(self):
        yield self._minutes(4, 13)
        self._say(QUESTION)
        self._as_performer().action_wait("customer")

    def _postpone(self):
        yield self._minutes(8, 17)
        self._as_performer().action_wait("not_now")
        yield self._minutes(45, 70)

    def _reply(self):
        yield self._minutes(35, 90)
        self._hear(REPLY)

    def _resume(self):
        yield self._minutes(2, 9)
        yield from self._until_performer_has_time()
        if self.ticket.state == "waiting":
            self._as_performer().action_continue()

    def _transfer(self):
        yield self._minutes(6, 12)
        ticket = self.ticket
        seats = ticket.group_id.member_ids.filtered(lambda seat: seat.user_id != ticket.user_id)
        seat = seats.sorted(lambda seat: (seat.open_count, seat.sequence))[0]
        self._as_performer().action_transfer(seat.user_id.id, TRANSFER_REASON)

    def _complete(self):
        yield self._minutes(12, 41)
        self._as_performer().action_complete(self.row["result"], self.row["cause"] or None)
        if self.ticket.is_check_pending:
            yield from self._check()

    def _check(self):
        """The colleague's check; one in five is sent back, once."""
        yield self._minutes(10, 50)
        if self.number % 5 == 0 and not self.ticket.quality_failed_count:
            self._as("son").action_check(True, False, CHECK_NOTE)
            yield from self._start()
            yield from self._complete()
        elif self.ticket.is_check_pending:
            self._as("son").action_check(True, True)

    def _complain(self):
        yield self._minutes(240, 60)
        self._hear(COMPLAINT)
        if self.ticket.state == "done":
            self._as("lan").action_reopen()

    def _close(self):
        yield self._minutes(60, 120)
        self._as("lan").action_close()

    def _cancel(self):
        yield self._minutes(15, 30)
        self._as("son").action_cancel(self.row["result"] or CANCEL_REASON)
