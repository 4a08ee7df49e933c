"""Surveys: from the bank to a customer's phone and back; and employees with a survey to do."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.rpc import Rpc

PHONE = {"width": 390, "height": 844}
#: Tabs in which one invitation is submitted at once, and how often that is tried.
TABS, TRIES = 4, 3
SECONDS = 60


@dataclass
class Firm:
    """A survey manager, an employee and a customer of a firm of their own."""

    rpc: Rpc
    key: str
    manager: str
    employee: str
    employee_id: int
    customer_id: int

    def bank(self, title: str, kind: str, **vals) -> int:
        """Put a question into the bank; return its id."""
        values = {"title": f"{title} {self.key}", "caredesk_type": kind, **vals}
        context = {"caredesk_bank": True}
        return self.rpc.call("survey.question", "create", [values], context=context)[0]

    def survey(self, kind: str, **vals) -> int:
        """Return a new survey without questions."""
        values = {
            "title": f"Khảo sát {self.key}",
            "survey_type": kind,
            "questions_layout": "one_page",
            **vals,
        }
        return self.rpc.call("survey.survey", "create", [values])[0]

    def invite(self, survey_id: int) -> str:
        """Invite the customer by the dialog; return the link of the invitation."""
        action = self.rpc.call("survey.survey", "action_send_survey", [survey_id])
        [invite] = self.rpc.call(
            "survey.invite",
            "create",
            [{"partner_ids": [[6, 0, [self.customer_id]]]}],
            context=action["context"],
        )
        self.rpc.call("survey.invite", "action_invite", [invite])
        [entry] = self.rpc.call(
            "survey.user_input", "search_read", [["survey_id", "=", survey_id]], ["id"]
        )
        return self.rpc.call("survey.user_input", "get_start_url", [entry["id"]])


def _user(rpc: Rpc, login: str, role: str) -> int:
    [group] = rpc.call("res.groups", "search_read", [["name", "=", role]], ["id"], limit=1)
    values = {
        "name": login,
        "login": login,
        "password": login,
        "email": f"{login}@example.com",
        "lang": "en_US",
        "odoobot_state": "disabled",
        "group_ids": [[4, group["id"]]],
    }
    return rpc.call("res.users", "create", [values])[0]


@pytest.fixture
def firm(base_url) -> Firm:
    rpc, key = Rpc(base_url), uuid.uuid4().hex[:8]
    manager, employee = f"surveys-{key}", f"staff-{key}"
    _user(rpc, manager, "Survey Manager")
    employee_id = _user(rpc, employee, "Survey User")
    [customer_id] = rpc.call(
        "res.partner", "create", [{"name": f"Khách {key}", "email": f"khach-{key}@example.com"}]
    )
    return Firm(rpc, key, manager, employee, employee_id, customer_id)


def _open_menu(page: Page, xmlid: str) -> None:
    """Open an entry of Support, Survey, by its XML ID: the words depend on the language."""
    page.locator(".o_navbar_apps_menu button").first.click()
    page.locator("[data-menu-xmlid='caredesk_ticket.caredesk_menu_root']").first.click()
    section = page.locator("[data-menu-xmlid='caredesk_survey.caredesk_survey_menu']")
    entry = page.locator(f".o-dropdown--menu [data-menu-xmlid='{xmlid}']")
    section.first.click()
    entry.first.click()
    expect(page.locator(".o_list_view")).to_be_visible()


def _submit(page: Page) -> None:
    """Send the answers and confirm it."""
    page.locator("button[type=submit]").first.click()
    page.locator(".modal .btn-primary").click()


def expect_fits(page: Page) -> None:
    """Expect nothing to stick out at the right of a phone."""
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0


def _add_from_bank(page: Page, *titles: str) -> None:
    """Add questions of the bank to the survey whose form is open."""
    page.locator("button[name=action_add_from_bank]").click()
    dialog = page.locator(".o_dialog")
    for title in titles:
        dialog.locator(
            ".o_field_x2many_list_row_add a, .o_field_x2many_list_row_add button"
        ).click()
        row = page.locator(".o_dialog").last.locator(".o_data_row").filter(has_text=title)
        row.locator(".o_data_cell").first.click()
        expect(page.locator(".o_dialog")).to_have_count(1)
    page.locator(".o_dialog button[name=action_add]").click()
    rows = page.locator(".o_field_widget[name=question_and_page_ids] .o_data_row")
    expect(rows).to_have_count(len(titles))


def _answer_on_phone(phone: Page, link: str) -> None:
    """Give four stars and a city, as a customer does from the link of an invitation."""
    phone.goto(link)
    phone.locator("button[type=submit]").first.click()
    expect(phone.locator(".o_caredesk_stars label")).to_have_count(5)
    expect_fits(phone)
    phone.locator(".o_caredesk_stars label").nth(3).click()
    phone.locator("input.o_survey_question_text_box").fill("Đà Lạt")
    _submit(phone)
    expect(phone.locator(".o_survey_finished")).to_be_visible()
    expect_fits(phone)


def test_from_the_bank_to_the_customers_record(firm, log_in, make_page):
    """A survey is built from the bank, answered on a phone, seen in history and chart.

    The answer fills the customer's record. Proves S0-SVY-01, S0-SVY-02, S0-SVY-03, S0-SVY-04,
    S0-SVY-16, S0-SVY-17, S0-SVY-18.
    """
    firm.bank("How did we do?", "stars")
    firm.bank("Your city?", "short_text", writeback_field="city", writeback_rule="always")
    survey_id = firm.survey("csat")

    backend = log_in(firm.manager)
    page = backend.page
    _open_menu(page, "caredesk_survey.survey_question_menu_bank")
    expect(backend.rows().first).to_contain_text(f"Your city? {firm.key}")
    page.goto(f"/odoo/action-caredesk_survey.survey_survey_action/{survey_id}")
    backend.wait()
    _add_from_bank(page, f"How did we do? {firm.key}", f"Your city? {firm.key}")
    link = firm.invite(survey_id)
    _answer_on_phone(make_page(viewport=PHONE, is_mobile=True, has_touch=True), link)

    backend.open_action("caredesk_survey.survey_user_input_action_history")
    backend.search(firm.key)
    backend.open_row(f"Khách {firm.key}")
    expect(page.locator(".o_form_view")).to_contain_text("★★★★☆")
    expect(page.locator(".o_form_view")).to_contain_text("80")

    page.goto(f"/odoo/action-caredesk_survey.survey_survey_action/{survey_id}")
    backend.wait()
    page.locator("button[name=action_caredesk_statistics]").click()
    chart = page.locator(".o_question_chart").filter(has_text="How did we do?")
    chart.locator(".o_bar").nth(3).click()
    expect(backend.rows()).to_have_count(1)
    expect(backend.rows().first).to_contain_text("★★★★☆")

    [customer] = firm.rpc.call("res.partner", "read", [firm.customer_id], ["city"])
    assert customer["city"] == "Đà Lạt"


def test_employee_performs_an_assigned_survey(firm, log_in):
    """A survey is assigned, performed in the browser by the employee, and scored.

    Proves S0-SVY-15, S0-SVY-16, S0-SVY-17.
    """
    question = firm.bank(
        "May data be given away?",
        "single",
        suggested_answer_ids=[
            [0, 0, {"value": "Never", "answer_score": 2, "is_correct": True}],
            [0, 0, {"value": "Always", "answer_score": 0}],
        ],
    )
    survey_id = firm.survey("employee")
    [dialog] = firm.rpc.call(
        "caredesk.survey.add.questions",
        "create",
        [{"survey_id": survey_id, "question_ids": [[6, 0, [question]]]}],
    )
    firm.rpc.call("caredesk.survey.add.questions", "action_add", [dialog])
    [assignment_id] = firm.rpc.call(
        "caredesk.survey.assignment",
        "create",
        [{"survey_id": survey_id, "user_ids": [[6, 0, [firm.employee_id]]]}],
    )
    firm.rpc.call("caredesk.survey.assignment", "action_assign", [assignment_id])

    backend = log_in(firm.employee)
    page = backend.page
    _open_menu(page, "caredesk_survey.caredesk_survey_task_menu_my")
    backend.rows().first.locator("button[name=action_perform]").click()
    page.locator("button[type=submit]").first.click()
    page.locator("label.o_survey_choice_btn", has_text="Never").click()
    _submit(page)
    expect(page.locator(".o_survey_finished")).to_contain_text("100")
    page.locator(".o_caredesk_back").click()
    backend.wait()
    expect(backend.rows().first.locator(".text-bg-success")).to_be_visible()

    manager = log_in(firm.manager)
    manager.page.goto(
        f"/odoo/action-caredesk_survey.caredesk_survey_assignment_action/{assignment_id}"
    )
    manager.wait()
    row = manager.page.locator(".o_field_widget[name=task_ids] .o_data_row")
    expect(row).to_contain_text(firm.employee)
    expect(row).to_contain_text("100")


class Invitation:
    """An invitation as browsers' tabs hold it: its tokens, no account."""

    def __init__(self, base_url: str, link: str) -> None:
        parts = urlsplit(link)
        [token] = parse_qs(parts.query)["answer_token"]
        self._address = f"{base_url}/survey/{{step}}/{parts.path.rsplit('/', 1)[1]}/{token}"

    def post(self, step: str, answers: dict) -> str:
        """Send a step of the survey; return the error, empty when there was none."""
        address = self._address.format(step=step)
        answer = requests.post(address, json={"params": answers}, timeout=SECONDS).json()
        fields = answer["result"][1]
        return fields.get("error", "") if isinstance(fields, dict) else ""


