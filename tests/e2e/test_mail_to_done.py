"""The main path: a customer's mail, the queue, the agent who becomes free, work, figures."""

from __future__ import annotations

import re
import uuid
from base64 import b64encode
from dataclasses import dataclass
from email.utils import make_msgid

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import Backend
from tests.e2e.rpc import Rpc

DESKTOP = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}

WORDS = {
    "vi_VN": {
        "unassigned": "Chưa giao việc",
        "todo": "Chưa thực hiện",
        "in_progress": "Đang thực hiện",
        "waiting": "Đang chờ",
        "done": "Đã hoàn tất",
        "duration": re.compile(r"\d+ (phút|s)"),
    },
    "en_US": {
        "unassigned": "Unassigned",
        "todo": "Not Started",
        "in_progress": "In Progress",
        "waiting": "Waiting",
        "done": "Done",
        "duration": re.compile(r"\d+ (min|s)"),
    },
}


def encoded_word(text: str) -> str:
    """Write a header value as mail programs do."""
    return f"=?utf-8?b?{b64encode(text.encode()).decode()}?="


@dataclass
class Desk:
    """A support group of its own for one journey, with one agent who is away."""

    rpc: Rpc
    group_id: int
    group_name: str
    login: str
    user_id: int
    address: str
    customer: str

    def ticket(self, *fields: str) -> dict:
        """Read the group's only ticket."""
        tickets = self.rpc.call(
            "caredesk.ticket", "search_read", [["group_id", "=", self.group_id]], list(fields)
        )
        assert len(tickets) == 1, tickets
        return tickets[0]

    def receive(self, subject: str) -> None:
        """Let a Vietnamese mail of a stranger arrive at the group's address."""
        self.rpc.receive_mail(
            f"From: {encoded_word('Phạm Thị Khách')} <{self.customer}>\r\n"
            f"To: {self.address}\r\nSubject: {encoded_word(subject)}\r\n"
            f"Message-ID: {make_msgid(domain='example.com')}\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            "Máy in không chạy, nhờ anh chị xem giúp.\r\n".encode()
        )


@pytest.fixture
def make_desk(base_url):
    """Return a function that makes a desk whose agent reads the backend in a language."""

    def make(lang: str) -> Desk:
        rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
        domains = rpc.call("mail.alias.domain", "search", [], limit=1) or rpc.call(
            "mail.alias.domain", "create", [{"name": "caredesk.example.com"}]
        )
        [agent] = rpc.call(
            "res.groups", "search_read", [["name", "=", "Support Agent"]], ["id"], limit=1
        )
        login, name = f"agent-{key}", f"Hành trình {key}"
        [user_id] = rpc.call(
            "res.users",
            "create",
            [
                {
                    "name": f"Nhân viên {key}",
                    "login": login,
                    "password": login,
                    "email": f"{login}@example.com",
                    "lang": lang,
                    "odoobot_state": "disabled",  # its greeting would cover a phone
                    "group_ids": [[4, agent["id"]]],
                }
            ],
        )
        [group_id] = rpc.call(
            "caredesk.support.group",
            "create",
            [
                {
                    "name": name,
                    "alias_name": f"journey-{key}",
                    "alias_domain_id": domains[0],
                    "member_ids": [[0, 0, {"user_id": user_id}]],
                }
            ],
        )
        members = rpc.call("caredesk.support.member", "search", [["group_id", "=", group_id]])
        rpc.call("caredesk.support.member", "write", members, {"is_away": True})
        [group] = rpc.call("caredesk.support.group", "read", [group_id], ["alias_email"])
        customer = f"khach-{key}@example.com"
        return Desk(rpc, group_id, name, login, user_id, group["alias_email"], customer)

    return make


def press(backend: Backend, name: str) -> None:
    """Press a button of the form's header; on a phone it may be in the menu beside the first."""
    button = backend.page.locator(f"button[name='{name}']:visible").first
    menu = backend.page.locator(
        ".o_statusbar_buttons .dropdown-toggle, .o-statusbar-buttons-dropdown"
    )
    expect(button.or_(menu.first).first).to_be_visible()
    if not button.count():
        menu.first.click()
    button.click()
    backend.wait()


def choose_group(backend: Backend, name: str) -> None:
    """Choose a group on View Support: from the list at the left, on a phone from the box."""
    entry = backend.page.locator(".o_caredesk_group_name", has_text=name)
    box = backend.page.get_by_role("combobox")
    expect(entry.or_(box).locator("visible=true").first).to_be_visible()
    if entry.is_visible():
        entry.click()
    else:
        box.select_option(label=name)


