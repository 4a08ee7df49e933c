"""Collects the system packages that will be needed, so that people are asked once."""

import importlib.util
import os
import shutil

from . import browser, odoo_source, postgres, venv
from .debian import Installer, PrivateSid
from .workspace import Workspace


def install_missing(
    place: Workspace, installer: Installer, *, odoo: bool, pg: bool, chromium: bool
) -> None:
    """Install at once what the following steps would ask for one by one.

    :raise DevkitError: packages are missing and may not be installed
    """
    packages: list[str] = []
    if not venv.ready(place) and importlib.util.find_spec("ensurepip") is None:
        packages.append("python3-venv")
    if odoo and not shutil.which("npm") and _unpacks_debian(place):
        packages += ["nodejs", "npm"]
    if pg and not _names_server() and postgres.server_programs() is None:
        packages.append("postgresql")
    if chromium and browser.find() is None:
        packages += browser.PACKAGES
    if packages:
        installer.install(packages, "CareDesk")


def _unpacks_debian(place: Workspace) -> bool:
    return odoo_source.look(place) is None and PrivateSid.mirror() is not None


def _names_server() -> bool:
    return any(os.environ.get(name) for name in postgres.SERVER_VARIABLES)
