"""The peer: OCA's helpdesk addons, fetched from the package index when they are needed.

They are under the AGPL and so no part of this project: they live in the state folder, in a
database of their own, and are only ever run beside CareDesk.
"""

import dataclasses
import zipfile
from pathlib import Path

from tools.devkit import database
from tools.devkit.errors import DevkitError
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

PACKAGES = {
    "odoo-addon-helpdesk-mgmt": "19.0.1.3.2",
    "odoo-addon-helpdesk-mgmt-sla": "19.0.1.0.0.4",
    "odoo-addon-helpdesk-type": "19.0.1.1.0.3",
}
MODULES = ("helpdesk_mgmt", "helpdesk_mgmt_sla", "helpdesk_type")
#: What the peer needs of Odoo, and nothing more: a smaller Odoo is faster.
NEEDS = ("mail", "portal", "resource")


def fetch(tools: Toolchain) -> Path:
    """Return the addons folder of the peer; downloaded once, then kept.

    :raise DevkitError: the packages are neither here nor can be had
    """
    folder = tools.workspace.var / "peers"
    tools.run_as(["mkdir", "-p", folder])
    for package, version in PACKAGES.items():
        if not _wheels(folder, package, version):
            command = [tools.python, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += ["--dest", folder, f"{package}=={version}"]
            tools.run_logged(
                command,
                "bench-peers.log",
                f"Fetching {package} {version} to measure against",
                "The benchmark needs the network once.",
            )
        for wheel in _wheels(folder, package, version):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder / "unpacked")  # noqa: S202 - pinned, from the package index
    return folder / "unpacked" / "odoo" / "addons"


def _wheels(folder: Path, package: str, version: str) -> list[Path]:
    return list(folder.glob(f"{package.replace('-', '_')}-{version}-*.whl"))


def make_database(tools: Toolchain, name: str, log: Log) -> Toolchain:
    """Make a database with the peer's addons.

    :return: the toolchain whose programs find the peer's addons instead of ours
    :raise DevkitError: the peer does not install
    """
    addons = fetch(tools)
    if missing := [module for module in MODULES if not (addons / module).is_dir()]:
        raise DevkitError(f"The peer's packages lack {', '.join(missing)}.")
    beside = dataclasses.replace(tools, env={**tools.env, "ODOO_ADDONS_PATH": str(addons)})
    database.copy(tools, database.template(tools, NEEDS, log=log), name)
    database.install(beside, name, MODULES, "bench-peer-install.log")
    return beside
