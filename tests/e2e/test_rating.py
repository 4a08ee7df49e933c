"""A customer's verdict: from the thank-you mail on a phone to the manager who calls back."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.rpc import Rpc

PHONE = {"width": 390, "height": 844}
#: Within so long a scheduled action that was woken has run.
PATIENCE_SECONDS = 60
LINK = re.compile(r'href="[^"]*?(/support/rate/[^"?]+\?rate=1)"')
UNHAPPY = {"vi_VN": "Không hài lòng", "en_US": "Unhappy"}


@dataclass
class Care:
    """A done ticket of a customer, in a group with a manager of its own."""

    rpc: Rpc
    ticket_id: int
    manager: str
    comment: str

    def link(self) -> str:
        """Let the server ask for ratings; return the path behind the unhappy face of the mail."""
        self.rpc.wake("caredesk_ticket.ir_cron_rating_request")
        deadline = time.monotonic() + PATIENCE_SECONDS
        ours = [["model", "=", "caredesk.ticket"], ["res_id", "=", self.ticket_id]]
        while True:
            mails = self.rpc.call("mail.mail", "search_read", ours, ["body_html"])
            if paths := [found[1] for mail in mails for found in LINK.finditer(mail["body_html"])]:
                break
            assert time.monotonic() < deadline, "no rating was asked for"
            time.sleep(0.2)
        [path] = paths
        return path

    def rated(self) -> dict:
        """Read what the ticket says of the rating."""
        [ticket] = self.rpc.call(
            "caredesk.ticket", "read", [self.ticket_id], ["rating_grade", "rating_comment"]
        )
        return ticket


def _user(rpc: Rpc, key: str, role: str, lang: str) -> tuple[str, int]:
    [group] = rpc.call("res.groups", "search_read", [["name", "=", role]], ["id"], limit=1)
    login = f"{role.split()[-1].lower()}-{key}"
    values = {
        "name": login,
        "login": login,
        "password": login,
        "email": f"{login}@example.com",
        "lang": lang,
        "odoobot_state": "disabled",
        "group_ids": [[4, group["id"]]],
    }
    return login, rpc.call("res.users", "create", [values])[0]


@pytest.fixture
def make_care(base_url):
    """Return a function that makes a done ticket, its people reading a language."""

    def make(lang: str) -> Care:
        rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
        manager, manager_id = _user(rpc, key, "Support Manager", lang)
        agent, agent_id = _user(rpc, key, "Support Agent", lang)
        [group_id] = rpc.call(
            "caredesk.support.group",
            "create",
            [
                {
                    "name": f"Đánh giá {key}",
                    "manager_ids": [[4, manager_id]],
                    "member_ids": [[0, 0, {"user_id": agent_id}]],
                }
            ],
        )
        [customer_id] = rpc.call(
            "res.partner",
            "create",
            [{"name": f"Khách {key}", "email": f"khach-{key}@example.com", "lang": lang}],
        )
        [ticket_id] = rpc.call(
            "caredesk.ticket",
            "create",
            [{"name": "Máy in hỏng", "group_id": group_id, "partner_id": customer_id}],
        )
        at_work = Rpc(base_url, agent)
        at_work.call("caredesk.ticket", "action_start", [ticket_id])
        at_work.call("caredesk.ticket", "action_complete", [ticket_id], result="Đã thay dây")
        return Care(rpc, ticket_id, manager, f"Chờ ba ngày mới có người gọi lại ({key})")

    return make


def expect_fits(page: Page) -> None:
    """Expect nothing to stick out at the right of a phone."""
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0


@pytest.mark.parametrize("lang", ["vi_VN", "en_US"])
def test_unhappy_customer_and_his_manager(make_care, make_page, log_in, lang):
    """The customer opens the mail's link on a phone, rates low and comments; the manager sees it.

    Proves S4-CSAT-01, S4-CSAT-02, S4-CSAT-03.
    """
    care = make_care(lang)
    path = care.link()
    page = make_page(viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto(path)
    expect(page.locator("#rate_1")).to_be_checked()
    expect_fits(page)
    assert not care.rated()["rating_grade"], "opening the link is no rating"
    page.locator("#comment").fill(care.comment)
    page.locator("form button.btn-lg[type=submit]").click()
    expect(page.locator(".o_caredesk_rating_thanks")).to_be_visible()
    expect_fits(page)
    found = care.rated()
    assert (found["rating_grade"], found["rating_comment"]) == ("bad", care.comment)

    backend = log_in(care.manager)
    backend.page.goto(f"/odoo/action-caredesk_ticket.caredesk_ticket_action/{care.ticket_id}")
    backend.wait()
    block = backend.page.locator(".o_caredesk_rating_block")
    expect(block).to_contain_text(UNHAPPY[lang])
    expect(block).to_contain_text(care.comment)
    expect(backend.page.locator(".o-mail-Activity").first).to_be_visible()
    backend.open_action("caredesk_ticket.caredesk_satisfaction_action")
    expect(backend.rows().filter(has_text=care.comment)).to_have_count(1)


def test_used_up_link(make_care, make_page):
    """A cut link gets the page that says so, in the visitor's browser without an account.

    Proves S4-CSAT-01.
    """
    care = make_care("en_US")
    page = make_page(viewport=PHONE)
    page.goto(care.link().split("?")[0][:-2])
    expect(page.locator(".o_caredesk_rating_gone")).to_be_visible()
    expect(page.locator("form[method=post]")).to_have_count(0)
