"""The public form: a stranger on a phone sends a request with a picture, an agent finds it."""

from __future__ import annotations

import uuid
from base64 import b64decode

from playwright.sync_api import Page, expect

from tests.e2e.rpc import Rpc

PHONE = {"width": 390, "height": 844}
PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def open_form(page: Page) -> None:
    """Open the form and wait until its script listens."""
    page.goto("/support")
    expect(page.locator("form.o_caredesk_support_form")).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_a_stranger_on_a_phone_sends_a_request(base_url, make_page, log_in):
    """Proves S4-CHN-07, S4-CHN-02, IE-16: in Vietnamese, with a picture, after a mistake.

    The answer shows the number; the agent finds the ticket with what was written.
    """
    rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
    # The limits of one connection are the gate's own: all its visitors come from one address.
    rpc.call("ir.config_parameter", "set_param", "caredesk_ticket.form_max_per_connection", "1000")
    [company] = rpc.call("res.company", "search", [], limit=1)
    if not rpc.call("res.company", "read", [company], ["caredesk_default_group_id"])[0][
        "caredesk_default_group_id"
    ]:
        [group] = rpc.call("caredesk.support.group", "create", [{"name": f"Form {key}"}])
        rpc.call("res.company", "write", [company], {"caredesk_default_group_id": group})
    subject, address = f"Máy in không chạy {key}", f"khach-{key}@example.com"

    page = make_page(viewport=PHONE, locale="vi-VN", is_mobile=True, has_touch=True)
    open_form(page)
    expect(page.get_by_label("Họ và tên")).to_be_visible()
    page.locator("[name=name]").fill("Phạm Thị Khách")
    page.locator("[name=email]").fill("khach@mot-noi")  # no such domain
    page.locator("[name=subject]").fill(subject)
    page.locator("[name=content]").fill("Nhờ anh chị xem giúp.")
    page.wait_for_timeout(3100)  # people need longer than the least time
    send = page.locator("form.o_caredesk_support_form button[type=submit]")
    send.click()
    expect(page.locator("#caredesk_support_error")).to_be_visible()
    expect(page.locator("[name=subject]")).to_have_value(subject)

    page.locator("[name=email]").fill(address)
    page.locator("[name=files]").set_input_files(
        {"name": "Ảnh máy in.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    send.click()
    number = page.locator(".o_caredesk_support_number")
    expect(number).to_be_visible()

    [ticket] = rpc.call(
        "caredesk.ticket",
        "search_read",
        [["name", "=", subject]],
        ["number", "channel", "partner_name"],
    )
    assert number.inner_text() == ticket["number"]
    assert (ticket["channel"], ticket["partner_name"]) == ("website", "Phạm Thị Khách")
    backend = log_in("admin")
    backend.page.goto(f"/odoo/action-caredesk_ticket.caredesk_ticket_action/{ticket['id']}")
    backend.wait()
    expect(backend.field("description")).to_contain_text("Nhờ anh chị xem giúp.")
    files = [["res_model", "=", "caredesk.ticket"], ["res_id", "=", ticket["id"]]]
    assert rpc.call("ir.attachment", "search_count", files) == 1
