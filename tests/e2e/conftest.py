"""Browser journeys: a Chromium, a page for each test, and what to keep when one fails."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.contexts import Contexts
from tests.e2e.pages import Backend

TIMEOUT_MS = 60_000
WIDTH, HEIGHT = 1400, 900
# The first visit after an installation compiles the assets, which takes several seconds.
expect.set_options(timeout=TIMEOUT_MS)
_REPORTS = pytest.StashKey[dict[str, pytest.TestReport]]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Keep each phase's report, so that a fixture can tell whether its test failed."""
    report = yield
    item.stash.setdefault(_REPORTS, {})[report.when] = report
    return report


@pytest.fixture(scope="session")
def base_url() -> str:
    """The address of the server that `./run test` started for the journeys."""
    return os.environ["CAREDESK_URL"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; no browser is downloaded."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ["CAREDESK_CHROMIUM"],
            # A container or root has no user namespaces for Chromium's sandbox, and few shared
            # memory; only our own server is visited.
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Contexts:
    """The browser contexts of all journeys."""
    return Contexts(browser)


@pytest.fixture
def make_page(contexts: Contexts, base_url: str, request) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a session of its own, so that people do not mix.

    Its arguments are those of a Playwright context (`locale`, `viewport`, …). After a failed test
    every page is kept as a picture, and an error in a page's script fails the test.
    """
    pages: list[Page] = []
    errors: list[str] = []

    def make(**options) -> Page:
        settings = {"viewport": {"width": WIDTH, "height": HEIGHT}, "locale": "en-US", **options}
        context = contexts.lend(base_url=base_url, **settings)
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        pages.append(page)
        return page

    yield make
    report = request.node.stash.get(_REPORTS, {}).get("call")
    for number, page in enumerate(pages):
        if report and report.failed:
            _keep_picture(page, f"{request.node.name}-{number}.png")
        contexts.take_back(page.context, page, base_url)
    assert not errors, f"errors in the page's scripts: {errors}"


@pytest.fixture
def page(make_page) -> Page:
    """One page in a session of its own, with nobody logged in."""
    return make_page()


@pytest.fixture
def log_in(make_page) -> Callable[..., Backend]:
    """Return a function that opens the backend as a user: `log_in("agent")`."""

    def open_as(login: str, password: str | None = None, **options) -> Backend:
        backend = Backend(make_page(**options))
        backend.log_in(login, password or login)
        return backend

    return open_as


def _keep_picture(page: Page, name: str) -> None:
    folder = Path(os.environ["CAREDESK_SHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / name, full_page=True)
