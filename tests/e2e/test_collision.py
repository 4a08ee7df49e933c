"""Two people at one ticket at once, each in a browser: who is there, who types, who saves first."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import Backend
from tests.e2e.rpc import Rpc

#: A colleague is seen at once over the bus; this leaves room for a slow machine.
SOON_MS = 20_000


@dataclass
class Pair:
    """A ticket of a group with two agents."""

    rpc: Rpc
    ticket_id: int
    title: str
    logins: tuple[str, str]
    names: tuple[str, str]


@pytest.fixture
def pair(base_url) -> Pair:
    """Make a group of two agents and a ticket in it."""
    rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
    [role] = rpc.call(
        "res.groups", "search_read", [["name", "=", "Support Agent"]], ["id"], limit=1
    )
    names = (f"Lan {key}", f"Minh {key}")
    logins = (f"lan-{key}", f"minh-{key}")
    users = rpc.call(
        "res.users",
        "create",
        [
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "odoobot_state": "disabled",
                "group_ids": [[4, role["id"]]],
            }
            for name, login in zip(names, logins, strict=True)
        ],
    )
    [group_id] = rpc.call(
        "caredesk.support.group",
        "create",
        [{"name": f"Pair {key}", "member_ids": [[0, 0, {"user_id": user}] for user in users]}],
    )
    title = f"Two at once {key}"
    [ticket_id] = rpc.call("caredesk.ticket", "create", [{"name": title, "group_id": group_id}])
    return Pair(rpc, ticket_id, title, logins, names)


def viewing(name: str) -> re.Pattern:
    """Return what is shown of somebody who has the ticket open, in either language."""
    return re.compile(f"{name} (is viewing|đang xem)")


def typing(name: str) -> re.Pattern:
    """Return what is shown of somebody who types, in either language."""
    return re.compile(f"{name} (is typing|đang nhập)…")


def open_ticket(backend: Backend, pair: Pair) -> None:
    """Open the ticket's form."""
    backend.page.goto(f"/odoo/action-caredesk_ticket.caredesk_ticket_action/{pair.ticket_id}")
    backend.wait()


def test_who_is_there_and_who_types(pair, log_in):
    """Both see each other on the form, in the list and on the cards, live.

    Proves IE-12 (collision): viewing, typing in a field and in the conversation, leaving.
    """
    lan, minh = (log_in(login) for login in pair.logins)
    open_ticket(lan, pair)
    open_ticket(minh, pair)
    seen_by_lan = lan.page.locator(".o_caredesk_form_viewers")
    seen_by_minh = minh.page.locator(".o_caredesk_form_viewers")
    expect(seen_by_lan).to_contain_text(viewing(pair.names[1]), timeout=SOON_MS)
    expect(seen_by_minh).to_contain_text(viewing(pair.names[0]), timeout=SOON_MS)

    lan.field("name").locator("textarea").press_sequentially(" and more")
    expect(seen_by_minh).to_contain_text(typing(pair.names[0]), timeout=SOON_MS)

    minh.page.locator("button.o-mail-Chatter-logNote").click()
    minh.page.locator(".o-mail-Composer-input").last.press_sequentially("Let me look")
    expect(seen_by_lan).to_contain_text(typing(pair.names[1]), timeout=SOON_MS)

    third = log_in("admin")
    third.open_action("caredesk_ticket.caredesk_ticket_action")
    third.search(pair.title)
    row = third.rows().filter(has_text=pair.title).first
    expect(row.locator(".o_caredesk_viewer")).to_have_count(2, timeout=SOON_MS)
    third.page.locator("button.o_switch_view.o_kanban").click()
    card = third.page.locator(".o_kanban_record", has_text=pair.title).first
    expect(card.locator(".o_caredesk_viewer")).to_have_count(2, timeout=SOON_MS)

    lan.page.locator(".o_form_button_cancel").click()
    lan.page.goto("/odoo/action-caredesk_ticket.caredesk_support_group_action_view_support")
    lan.wait()
    # A page that is thrown away says no good-bye: it is forgotten within a minute.
    expect(card.locator(".o_caredesk_viewer")).to_have_count(1, timeout=60_000)


def test_the_second_save_is_told(pair, log_in):
    """Who saves second reads what the first one changed, and decides.

    Proves IE-12 (collision): nothing is overwritten silently, the rest of the form is saved.
    """
    lan, minh = (log_in(login) for login in pair.logins)
    open_ticket(lan, pair)
    open_ticket(minh, pair)
    lan.fill("name", "Lan was first")
    lan.save()
    minh.fill("name", "Minh was second")
    minh.page.locator(".o_form_button_save").click()
    dialog = minh.page.locator(".o_dialog")
    expect(dialog.locator("tbody tr")).to_have_count(1)
    for text in (pair.names[0], "Lan was first", "Minh was second"):
        expect(dialog.locator("tbody tr")).to_contain_text(text)
    dialog.locator(".o_caredesk_take_theirs").click()
    expect(minh.field("name").locator("textarea")).to_have_value("Lan was first")

    lan.fill("name", "Lan again")
    lan.save()
    minh.fill("name", "Minh knows better")
    minh.page.locator(".o_form_button_save").click()
    dialog.locator(".o_caredesk_keep_mine").click()
    expect(dialog).to_have_count(0)
    saved = minh.page.locator(".o_form_status_indicator_buttons.invisible")
    expect(saved).to_have_count(1)
    [ticket] = pair.rpc.call("caredesk.ticket", "read", [pair.ticket_id], ["name"])
    assert ticket["name"] == "Minh knows better"
