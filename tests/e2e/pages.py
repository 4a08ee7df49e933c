"""The backend as a person sees it: menus, lists, forms and dialogs by what is written on them.

Every helper waits for what it needs; a journey never sleeps.
"""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class Backend:
    """Odoo's backend in one browser page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    # --- getting there

    def log_in(self, login: str, password: str) -> None:
        """Log in by the form and wait until the backend stands."""
        self.page.goto("/web/login")
        self.page.locator("input[name=login]").fill(login)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator(".oe_login_form button[type=submit]").click()
        self.wait()

    def open_action(self, xmlid: str) -> None:
        """Open a window action by its full XML ID."""
        self.page.goto(f"/odoo/action-{xmlid}")
        self.wait()

    def open_menu(self, *path: str) -> None:
        """Open an app, then one menu entry after the other, by their labels."""
        app, *entries = path
        self.page.locator(".o_navbar_apps_menu button").first.click()
        self._leave(self.page.locator(".o_app", has_text=app).first)
        menus = self.page.locator(".o_menu_sections, .o-dropdown--menu")
        for entry in entries[:-1]:
            menus.get_by_text(entry, exact=True).last.click()
        for entry in entries[-1:]:
            self._leave(menus.get_by_text(entry, exact=True).last)

    def _leave(self, link: Locator) -> None:
        """Click on what opens another screen, and wait until the one before is gone."""
        shown = self.page.locator(".o_action_manager > *")
        shown.first.evaluate("screen => (screen.dataset.left = true)")
        link.click()
        expect(self.page.locator(".o_action_manager > [data-left]")).to_have_count(0)
        self.wait()

    def wait(self) -> None:
        """Wait until the backend shows a view and has nothing under way."""
        expect(self.page.locator(".o_action_manager > *").first).to_be_visible()
        expect(self.page.locator(".o_loading_indicator, .o_blockUI")).to_have_count(0)

    # --- lists and kanban

    def search(self, text: str) -> None:
        """Type into the search bar and press Enter."""
        box = self.page.locator(".o_searchview_input")
        box.fill(text)
        box.press("Enter")
        self.wait()

    def rows(self) -> Locator:
        """The records of a list view."""
        return self.page.locator(".o_list_view .o_data_row")

    def open_row(self, text: str) -> None:
        """Open the first record of a list whose row shows a text."""
        self.rows().filter(has_text=text).first.locator(".o_data_cell").first.click()
        expect(self.page.locator(".o_form_view")).to_be_visible()

    def new(self) -> None:
        """Press New and wait for the empty form."""
        self.page.locator(".o_control_panel .o_list_button_add, .o-kanban-button-new").first.click()
        expect(self.page.locator(".o_form_view")).to_be_visible()

    # --- forms and dialogs

    def field(self, name: str) -> Locator:
        """The widget of a field, in the topmost dialog if there is one."""
        return self._top().locator(f".o_field_widget[name='{name}']").first

    def fill(self, name: str, value: str) -> None:
        """Type a value into a text, number or date field."""
        box = self.field(name).locator("input, textarea, [contenteditable=true]").first
        box.fill(value)
        # What is typed while a form is still being drawn is lost.
        if box.evaluate("box => box.isContentEditable"):
            expect(box).to_contain_text(value)
        else:
            expect(box).to_have_value(value)

    def choose(self, name: str, text: str) -> None:
        """Choose a record in a many2one field by typing and taking the first match."""
        self.field(name).locator("input").first.fill(text)
        self.page.locator(".o-autocomplete--dropdown-menu li", has_text=text).first.click()

    def press(self, label: str) -> None:
        """Press the button with this label, in the topmost dialog if there is one."""
        self._top().get_by_role("button", name=label, exact=True).first.click()
        self.wait()

    def save(self) -> None:
        """Save the form and wait until it says so."""
        # The title takes what was typed last when its field is left, and moves the button away
        # from a mouse that is already pressed.
        self.page.evaluate("document.activeElement?.blur()")
        self.page.locator(".o_form_button_save").click()
        saved = self.page.locator(".o_form_status_indicator_buttons.invisible")
        expect(saved.or_(self._trouble()).first).to_be_attached()
        assert saved.count(), f"not saved: {self._said()}"

    def message(self) -> Locator:
        """The newest notification, or the text of an error dialog."""
        return self.page.locator(".o_notification_content, .o_dialog .modal-body").last

    def _trouble(self) -> Locator:
        """What a page shows that refuses to save; a notification stays for seconds only."""
        return self.page.locator(
            ".o_notification:has(.bg-danger), .o_dialog .modal-body, .o_field_invalid[name]"
        )

    def _said(self) -> list[str]:
        """Which fields are marked as missing, and what stands in messages."""
        found = self._trouble().all()
        return [one.get_attribute("name") or one.inner_text() for one in found]

    def _top(self) -> Locator:
        dialog = self.page.locator(".o_dialog .modal-dialog")
        return dialog.last if dialog.count() else self.page.locator(".o_action_manager")
