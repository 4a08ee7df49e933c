"""The desk of the sixteen functions of the chat: one account, one customer, one agent's screen.

All journeys of a file share it; each sets up by RPC what it needs of the customer, so that they
run in any order and alone. Each leaves a picture for the guide.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.pages import Backend
from tests.e2e.zalo import ZaloDesk, zalo_desk

WIDTH, HEIGHT = 1366, 768
HEAD = ".o-mail-DiscussContent-header"
TIMEOUT_MS = 60_000
#: What the agent may beside answering: sell, keep contacts, serve tickets.
ROLES = (
    "sales_team.group_sale_salesman_all_leads",
    "base.group_partner_manager",
    "caredesk_ticket.group_agent",
    "caredesk_ticket.group_intake",
    "caredesk_zalo.group_chat_admin",
)


class Guide:
    """Discuss of the first agent, and the customer's phone beside it."""

    def __init__(self, desk: ZaloDesk, browser: Browser, base_url: str) -> None:
        self.desk = desk
        self.rpc = desk.rpc
        options = {"base_url": base_url, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
        size = {"width": WIDTH, "height": HEIGHT}
        # Two windows: a tab behind another one is drawn once or twice in a second only.
        self._contexts = [browser.new_context(viewport=size, **options) for _window in range(2)]
        for context in self._contexts:
            context.set_default_timeout(TIMEOUT_MS)
        self.page, self.phone = (context.new_page() for context in self._contexts)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.backend = Backend(self.page)
        self._become_everything()
        self.backend.log_in(desk.logins[0], desk.logins[0])
        self.phone.goto(desk.page)
        expect(self.phone.locator("#account")).to_have_text(desk.account.name)
        self.customer_says("Chào shop, em hỏi về máy lạnh ạ")
        self.contact_id = self._known_contact()

    def close(self) -> None:
        """End both screens; an error in a script of the agent's fails the journey."""
        for context in self._contexts:
            context.close()
        assert not self.errors, f"errors in the page's scripts: {self.errors}"

    # --- the customer

    def customer_says(self, text: str) -> None:
        """Let the customer type and press Enter."""
        box = self.phone.locator("#compose input[name=text]")
        box.fill(text)
        box.press("Enter")

    def at_customer(self, text: str) -> Locator:
        """The bubbles of the account with this text on the customer's phone."""
        return self.phone.locator("#messages li.api", has_text=text)

    # --- the agent

    def open(self) -> None:
        """Have the conversation open in Discuss, the customer beside it read anew."""
        if self._is_open():
            toggle = self.page.locator(f"{HEAD} button[name=zalo-customer-panel]")
            toggle.dispatch_event("click")
            expect(self.panel()).to_have_count(0)
            toggle.dispatch_event("click")
            writes_note = self.page.locator(".o-mail-Composer button:has(.fa-sticky-note)")
            if writes_note.count():
                writes_note.click()
        else:
            channel = self.card("channel_id")["channel_id"][0]
            self.page.goto(f"/odoo/action-mail.action_discuss?active_id=discuss.channel_{channel}")
        expect(self.panel().locator("h5")).to_be_visible()
        expect(self.page.locator(".o-mail-Thread")).to_be_visible()

    def _is_open(self) -> bool:
        """Tell whether the page shows the conversation, which no journey has left."""
        return self.panel().count() == 1

    def leave(self) -> None:
        """Let the next journey begin with a page that holds nothing of this one."""
        self.page.goto("about:blank")

    def head(self, action: str) -> None:
        """Press a button at the top of the conversation and wait for its dialog."""
        self.page.locator(f"{HEAD} button[name={action}]").click()
        expect(self.dialog()).to_be_visible()

    def panel(self) -> Locator:
        """The customer's panel."""
        return self.page.locator(".o-zalo-CustomerPanel")

    def begin(self, method: str) -> None:
        """Press a button of the panel and wait for its dialog."""
        self.panel().locator(f"button[name={method}]").click()
        expect(self.dialog()).to_be_visible()

    def menu(self, label: str) -> None:
        """Choose an entry behind the three dots of the conversation."""
        row = self.page.locator(
            ".o-mail-DiscussSidebarChannel", has_text=self.card("name")["name"]
        ).first
        row.hover()
        row.locator(".o-mail-DiscussSidebarChannel-actions button").click()
        entry = self.page.locator(".o-dropdown--menu, .o_popover").get_by_text(label, exact=True)
        entry.last.click()

    def dialog(self) -> Locator:
        """The topmost dialog."""
        return self.page.locator(".o_dialog .modal-dialog").last

    def dialog_closes(self) -> None:
        """Wait until no dialog is left."""
        expect(self.page.locator(".o_dialog")).to_have_count(0)

    def press(self, name: str, *, sure: bool = False) -> None:
        """Press the button of the dialog with a technical name; say Yes when asked.

        :param sure: a question follows
        """
        count = self.page.locator(".o_dialog").count()
        self.dialog().locator(f"button[name={name}]").click()
        if sure:
            expect(self.page.locator(".o_dialog")).to_have_count(count + 1)
            self.dialog().locator(".modal-footer .btn-primary").click()

    def save_dialog(self) -> None:
        """Save the form in the dialog and wait until it is gone."""
        self.dialog().locator(".o_form_button_save").click()
        self.dialog_closes()

    def note(self, text: str) -> Locator:
        """The newest message or note of the conversation with this text."""
        kinds = ".o-mail-Message, .o-mail-NotificationMessage"
        return self.page.locator(".o-mail-Thread").locator(kinds, has_text=text).last

    def toast(self) -> Locator:
        """The newest notification."""
        return self.page.locator(".o_notification").last

    def write(self, text: str) -> None:
        """Type into the conversation and press Enter."""
        box = self.page.locator(".o-mail-Composer-input")
        box.fill(text)
        box.press("Enter")

    def shot(self, name: str) -> None:
        """Keep the agent's screen as a picture of the guide."""
        # What an earlier step said in a corner would cover what this one is about.
        self.page.evaluate(
            "document.querySelectorAll('.o_notification_close').forEach((one) => one.click())"
        )
        expect(self.page.locator(".o_notification, .o_loading_indicator")).to_have_count(0)
        folder = Path(os.environ["CAREDESK_SHOTS"]) / "zalo-guide"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"zalo-{name}.png")

    # --- what a journey begins with

    def card(self, *fields: str) -> dict:
        """Read the customer's card."""
        return self.desk.contact(*fields)

    def as_stranger(self) -> None:
        """Nothing is linked to the customer."""
        self.rpc.call(
            "caredesk.zalo.contact",
            "action_unlink_customer",
            [self.contact_id],
            context={"lang": "vi_VN"},
        )

    def as_lead(self, **values) -> int:
        """The customer is a lead; return it."""
        self.as_stranger()
        name = self.card("name")["name"]
        [lead] = self.rpc.call(
            "crm.lead",
            "create",
            [{"type": "lead", "name": name, "contact_name": name, **values}],
        )
        self._link({"lead_id": lead})
        return lead

    def as_partner(self, **values) -> int:
        """The customer is a contact; return it."""
        self.as_stranger()
        name = self.card("name")["name"]
        [partner] = self.rpc.call("res.partner", "create", [{"name": name, **values}])
        self._link({"partner_id": partner})
        return partner

    def ask_in(self, login: str) -> None:
        """Bring a colleague into the conversation, to be named there."""
        domain = [["login", "=", login]]
        [user] = self.rpc.call("res.users", "search_read", domain, ["partner_id"])
        channel = self.card("channel_id")["channel_id"][0]
        partners = [user["partner_id"][0]]
        self.rpc.call("discuss.channel", "add_members", [channel], partner_ids=partners)

    def _link(self, values: dict) -> None:
        self.rpc.call("caredesk.zalo.contact", "write", [self.contact_id], values)

    def _become_everything(self) -> None:
        [user] = self.rpc.call("res.users", "search", [["login", "=", self.desk.logins[0]]])
        for role in ROLES:
            module, name = role.split(".")
            domain = [["module", "=", module], ["name", "=", name]]
            [found] = self.rpc.call("ir.model.data", "search_read", domain, ["res_id"])
            self.rpc.call("res.users", "write", [user], {"group_ids": [[4, found["res_id"]]]})

    def _known_contact(self) -> int:
        """Wait until the customer's first word was worked on; return his card."""
        self.page.goto("/odoo/action-mail.action_discuss")
        served = self.page.locator(".o-zalo-agent")
        expect(self.page.locator(".o-mail-DiscussSidebarChannel", has=served)).to_be_visible()
        return self.card("id")["id"]


@contextmanager
def zalo_guide(browser: Browser, base_url: str) -> Iterator[Guide]:
    """Yield the screens until the end of the block."""
    with zalo_desk(base_url, "vi_VN") as desk:
        guide = Guide(desk, browser, base_url)
        try:
            yield guide
        finally:
            guide.close()


def eventually(read: Callable[[], list]) -> list:
    """Return what is read as soon as it is something: the screen shows it before it is stored."""
    end = time.monotonic() + TIMEOUT_MS / 1000
    while not (found := read()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.2)
    return found


def keep_failure(page: Page, name: str) -> None:
    """Keep a picture of a journey that failed."""
    folder = Path(os.environ["CAREDESK_SHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / name, full_page=True)
