"""Chromium for tours, HOOT, journeys and screenshots."""

import shutil

from .debian import Installer
from .log import Log

# In this order: what Odoo's own tests look for comes first.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Ubuntu's chromium is only a bridge to a snap, which neither root nor a container can run.
PACKAGES = ("chromium", "fonts-noto-core")


def find() -> str | None:
    """The path of a browser; None when there is none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def ensure(installer: Installer, log: Log) -> str:
    """Find a browser or install Debian's.

    :raise DevkitError: there is none and none can be installed
    """
    with log.step("Chromium") as step:
        path = find()
        if path is None:
            installer.install(PACKAGES, "A browser for tests and screenshots")
            path = find()
        step.result = path or "installed, but not found on PATH"
    return path
