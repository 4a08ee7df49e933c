"""From the chat window of a website visitor to a ticket, by the agent's command."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from playwright.sync_api import Page, expect

from tests.e2e.rpc import Rpc


def _operator(rpc: Rpc, key: str) -> tuple[str, int]:
    groups = [
        rpc.call("res.groups", "search", [["name", "=", name], ["privilege_id.name", "=", area]])[0]
        for name, area in (("Support Agent", "Support"), ("User", "Live Chat"))
    ]
    login = f"chat-{key}"
    values = {
        "name": login,
        "login": login,
        "password": login,
        "email": f"{login}@example.com",
        "lang": "en_US",
        "odoobot_state": "disabled",
        "group_ids": [[4, group] for group in groups],
    }
    return login, rpc.call("res.users", "create", [values])[0]


def wait_for(page: Page, find: Callable[[], list], what: str) -> list:
    """Ask the server until ``find`` returns something."""
    for _attempt in range(60):
        if found := find():
            return found
        page.wait_for_timeout(500)
    raise AssertionError(f"not found: {what}")


def test_visitor_chat_becomes_a_ticket(base_url, make_page, log_in):
    """A visitor writes, the agent types /ticket, the ticket holds the words and leads back.

    Proves S4-CHN-02, S4-CHN-04, S4-CHN-05, S4-CHN-06, C-32.
    """
    rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
    login, user_id = _operator(rpc, key)
    [desk_id] = rpc.call(
        "im_livechat.channel", "create", [{"name": f"Chat {key}", "user_ids": [[6, 0, [user_id]]]}]
    )
    backend = log_in(login)
    backend.page.goto("/odoo/action-mail.action_discuss")
    expect(backend.page.locator(".o-mail-Discuss")).to_be_visible()
    desks = partial(rpc.call, "im_livechat.channel", "read", [desk_id], ["available_operator_ids"])
    wait_for(backend.page, lambda: desks()[0]["available_operator_ids"], "an agent online")

    visitor = make_page()
    visitor.goto(f"/im_livechat/support/{desk_id}")
    visitor.locator(".o-livechat-LivechatButton").click()
    box = visitor.locator(".o-mail-Composer-input")
    box.fill(f"Máy in hỏng {key}")
    box.press("Enter")
    expect(visitor.locator(".o-mail-Message", has_text=key).first).to_be_visible()

    page = backend.page
    chats = partial(rpc.call, "discuss.channel", "search", [["livechat_channel_id", "=", desk_id]])
    [chat_id] = wait_for(page, chats, "the visitor's chat")
    page.goto(f"/odoo/discuss?active_id=discuss.channel_{chat_id}")
    expect(page.locator(".o-mail-Message", has_text=key).first).to_be_visible()
    page.locator(".o-mail-Composer-input").fill(f"/ticket Chat {key}")
    page.locator(".o-mail-Composer-input").press("Enter")
    expect(page.locator(".o_mail_notification a[data-oe-model='caredesk.ticket']")).to_be_visible()

    [ticket] = rpc.call(
        "caredesk.ticket",
        "search_read",
        [["name", "ilike", key]],
        ["channel", "description", "has_livechat"],
    )
    assert ticket["channel"] == "livechat"
    assert key in ticket["description"]
    assert ticket["has_livechat"] == 1
    page.goto(f"/odoo/action-caredesk_ticket.caredesk_ticket_action/{ticket['id']}")
    backend.wait()
    page.locator("button[name=action_open_livechat]").click()
    expect(page.locator(".o-mail-ChatWindow .o-mail-Message", has_text=key).first).to_be_visible()
