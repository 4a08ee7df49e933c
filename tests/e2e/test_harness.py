"""The helpers of the journeys themselves, on parts of Odoo that every installation has."""

from playwright.sync_api import expect


def test_a_person_finds_and_edits_a_contact(log_in):
    """Log in, create a contact, find it in the list and change it: the ways all journeys use."""
    desk = log_in("admin")
    desk.open_action("contacts.action_contacts")
    desk.page.locator(".o_switch_view.o_list").click()
    desk.new()
    desk.fill("name", "Trần Thị Hành Trình")
    desk.save()
    desk.open_action("contacts.action_contacts")
    desk.page.locator(".o_switch_view.o_list").click()
    desk.search("Hành Trình")
    expect(desk.rows()).to_have_count(1)
    desk.open_row("Hành Trình")
    desk.fill("phone", "+84 91 234 56 78")
    desk.save()
    expect(desk.field("phone").locator("input")).to_have_value("+84 912 345 678")


def test_a_wrong_password_is_refused(page):
    """Nobody gets in with a wrong password, and the page says so."""
    page.goto("/web/login")
    page.locator("input[name=login]").fill("admin")
    page.locator("input[name=password]").fill("not this one")
    page.locator(".oe_login_form button[type=submit]").click()
    expect(page.locator(".alert-danger")).to_be_visible()
