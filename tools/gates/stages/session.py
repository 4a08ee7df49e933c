"""What the stages of one test run share: the toolchain, the databases and what was asked for."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

from tools.devkit import addons, database, toolchain
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from .. import log_gate, project
from ..targets import Targets

TESTED = "caredesk_test"
LANGUAGES = ("vi_VN",)


@dataclass
class Session:
    """One test run.

    :ivar targets: what to test.
    :ivar gate: judges the logs of all stages; its verdict is a stage of its own.
    :ivar tested: whether the database `TESTED` holds our addons, installed in this run.
    """

    targets: Targets
    gate: log_gate.LogGate = field(default_factory=log_gate.load)
    tested: bool = False

    @functools.cached_property
    def log(self) -> Log:
        """Where the toolchain tells of its progress."""
        return Log()

    @functools.cached_property
    def tools(self) -> Toolchain:
        """The toolchain, with the developers' tools and a browser."""
        return toolchain.ensure(self.log, dev=True, chromium=True)

    @property
    def logs(self) -> Path:
        """The folder of all logs."""
        return self.tools.workspace.logs

    def addons(self) -> list[str]:
        """Return the names of our addons that this run is about."""
        return self.targets.addons or list(addons.own(project.ADDONS))

    def copy_of_template(self, name: str) -> None:
        """Make a database with demo data and everything our addons depend on, but not them."""
        needed = addons.dependencies(addons.own(project.ADDONS), self.addons())
        template = database.template(self.tools, needed, True, LANGUAGES, log=self.log)
        database.copy(self.tools, template, name)

    def copy_of_installed(self, name: str) -> None:
        """Make a database in which our addons are installed, with demo data."""
        database.copy(self.tools, self.installed(), name)

    def installed(self) -> str:
        """Return the name of a database in which our addons are installed; not to be written to.

        That of the Odoo tests if they ran, else one that is kept until the addons change.

        :raise DevkitError: an addon does not install.
        """
        if self.tested:
            return TESTED
        return database.template(self.tools, self.addons(), True, LANGUAGES, log=self.log)