def expect_state(backend: Backend, label: str) -> None:
    """Expect the state that the status bar shows as the present one."""
    current = backend.page.locator(
        ".o_statusbar_status [aria-checked=true], .o_statusbar_status .o_arrow_button_current"
    )
    expect(current.first).to_contain_text(label)


@pytest.mark.parametrize(
    ("lang", "viewport"),
    [("vi_VN", DESKTOP), ("en_US", DESKTOP), ("vi_VN", PHONE)],
    ids=["vi-desktop", "en-desktop", "vi-phone"],
)
def test_mail_queue_agent_done(make_desk, log_in, lang, viewport):
    """A mail becomes a ticket in the queue, goes to the agent who comes back, and is worked on.

    Proves S0-TKT-07, S0-TKT-20 … S0-TKT-23, S0-TKT-26, S0-TKT-32, S0-TKT-62 … S0-TKT-67,
    S1-FLW-02, S1-FLW-03, S4-CHN-08, S4-CHN-09, C-36, IE-08.
    """
    desk, words = make_desk(lang), WORDS[lang]
    desk.receive("Máy in không chạy")
    ticket = desk.ticket("state", "user_id", "channel", "name")
    assert (ticket["state"], ticket["user_id"], ticket["channel"]) == ("unassigned", False, "email")
    assert ticket["name"] == "Máy in không chạy"

    backend = log_in(desk.login, viewport=viewport)
    backend.page.goto(f"/odoo/action-caredesk_ticket.caredesk_ticket_action/{ticket['id']}")
    backend.wait()
    expect_state(backend, words["unassigned"])

    backend.open_action("caredesk_ticket.caredesk_support_group_action_view_support")
    choose_group(backend, desk.group_name)
    backend.page.locator(".o_caredesk_away").first.click()
    expect(backend.page.locator(".o_caredesk_ticket", has_text="Máy in")).to_be_visible()
    assert desk.ticket("user_id")["user_id"][0] == desk.user_id

    backend.page.locator(".o_caredesk_ticket", has_text="Máy in").click()
    backend.wait()
    expect_state(backend, words["todo"])
    work_through(backend, words)

    figures = desk.ticket("state", "work_seconds", "waiting_seconds", "queue_seconds", "result")
    assert figures["state"] == "done"
    assert figures["result"] == "Đã thay dây nguồn"
    expect_in_partner_and_list(backend, desk, words, viewport)


def work_through(backend: Backend, words: dict) -> None:
    """Start, wait for the customer, continue and complete the ticket that is open."""
    press(backend, "action_open_start")
    expect_state(backend, words["in_progress"])
    press(backend, "action_open_wait")
    backend.page.locator(".o_dialog input[type=radio]").first.check()
    backend.page.locator(".o_dialog footer .btn-primary").click()
    expect_state(backend, words["waiting"])
    press(backend, "action_open_continue")
    expect_state(backend, words["in_progress"])
    press(backend, "action_open_complete")
    expect(backend.page.locator(".o_dialog footer")).to_be_visible()
    backend.fill("result", "Đã thay dây nguồn")
    backend.page.locator(".o_dialog footer .btn-primary").click()
    expect_state(backend, words["done"])
    expect(backend.field("work_seconds")).to_contain_text(words["duration"])


def expect_in_partner_and_list(backend: Backend, desk: Desk, words: dict, viewport: dict) -> None:
    """Expect the ticket counted on its customer, and listed from there with its figures."""
    [partner] = desk.rpc.call("res.partner", "search", [["email", "=", desk.customer]])
    backend.page.goto(f"/odoo/action-contacts.action_contacts/{partner}")
    backend.wait()
    button = backend.page.locator("button[name=action_caredesk_tickets]")
    more = backend.page.locator(".o-form-buttonbox .o_button_more")
    expect(button.or_(more).locator("visible=true").first).to_be_visible()
    if not button.is_visible():
        more.click()
    expect(button).to_contain_text("1")
    button.click()
    shown = backend.page.locator(".o_data_row, .o_kanban_record", has_text="Máy in không chạy")
    expect(shown.first).to_be_visible()
    if viewport == DESKTOP:
        expect(shown.first).to_contain_text(words["done"])
        expect(shown.first.locator("td[name=work_seconds]")).to_contain_text(words["duration"])
