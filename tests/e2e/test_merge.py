"""Merging from the list and undoing it from the form, as an agent does it."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import expect

from tests.e2e.rpc import Rpc


def test_merge_and_undo(base_url, log_in):
    """Two tickets of one customer become one, and two again.

    Proves IE-12: possible duplicates are offered, merged from the list, found again on the page
    Links of the one that stays, and brought back.
    """
    rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
    [group_id] = rpc.call("caredesk.support.group", "create", [{"name": f"Merge {key}"}])
    [customer] = rpc.call("res.partner", "create", [{"name": f"Hoa Sen {key}"}])
    first, second = rpc.call(
        "caredesk.ticket",
        "create",
        [
            {"name": f"{title} {key}", "group_id": group_id, "partner_id": customer}
            for title in ("Printer is silent", "Printer silent again")
        ],
    )
    rpc.call("caredesk.ticket", "message_post", [second], body="It smokes", message_type="comment")

    backend = log_in("admin")
    page = backend.page
    page.goto(f"/odoo/action-caredesk_ticket.caredesk_ticket_action/{first}")
    backend.wait()
    page.locator("button[name=action_open_possible_duplicates]").click()
    backend.wait()
    expect(backend.rows()).to_have_count(2)

    page.locator(".o_list_view thead input[type=checkbox]").check()
    page.locator(".o_control_panel .o_cp_action_menus button").last.click()
    items = page.locator(".o-dropdown--menu .o-dropdown-item")
    items.filter(has_text=re.compile("Gộp…|Merge…")).click()
    page.locator(".o_dialog button[name=action_merge]").click()
    backend.wait()
    expect(page.locator(".o-mail-Message", has_text="It smokes").first).to_be_visible()
    [merged] = rpc.call("caredesk.ticket", "read", [second], ["state", "merged_into_id"])
    assert merged["state"] == "cancelled"
    assert merged["merged_into_id"][0] == first

    page.goto(f"/odoo/action-caredesk_ticket.caredesk_ticket_action/{second}")
    backend.wait()
    expect(page.locator("button[name=action_reopen]")).to_have_count(0)
    page.locator("button[name=action_undo_merge_here]").click()
    page.locator(".o_dialog .btn-primary").click()
    backend.wait()
    expect(page.locator("button[name=action_undo_merge_here]")).to_have_count(0)
    expect(page.locator(".o-mail-Message", has_text="It smokes").first).to_be_visible()
    [back] = rpc.call("caredesk.ticket", "read", [second], ["state", "merged_into_id"])
    assert back == {"id": second, "state": "unassigned", "merged_into_id": False}
