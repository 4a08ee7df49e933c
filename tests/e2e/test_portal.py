"""The customer's way on the portal: open a request, follow it, answer, close, reopen."""

from __future__ import annotations

import re
import uuid
from base64 import b64decode
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.rpc import Rpc

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}

#: What is written on the pages, by what it means: `vi` is what customers here read.
WORDS = {
    "vi_VN": {
        "received": "Đã nhận",
        "working": "Đang thực hiện",
        "yours": "Chờ quý khách",
        "closed": "Đã đóng",
    },
    "en_US": {
        "received": "Received",
        "working": "In Progress",
        "yours": "Waiting for You",
        "closed": "Closed",
    },
}
PICTURE = {
    "name": "ảnh lỗi.png",
    "mimeType": "image/png",
    "buffer": b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    ),
}


@dataclass
class Care:
    """A customer with a login, and an agent with a group and a ticket type of their own."""

    agent: Rpc
    customer: str
    type_name: str
    admin: Rpc

    def ticket(self, *fields: str) -> dict:
        """Read the customer's only ticket."""
        domain = [["type_id.name", "=", self.type_name]]
        tickets = self.admin.call("caredesk.ticket", "search_read", domain, ["id", *fields])
        assert len(tickets) == 1, tickets
        return tickets[0]


@pytest.fixture
def make_care(base_url):
    """Return a function that makes such a pair; the customer reads the given language."""

    def make(lang: str) -> Care:
        rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
        agent, customer = f"agent-{key}", f"khach-{key}"
        roles = {}
        for name, xmlid in (
            ("agent", "caredesk_ticket.group_agent"),
            ("portal", "base.group_portal"),
        ):
            roles[name] = rpc.call(
                "ir.model.data",
                "search_read",
                [["module", "=", xmlid.split(".")[0]], ["name", "=", xmlid.split(".")[1]]],
                ["res_id"],
            )[0]["res_id"]
        [agent_id, _customer_id] = rpc.call(
            "res.users",
            "create",
            [
                {
                    "name": f"{login.title()}",
                    "login": login,
                    "password": login,
                    "email": f"{login}@example.com",
                    "lang": lang,
                    "tz": "Asia/Ho_Chi_Minh",
                    "group_ids": [[6, 0, [role]]],
                }
                for login, role in ((agent, roles["agent"]), (customer, roles["portal"]))
            ],
        )
        [group_id] = rpc.call(
            "caredesk.support.group",
            "create",
            [{"name": f"Care {key}", "member_ids": [[0, 0, {"user_id": agent_id}]]}],
        )
        type_name = f"Question {key}"
        rpc.call("caredesk.ticket.type", "create", [{"name": type_name, "group_id": group_id}])
        return Care(Rpc(base_url, agent), customer, type_name, rpc)

    return make


def log_in_customer(page: Page, login: str) -> None:
    """Log in by the form; customers land on their start page."""
    page.goto("/web/login")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(login)
    page.locator(".oe_login_form button[type=submit]").click()
    expect(page.locator(".o_portal_my_home")).to_be_visible()


