"""A manager exports one selection in three formats, and each file arrives."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

import openpyxl
import pypdf
from docx import Document
from playwright.sync_api import expect

from tests.e2e.rpc import Rpc


def test_export_in_three_formats(base_url, log_in):
    """From the menu: choose a group and a state, press three buttons, get three files.

    Proves S0-TKT-35, S0-TKT-36, S0-TKT-39: scope first, then one button per format; each file
    holds the tickets chosen and no other.
    """
    rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
    [group_id] = rpc.call(
        "caredesk.support.group",
        "create",
        [{"name": f"Export {key}", "auto_assign": False, "dispatch_queue": False}],
    )
    tickets = rpc.call(
        "caredesk.ticket",
        "create",
        [{"name": f"Máy in hỏng {n} {key}", "group_id": group_id} for n in range(3)],
    )
    rpc.call("caredesk.ticket", "action_cancel", [tickets[2]], "Gửi nhầm")
    wanted = [
        ticket["number"] for ticket in rpc.call("caredesk.ticket", "read", tickets[:2], ["number"])
    ]

    backend = log_in("admin", accept_downloads=True)
    page = backend.page
    backend.open_action("caredesk_ticket.caredesk_ticket_action")
    for menu in ("caredesk_menu_tickets", "caredesk_ticket_export_menu"):
        page.locator(f"[data-menu-xmlid='caredesk_ticket.{menu}']").first.click()
    expect(page.locator(".o_dialog button[name=action_export_pdf]")).to_be_visible()
    backend.choose("group_ids", f"Export {key}")
    page.locator(".o_dialog .o_field_widget[name=with_unassigned] input").check()
    expect(backend.field("count_text")).to_contain_text("2 ticket")

    files = {}
    for kind in ("xlsx", "docx", "pdf"):
        with page.expect_download() as download:
            page.locator(f".o_dialog button[name=action_export_{kind}]").click()
        assert download.value.suggested_filename.endswith(f".{kind}")
        files[kind] = Path(download.value.path()).read_bytes()

    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == wanted
    table = Document(io.BytesIO(files["docx"])).tables[1]
    assert [row.cells[0].text for row in table.rows[1:]] == wanted
    reader = pypdf.PdfReader(io.BytesIO(files["pdf"]))
    printed = " ".join(page.extract_text() for page in reader.pages)
    assert all(number in printed for number in wanted)
