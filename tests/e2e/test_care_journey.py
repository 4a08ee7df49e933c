"""Care from the sale of a spa course to the next visit, booked by the customer on a phone."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import expect

from tests.e2e.rpc import Rpc

PHONE = {"width": 390, "height": 844}


def _quote(rpc: Rpc, key: str) -> tuple[int, int]:
    """Quote a course that a schedule covers; return customer and order."""
    [customer] = rpc.call(
        "res.partner",
        "create",
        [{"name": f"Hoa Sen {key}", "email": "hoa@example.com", "phone": "0900 000 777"}],
    )
    [form] = rpc.call("caredesk.care.form", "create", [{"name": f"Call {key}", "action": "call"}])
    [product] = rpc.call(
        "product.product",
        "create",
        [{"name": f"Facial course {key}", "type": "service", "list_price": 900000,
          "taxes_id": []}],
    )  # fmt: skip
    [template] = rpc.call("product.product", "read", [product], ["product_tmpl_id"])
    [admin] = rpc.call("res.users", "search", [("login", "=", "admin")])
    occasion = {"name": f"Ask how it went {key}", "offset": 0, "unit": "days", "form_id": form}
    rpc.call(
        "caredesk.care.schedule",
        "create",
        [{"name": f"Course {key}", "move_to_workday": False, "responsible_kind": "user",
          "user_id": admin, "product_ids": [(4, template["product_tmpl_id"][0])],
          "line_ids": [(0, 0, occasion), (0, 0, {**occasion, "offset": 1, "unit": "months"})]}],
    )  # fmt: skip
    [order] = rpc.call(
        "sale.order",
        "create",
        [{"partner_id": customer, "order_line": [(0, 0, {"product_id": product})]}],
    )
    return customer, order


def _task_of(rpc: Rpc, order: int) -> int:
    """Return the first task of an order."""
    return rpc.call(
        "caredesk.care.task", "search", [("order_id", "=", order)], limit=1, order="date_start"
    )[0]


def test_from_the_sale_to_the_next_visit(base_url, log_in, make_page):
    """A course is sold; its care is done with a call, points follow, the customer books again.

    Proves S0-CAR-03, S0-CAR-05, S0-CAR-08, S3-FLT-03, S3-FLT-05, S3-FLT-07, C-38, IE-30, IE-32:
    tasks in the calendar, a call from the task, a gift that raises points and a level, and a
    visit booked on a phone through the public page.
    """
    rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
    customer, order = _quote(rpc, key)
    level = _level(rpc, key)

    backend = log_in("admin")
    page = backend.page
    page.goto(f"/odoo/action-sale.action_quotations/{order}")
    backend.wait()
    page.locator("button[name=action_confirm]:visible").first.click()
    expect(page.locator("button[name=action_care_tasks]")).to_be_visible()
    task = _task_of(rpc, order)

    page.goto("/odoo/action-caredesk_automation.caredesk_care_task_action_calendar")
    backend.wait()
    expect(page.locator(".fc-event", has_text=re.compile(key)).first).to_be_visible()

    page.goto(f"/odoo/action-caredesk_automation.caredesk_care_task_action/{task}")
    backend.wait()
    page.locator("button[name=action_care]").click()
    backend.wait()
    page.locator(".o_field_widget[name=result] textarea").fill("Satisfied")
    page.locator("button[name=action_save]").click()
    expect(page.locator("button[name=action_save]")).to_have_count(0)
    [done] = rpc.call("caredesk.care.task", "read", [task], ["state", "result"])
    assert done == {"id": task, "state": "done", "result": "Satisfied"}

    _give(backend, customer, key, "points", "50")
    [partner] = rpc.call("res.partner", "read", [customer], ["care_points", "care_level_id"])
    assert partner["care_points"] == 50
    assert not partner["care_level_id"] or partner["care_level_id"][0] != level
    _give(backend, customer, key, "money", "90000")
    page.goto(f"/odoo/action-caredesk_automation.caredesk_care_customer_action/{customer}")
    backend.wait()
    expect(page.locator(".o_field_widget[name=care_level_id]")).to_contain_text(f"Level {key}")
    expect(page.locator(".o_caredesk_timeline")).to_contain_text(f"Level {key}")

    _book_on_the_phone(rpc, make_page, customer, key)


def _level(rpc: Rpc, key: str) -> int:
    """Make a level just above what is bought, and a form for gifts of money."""
    rpc.call("caredesk.care.form", "create", [{"name": f"Gift {key}", "action": "give_money"}])
    vals = {"name": f"Level {key}", "min_accumulated": 900001 + int(key[:4], 16)}
    return rpc.call("caredesk.customer.level", "create", [vals])[0]


def _give(backend, customer: int, key: str, what: str, quantity: str) -> None:
    """Give points or money from the customer's care page."""
    page = backend.page
    page.goto(f"/odoo/action-caredesk_automation.caredesk_care_customer_action/{customer}")
    backend.wait()
    page.locator(f"button[name=action_care_{what}]").click()
    backend.wait()
    form = page.locator(".o_field_widget[name=form_id] input")
    if what == "money":
        form.fill(f"Gift {key}")
        page.locator(".o-autocomplete--dropdown-item", has_text=f"Gift {key}").first.click()
    field = {"points": "points", "money": "amount"}[what]
    page.locator(f".o_field_widget[name={field}] input").fill(quantity)
    page.locator("button[name=action_save]").click()
    expect(page.locator("button[name=action_save]")).to_have_count(0)


def _book_on_the_phone(rpc: Rpc, make_page, customer: int, key: str) -> None:
    """Book a visit, call it off, book the next one and move it, as the customer does."""
    [invite] = rpc.call(
        "caredesk.care.invite", "create", [{"partner_id": customer, "name": f"Skin check {key}"}]
    )
    [address] = rpc.call("caredesk.care.invite", "read", [invite], ["url"])
    phone = make_page(viewport=PHONE, is_mobile=True, has_touch=True)
    phone.goto("/caredesk/booking/" + address["url"].rpartition("/")[2])
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing sticks out of a phone"
    phone.locator("button[name=start]").nth(3).tap()
    expect(phone.locator(".card .text-success")).to_be_visible()
    [booked] = rpc.call("caredesk.care.invite", "read", [invite], ["task_id"])
    [visit] = rpc.call(
        "caredesk.care.task", "read", [booked["task_id"][0]], ["state", "is_booking"]
    )
    assert (visit["state"], visit["is_booking"]) == ("confirmed", True)
    phone.locator("form[action$='/cancel'] button").tap()
    expect(phone.locator("button[name=start]").first).to_be_visible()
    [visit] = rpc.call("caredesk.care.task", "read", [booked["task_id"][0]], ["state"])
    assert visit["state"] == "cancelled"
    phone.locator("button[name=start]").nth(3).tap()
    phone.locator("a[href*='move=1']").tap()
    phone.locator("button[name=start]").nth(7).tap()
    expect(phone.locator("a[href*='move=1']")).to_be_visible()
    [booked] = rpc.call("caredesk.care.invite", "read", [invite], ["task_id"])
    [visit] = rpc.call("caredesk.care.task", "read", [booked["task_id"][0]], ["state"])
    assert visit["state"] == "confirmed", "the next visit stands"
