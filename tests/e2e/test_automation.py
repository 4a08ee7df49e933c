"""A birthday rule from the empty form to its log, as a marketing person makes it in Vietnamese."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.mail_sink import mail_sink
from tests.e2e.pages import Backend
from tests.e2e.rpc import Rpc

#: Within so long what is due has gone out.
PATIENCE_SECONDS = 60
GREETING = "Chúc mừng sinh nhật"


@pytest.fixture
def stage(base_url) -> Iterator[dict]:
    """A customer whose birthday is today, and a person who may set rules up."""
    rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
    # The company of those who log in: with demo data there are others, whose clock says nothing.
    [admin] = rpc.call("res.users", "search_read", [("login", "=", "admin")], ["company_id"])
    fields = ["resource_calendar_id"]
    [company] = rpc.call("res.company", "read", [admin["company_id"][0]], fields)
    calendar = company["resource_calendar_id"][0]
    rpc.call("resource.calendar", "write", [calendar], {"tz": "Asia/Ho_Chi_Minh"})
    limits = ("quiet_from", "quiet_to", "bulk_limit", "hourly_cap")
    none = {f"automation_{limit}": 0 for limit in limits}
    rpc.call("res.company", "write", [company["id"]], none)
    today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    born = today.replace(year=1988)  # a leap year: it has every day
    name = f"Nguyễn Thị Hoa {key}"
    values = {"name": name, "email": f"hoa.{key}@khach.example", "birthday": born.isoformat()}
    [customer] = rpc.call("res.partner", "create", [values])
    groups = ["caredesk_automation.group_automation_manager"]
    ids = [_xmlid(rpc, group) for group in groups]
    person = {
        "name": f"Mai {key}",
        "login": f"mai.{key}",
        "password": f"mai.{key}",
        "email": f"mai.{key}@caredesk.example",
        "lang": "vi_VN",
        "company_id": company["id"],
        "company_ids": [(6, 0, [company["id"]])],
        "group_ids": [(4, group_id) for group_id in ids],
    }
    rpc.call("res.users", "create", [person])
    known = {"rpc": rpc, "customer": customer, "name": name, "login": person["login"], "key": key}
    with mail_sink(rpc) as mails:
        yield {**known, "mails": mails, "addresses": (values["email"], person["email"])}


def test_birthday_rule_in_vietnamese(stage, log_in):
    """New, fill in, save, preview, test, run, read the log; the mails arrive.

    Proves S0-AUT-05, S0-AUT-06, S0-AUT-09, S0-AUT-13, S0-AUT-X6, S0-AUT-X7 and IE-26 in the
    browser.
    """
    backend = log_in(stage["login"])
    page = backend.page
    backend.open_menu("Marketing", "Cài đặt tự động")
    backend.new()
    title = f"{GREETING} {stage['key']}"
    backend.fill("name", title)
    backend.field("trigger_kind").get_by_text("Sự kiện", exact=True).click()
    _select(page, backend, "event_kind", "Sinh nhật khách hàng")
    expect(page.locator(".o_field_widget[name=time_kind]")).to_have_count(0)
    _add_message(page, backend)
    backend.save()
    _preview_and_test(page, stage)
    _run(page, stage)
    _await_mail(stage, stage["addresses"][0])

    page.goto("/odoo/automation-log")
    backend.wait()
    backend.search(stage["name"])
    row = backend.rows().filter(has_text=stage["name"])
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Đã gửi")
    expect(row).to_contain_text(title)


def _add_message(page: Page, backend: Backend) -> None:
    """Write an e-mail with a merge field in its text."""
    backend.field("content_ids").get_by_text("Thêm nội dung", exact=True).click()
    dialog = page.locator(".o_dialog .modal-dialog").last
    expect(dialog).to_be_visible()
    backend.fill("subject", f"{GREETING} {{{{customer_name}}}}")
    backend.choose("insert_field_id", "Tên khách hàng")
    body = backend.field("body_html")
    expect(body).to_contain_text("{{customer_name}}")
    dialog.locator(".o_form_button_save").first.click()
    expect(page.locator(".o_dialog")).to_have_count(0)
    expect(backend.field("content_ids")).to_contain_text(GREETING)


def _preview_and_test(page: Page, stage: dict) -> None:
    """Look at the message as a customer will get it, and send it to oneself."""
    page.locator("button[name=action_preview]").click()
    preview = page.locator(".o_dialog .o_field_widget[name=preview]")
    expect(preview).to_contain_text(GREETING)
    expect(preview).not_to_contain_text("{{")
    page.locator(".o_dialog button[name=action_send_test]").click()
    expect(page.locator(".o_notification").last).to_contain_text("Tin thử")
    _await_mail(stage, stage["addresses"][1])


def _await_mail(stage: dict, address: str) -> None:
    """Wait until the greeting arrives at an address, by SMTP."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(address in mail["To"] and GREETING in mail["Subject"] for mail in stage["mails"]):
        assert time.monotonic() < deadline, f"nothing came to {address}"
        time.sleep(0.2)


def _run(page: Page, stage: dict) -> None:
    """Run the rule at once; the server's scheduled action, which that wakes, sends."""
    close = page.locator(".o_dialog .btn-close")
    if close.count():
        close.first.click()
    page.locator("button[name=action_run_now]").click()
    page.locator(".o_dialog .btn-primary").last.click()
    expect(page.locator(".o_notification").last).to_contain_text("tin đang được gửi đi")
    _wait_until_sent(stage)


def _wait_until_sent(stage: dict) -> None:
    """Wait until the ledger says that the greeting of this customer is done."""
    rpc, deadline = stage["rpc"], time.monotonic() + PATIENCE_SECONDS
    ours = [("res_model", "=", "res.partner"), ("res_id", "=", stage["customer"])]
    fields = ["state", "due_at", "reason"]
    while True:
        found = rpc.call("caredesk.automation.run", "search_read", ours, fields)
        if any(run["state"] == "done" for run in found):
            return
        assert time.monotonic() < deadline, f"not sent: {found}"
        time.sleep(1)


def _select(page: Page, backend: Backend, name: str, text: str) -> None:
    """Choose an entry of a selection field."""
    backend.field(name).locator("input, button").first.click()
    page.locator(".o_select_menu_menu .o_select_menu_item", has_text=text).first.click()
    expect(backend.field(name).locator("input").first).to_have_value(text)


def _xmlid(rpc: Rpc, xmlid: str) -> int:
    module, name = xmlid.split(".")
    domain = [("module", "=", module), ("name", "=", name)]
    return rpc.call("ir.model.data", "search_read", domain, ["res_id"])[0]["res_id"]
