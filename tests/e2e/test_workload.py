"""The workload screen: a manager sees who has how much, and shares the work out anew."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.rpc import Rpc

_ACTION = "/odoo/action-caredesk_ticket.caredesk_ticket_action_workload"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def desk(base_url):
    """Two members of a new group, Lan with three tickets of two hours each and Bảo with none."""
    rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
    [agents] = rpc.call(
        "ir.model.data",
        "search_read",
        [("module", "=", "caredesk_ticket"), ("name", "=", "group_agent")],
        ["res_id"],
    )
    [users] = rpc.call(
        "ir.model.data",
        "search_read",
        [("module", "=", "base"), ("name", "=", "group_user")],
        ["res_id"],
    )
    groups = [(6, 0, [agents["res_id"], users["res_id"]])]
    names = {"lan": f"Lan {key}", "bao": f"Bảo {key}"}
    user_ids = rpc.call(
        "res.users",
        "create",
        [
            {"name": name, "login": f"{login}.{key}", "group_ids": groups}
            for login, name in names.items()
        ],
    )
    [group_id] = rpc.call("caredesk.support.group", "create", [{"name": f"Desk {key}"}])
    rpc.call(
        "caredesk.support.member",
        "create",
        [{"group_id": group_id, "user_id": uid, "capacity": 3} for uid in user_ids],
    )
    titles = [f"{title} {key}" for title in ("No sound", "No picture", "No power")]
    ticket_ids = rpc.call(
        "caredesk.ticket",
        "create",
        [
            {"name": title, "group_id": group_id, "user_id": user_ids[0], "planned_hours": 2}
            for title in titles
        ],
    )
    return {
        "rpc": rpc,
        "key": key,
        "names": names,
        "uids": dict(zip(names, user_ids, strict=True)),
        "titles": titles,
        "tickets": ticket_ids,
    }


def column(page: Page, name: str) -> Locator:
    """Return the column of a member."""
    return page.locator(".o_kanban_group", has=page.locator(".o_column_title", has_text=name))


def performer(desk, ticket_id: int) -> int:
    """Return who holds a ticket, as the server says."""
    [ticket] = desk["rpc"].call("caredesk.ticket", "read", [ticket_id], ["user_id"])
    return ticket["user_id"][0]


def test_a_manager_shares_the_work_out(desk, log_in):
    """A manager sees who is full and who is idle, and drags a ticket from one to the other.

    Proves S4-HD-07: open tickets and planned time per member, the idle ones included.
    """
    backend = log_in("admin")
    page = backend.page
    page.goto(_ACTION)
    backend.wait()
    page.locator(".o_search_panel_category_value", has_text=f"Desk {desk['key']}").click()
    backend.wait()
    full, idle = column(page, desk["names"]["lan"]), column(page, desk["names"]["bao"])
    expect(full.locator(".o_kanban_record")).to_have_count(3)
    expect(idle.locator(".o_kanban_record")).to_have_count(0)
    expect(full.locator(".o_caredesk_capacity")).to_have_text("3/3")
    expect(idle.locator(".o_caredesk_capacity")).to_have_text("0/3")
    # in English or Vietnamese: six hours of the week are planned for the one
    expect(full.locator(".o_caredesk_hours").last).to_contain_text(re.compile(r"\b0?6:00"))

    card = full.locator(".o_kanban_record", has_text=desk["titles"][0])
    drop = idle.locator(".o_kanban_header")
    start, end = card.bounding_box(), drop.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] + 40, steps=12)
    page.mouse.up()
    expect(idle.locator(".o_kanban_record")).to_have_count(1)
    expect(full.locator(".o_caredesk_capacity")).to_have_text("2/3")
    expect(idle.locator(".o_caredesk_capacity")).to_have_text("1/3")
    assert performer(desk, desk["tickets"][0]) == desk["uids"]["bao"]


def test_on_a_phone_work_is_passed_on_by_a_dialog(desk, log_in):
    """Where nothing can be dragged, a card's button asks who gets the ticket.

    Proves S4-HD-07: the figures and the way to reassign are there on a phone too.
    """
    backend = log_in("admin", **PHONE)
    page = backend.page
    page.goto(_ACTION)
    backend.wait()
    full = column(page, desk["names"]["lan"])
    full.scroll_into_view_if_needed()
    expect(full.locator(".o_caredesk_capacity")).to_have_text("3/3")
    card = full.locator(".o_kanban_record", has_text=desk["titles"][1])
    card.locator("button[name=action_open_assign], button[name=action_open_transfer]").tap()
    dialog = page.locator(".o_dialog .modal-content")
    expect(dialog).to_be_visible()
    assert dialog.bounding_box()["width"] <= PHONE["viewport"]["width"]