def test_two_tabs_submit_at_once(firm, base_url):
    """Of several tabs that submit one invitation at the same moment exactly one is counted.

    Proves IE-19, S0-SVY-02.
    """
    question = firm.bank("How did we do?", "stars")
    survey_id = firm.survey("csat", questions_layout="one_page")
    [dialog] = firm.rpc.call(
        "caredesk.survey.add.questions",
        "create",
        [{"survey_id": survey_id, "question_ids": [[6, 0, [question]]]}],
    )
    firm.rpc.call("caredesk.survey.add.questions", "action_add", [dialog])
    [asked] = firm.rpc.call(
        "survey.question", "search_read", [["survey_id", "=", survey_id]], ["id"]
    )
    start = threading.Barrier(TABS)

    def submit(invitation: Invitation, stars: int) -> str:
        start.wait()
        return invitation.post("submit", {str(asked["id"]): str(stars)})

    for attempt in range(TRIES):
        values = {"survey_id": survey_id, "partner_id": firm.customer_id}
        [entry_id] = firm.rpc.call("survey.user_input", "create", [values])
        link = firm.rpc.call("survey.user_input", "get_start_url", [entry_id])
        invitation = Invitation(base_url, link)
        assert invitation.post("begin", {}) == ""
        with ThreadPoolExecutor(TABS) as tabs:
            errors = list(tabs.map(submit, [invitation] * TABS, range(1, TABS + 1)))
        assert sorted(errors)[1:] == ["unauthorized"] * (TABS - 1), attempt
        [entry] = firm.rpc.call("survey.user_input", "read", [entry_id], ["state"])
        lines = firm.rpc.call(
            "survey.user_input.line",
            "search_read",
            [["user_input_id", "=", entry_id]],
            ["value_scale"],
        )
        assert entry["state"] == "done"
        assert [line["value_scale"] for line in lines] == [errors.index("") + 1]
