"""The manager's morning: the dashboard at a desk and on the phone, in Vietnamese."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.rpc import Rpc

_PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
_SIZES = pytest.mark.parametrize("options", [{}, _PHONE], ids=["desk", "phone"])


def tile(page: Page, name: str):
    """Return a tile of the dashboard."""
    return page.locator(f".o_caredesk_tile[data-name={name}]")


def figure(page: Page, name: str) -> int:
    """Return the number a tile shows."""
    return int(tile(page, name).locator(".o_caredesk_tile_value").inner_text())


def choose_group(page: Page, group_id: int, opened: int) -> None:
    """Look at one group and wait until its figures are there."""
    page.locator(".o_caredesk_group_select").select_option(str(group_id))
    expect(tile(page, "open").locator(".o_caredesk_tile_value")).to_have_text(str(opened))


def make_manager(rpc: Rpc) -> str:
    """Make a support manager who speaks Vietnamese; return the login, also the password."""
    login = f"quan-{uuid.uuid4().hex[:8]}"
    [role] = rpc.call(
        "res.groups", "search_read", [["name", "=", "Support Manager"]], ["id"], limit=1
    )
    installed = [code for code, _name in rpc.call("res.lang", "get_installed")]
    rpc.call(
        "res.users",
        "create",
        [
            {
                "name": login,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "lang": "vi_VN" if "vi_VN" in installed else "en_US",
                "odoobot_state": "disabled",
                "group_ids": [[4, role["id"]]],
            }
        ],
    )
    return login


def make_tickets(rpc: Rpc) -> int:
    """Make a group with two tickets in its queue and one that is cancelled; return its id."""
    [group_id] = rpc.call(
        "caredesk.support.group", "create", [{"name": f"Bàn trực {uuid.uuid4().hex[:8]}"}]
    )
    ids = rpc.call(
        "caredesk.ticket",
        "create",
        [
            {"name": name, "group_id": group_id, "priority": "3"}
            for name in ("Máy in không chạy", "Không đăng nhập được", "Nhầm")
        ],
    )
    rpc.call("caredesk.ticket", "action_cancel", ids[2:], reason="Nhầm")
    return group_id


@_SIZES
def test_a_tile_opens_as_many_tickets_as_it_shows(base_url, log_in, options):
    """A manager looks, narrows down to a group, opens a figure, comes back.

    Proves S1-STA-01, S1-STA-02, S4-RPT-02: figures by group, each opens its tickets; readable
    without scrolling sideways; back leads to the same group.
    """
    rpc = Rpc(base_url)
    group_id = make_tickets(rpc)
    backend = log_in(make_manager(rpc), **options)
    page = backend.page
    page.goto("/odoo/support-dashboard")
    expect(page.locator(".o_caredesk_trend canvas")).to_be_visible()
    choose_group(page, group_id, 2)
    assert figure(page, "unassigned") == 2
    assert figure(page, "received") == 3
    wide, seen = page.evaluate(
        "() => { const box = document.querySelector('.o_caredesk_dashboard .o_content');"
        " return [box.scrollWidth, box.clientWidth]; }"
    )
    assert wide <= seen, "the dashboard has to be scrolled sideways"

    tile(page, "unassigned").click()
    records = page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
    expect(records).to_have_count(2)
    page.go_back()
    expect(tile(page, "open").locator(".o_caredesk_tile_value")).to_have_text("2")
    page.locator(".o_caredesk_card[data-name=priority] [data-key='3']").click()
    expect(records).to_have_count(2)


def test_it_follows_what_happens(base_url, log_in):
    """A new ticket shows up when the manager asks for it.

    Proves S1-STA-01: figures are those of now.
    """
    rpc = Rpc(base_url)
    group_id = make_tickets(rpc)
    page = log_in(make_manager(rpc)).page
    page.goto("/odoo/support-dashboard")
    choose_group(page, group_id, 2)
    rpc.call("caredesk.ticket", "create", [{"name": "Mới", "group_id": group_id}])
    page.locator(".o_caredesk_refresh").click()
    expect(tile(page, "open").locator(".o_caredesk_tile_value")).to_have_text("3")
