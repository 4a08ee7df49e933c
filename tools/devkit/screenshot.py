"""Takes one screenshot with Playwright; a program of its own, which runs in the venv.

Reads its order as JSON from standard input: url, file, login, password, lang, width, height, full,
chromium.
"""

import contextlib
import json
import sys
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

# Milliseconds
PATIENCE = 30_000
QUIET_PATIENCE = 10_000
FADE = 500
SET_LANGUAGE = """
async ([lang]) => {
    const call = async (model, method, args) => {
        const answer = await fetch(`/web/dataset/call_kw/${model}/${method}`, {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({jsonrpc: "2.0", params: {model, method, args, kwargs: {}}}),
        });
        return (await answer.json()).result;
    };
    const session = await (await fetch("/web/session/get_session_info", {
        method: "POST", headers: {"Content-Type": "application/json"}, body: "{}",
    })).json();
    const before = session.result.user_context.lang;
    await call("res.users", "write", [[session.result.uid], {lang}]);
    return before;
}
"""


def main() -> None:
    """Take the picture that standard input orders."""
    order = json.load(sys.stdin)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=order["chromium"])
        context = browser.new_context(
            viewport={"width": order["width"], "height": order["height"]},
            locale=(order["lang"] or "en_US").replace("_", "-"),
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        base = "{0.scheme}://{0.netloc}".format(urlsplit(order["url"]))
        if order["lang"]:
            # Public pages take their language from this cookie.
            context.add_cookies([{"name": "frontend_lang", "value": order["lang"], "url": base}])
        before = _log_in(page, base, order) if order["login"] else None
        page.goto(order["url"])
        _settle(page)
        page.screenshot(path=order["file"], full_page=order["full"])
        if before and before != order["lang"]:
            page.evaluate(SET_LANGUAGE, [before])
        browser.close()


def _log_in(page: Page, base: str, order: dict) -> str | None:
    """Log in; with a language, set the user's to it and return the one it was."""
    page.goto(f"{base}/web/login")
    page.fill("input[name=login]", order["login"])
    page.fill("input[name=password]", order["password"])
    page.click(".oe_login_buttons button[type=submit]")
    page.wait_for_url(lambda url: "/web/login" not in url)
    return page.evaluate(SET_LANGUAGE, [order["lang"]]) if order["lang"] else None


def _settle(page: Page) -> None:
    """Wait until Odoo has drawn its first screen, loaded what hangs on it, and faded it in."""
    page.wait_for_load_state("load")
    if page.locator("body.o_web_client").count():
        page.wait_for_selector(".o_action_manager > *")
    # A page that never falls silent (a running chat) is taken as it is.
    with contextlib.suppress(PlaywrightTimeout):
        page.wait_for_load_state("networkidle", timeout=QUIET_PATIENCE)
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(FADE)


if __name__ == "__main__":
    main()