def fits(page: Page) -> bool:
    """Tell whether nothing sticks out of the page to the right."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def badge(page: Page):
    """The state of the ticket, as the customer reads it."""
    return page.locator(".o_caredesk_portal .badge").first


@pytest.mark.parametrize(
    ("lang", "viewport"),
    [("vi_VN", PHONE), ("vi_VN", DESKTOP), ("en_US", PHONE)],
    ids=["vi-phone", "vi-desktop", "en-phone"],
)
def test_a_customer_from_question_to_answer(make_care, make_page, lang, viewport):
    """The whole way of a customer, with the agent answering in between.

    Proves S1-TKT-01 (the form makes a ticket that is routed), IE-15 (list, detail, reply with
    a file, close, reopen), on a phone and a desktop, in Vietnamese and English.
    """
    care, page, words = make_care(lang), make_page(viewport=viewport), WORDS[lang]
    log_in_customer(page, care.customer)
    page.locator("a[href$='/my/tickets']").first.click()
    page.locator("a[href$='/my/tickets/new']").first.click()
    page.locator("input[name=title]").fill("Máy in không chạy")
    page.locator("select[name=type_id]").select_option(label=care.type_name)
    page.locator("textarea[name=text]").fill("Từ sáng nay máy in không nhận lệnh.")
    page.locator("input[name=files]").set_input_files(PICTURE)
    assert fits(page)
    page.locator("form.o_caredesk_new_ticket button[type=submit]").click()

    expect(page.locator(".alert-success")).to_be_visible()
    expect(badge(page)).to_have_text(words["received"])
    expect(page.locator(".o_caredesk_message").get_by_text("ảnh lỗi.png")).to_be_visible()
    ticket = care.ticket("channel", "state")
    assert (ticket["channel"], ticket["state"]) == ("portal", "todo")

    care.agent.call("caredesk.ticket", "action_start", [ticket["id"]])
    care.agent.call(
        "caredesk.ticket",
        "message_post",
        [ticket["id"]],
        body="Chị cho em xin mã máy ạ.",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )
    care.agent.call("caredesk.ticket", "action_wait", [ticket["id"]], "customer")
    page.goto("/my/tickets?filterby=yours")
    page.locator(".list-group-item", has_text="Máy in không chạy").click()
    expect(badge(page)).to_have_text(words["yours"])
    expect(page.get_by_text("Chị cho em xin mã máy ạ.")).to_be_visible()
    page.locator("textarea#text_reply").fill("Mã máy là HP-1020")
    page.locator("input#files_reply").set_input_files(PICTURE)
    assert fits(page)
    page.locator("#reply button[type=submit]").click()
    expect(page.get_by_text("Mã máy là HP-1020")).to_be_visible()
    expect(badge(page)).to_have_text(words["working"])
    assert care.ticket("state")["state"] == "in_progress"

    close_and_reopen(care, page, words)


def close_and_reopen(care, page, words):
    """Close the request on its page, and open it again with a reason."""
    page.locator("summary").last.click()
    page.locator("form[action$='/close'] button[type=submit]").click()
    expect(badge(page)).to_have_text(words["closed"])
    closed = care.ticket("is_closed", "state")
    assert (closed["is_closed"], closed["state"]) == (True, "done")

    page.locator("summary").first.click()
    page.locator("textarea#text_reopen").fill("Hôm nay lại hỏng rồi")
    page.locator("form[action$='/reopen'] button[type=submit]").click()
    expect(page.get_by_text("Hôm nay lại hỏng rồi")).to_be_visible()
    expect(badge(page)).to_have_text(words["working"])
    assert care.ticket("state")["state"] == "todo"


def test_a_link_in_a_mail_needs_no_login(make_care, make_page):
    """The status mail's link opens the ticket for whoever has it, and takes an answer.

    Proves IE-15 (access token) and S1-EML-03 (what the mail leads to).
    """
    care, guest = make_care("vi_VN"), make_page(viewport=PHONE)
    [partner] = care.admin.call(
        "res.users", "search_read", [["login", "=", care.customer]], ["partner_id"]
    )
    [kind] = care.admin.call(
        "caredesk.ticket.type", "search_read", [["name", "=", care.type_name]], ["id"]
    )
    [ticket_id] = care.admin.call(
        "caredesk.ticket",
        "create",
        [{"name": "Hỏi", "type_id": kind["id"], "partner_id": partner["partner_id"][0]}],
    )
    template = care.admin.call(
        "mail.template", "search_read", [["name", "=", "CareDesk: Status of a Ticket"]], ["id"]
    )
    mail_id = care.admin.call("mail.template", "send_mail", [template[0]["id"]], ticket_id)
    [mail] = care.admin.call("mail.mail", "read", [mail_id], ["body_html"])
    path = re.search(rf"/my/tickets/{ticket_id}\?access_token=\w+", mail["body_html"])[0]

    guest.goto(path)
    guest.locator("textarea#text_reply").fill("Tôi trả lời không cần mật khẩu")
    guest.locator("#reply button[type=submit]").click()
    expect(guest.get_by_text("Tôi trả lời không cần mật khẩu")).to_be_visible()
    guest.goto(f"/my/tickets/{ticket_id}?access_token=wrong")
    expect(guest.locator(".o_caredesk_portal")).to_have_count(0)
