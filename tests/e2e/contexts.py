"""Browser contexts that are lent to one journey after the other.

A context of its own for each page would fetch and compile Odoo's scripts anew each time, which
takes longer than most journeys. What a context remembers of a person is wiped when it comes back;
what it fetched stays in its cache, as in a browser that people share.
"""

import json

from playwright.sync_api import Browser, BrowserContext, Page


class Contexts:
    """Lends contexts of one browser; two that are out at once share nothing."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._out: dict[BrowserContext, str] = {}

    def lend(self, **options) -> BrowserContext:
        """Return a context with these options of Playwright's in which nobody is logged in."""
        key = json.dumps(options, sort_keys=True)
        free = self._free.setdefault(key, [])
        context = free.pop() if free else self._browser.new_context(**options)
        self._out[context] = key
        return context

    def take_back(self, context: BrowserContext, page: Page, origin: str) -> None:
        """Close what is open in a context, wipe what it knows of a person and keep it.

        :param page: one of the context's pages, still open
        :param origin: the address of the server that was visited
        """
        page.goto("about:blank")
        session = context.new_cdp_session(page)
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        context.clear_cookies()
        for one in context.pages:
            one.close()
        self._free[self._out.pop(context)].append(context)
