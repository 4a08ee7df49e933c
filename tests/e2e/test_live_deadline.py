"""One deadline in two browsers at once: it counts down in the form of one and the list of both."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import Locator, expect

from tests.e2e.rpc import Rpc

#: How durations are said, in either language.
_UNITS = {"h": 3600, "giờ": 3600, "min": 60, "phút": 60, "s": 1}
_PART = re.compile(rf"(\d+) ({'|'.join(_UNITS)})\b")
_ACTION = "/odoo/action-caredesk_ticket.caredesk_ticket_action"


def seconds(shown: Locator) -> int:
    """Return the time left that is shown, in seconds."""
    parts = _PART.findall(shown.inner_text())
    assert parts, shown.inner_text()
    return sum(int(count) * _UNITS[unit] for count, unit in parts)


def counts_down(shown: Locator) -> int:
    """Wait until the time shown has gone down by itself; return what is shown then."""
    before = seconds(shown)
    expect(shown).not_to_have_text(shown.inner_text())
    after = seconds(shown)
    assert before - 60 < after < before
    return after


def make_ticket(rpc: Rpc) -> tuple[int, str]:
    """Make a ticket of a group that promises an answer within two hours of the clock."""
    key = uuid.uuid4().hex[:8]
    [group_id] = rpc.call("caredesk.support.group", "create", [{"name": f"Live {key}"}])
    rpc.call(
        "caredesk.sla.policy",
        "create",
        [
            {
                "name": f"Two hours {key}",
                "group_id": group_id,
                "target": "resolution",
                "hours": 2,
                "use_working_hours": False,
            }
        ],
    )
    title = f"Live deadline {key}"
    [ticket_id] = rpc.call("caredesk.ticket", "create", [{"name": title, "group_id": group_id}])
    return ticket_id, title


def test_a_deadline_counts_down_in_two_browsers(base_url, log_in):
    """Two people see the same time left, going down second by second without a reload.

    Proves S4-HD-05: the working time left lives in form, list and cards.
    """
    ticket_id, title = make_ticket(Rpc(base_url))
    first, second = log_in("admin"), log_in("admin")
    first.page.goto(f"{_ACTION}/{ticket_id}")
    first.wait()
    second.page.goto(_ACTION)
    second.wait()
    second.search(title)
    row = second.rows().filter(has_text=title).first
    in_form = first.page.locator(".o_caredesk_time_left").first
    in_list = row.locator(".o_caredesk_time_left")
    left = counts_down(in_form)
    assert 7000 < left < 7200
    assert abs(counts_down(in_list) - seconds(in_form)) <= 3

    second.page.locator("button.o_switch_view.o_kanban").click()
    card = second.page.locator(".o_kanban_record", has_text=title).first
    assert abs(counts_down(card.locator(".o_caredesk_time_left")) - seconds(in_form)) <= 3
