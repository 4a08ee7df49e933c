"""What the stages of one test run share: the toolchain, the databases and what was asked for."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

from tools.devkit import addons, database, toolchain
from tools.devkit.errors import DevkitError
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from .. import log_gate, project
from ..targets import Targets

LANGUAGES = ("vi_VN",)


@dataclass
class Session:
    """One test run.

    :ivar targets: what to test.
    :ivar gate: judges the logs of all stages; its verdict is a stage of its own.
    """

    targets: Targets
    gate: log_gate.LogGate = field(default_factory=log_gate.load)

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
        database.copy(self.tools, self.installed, name)

    def copy_of_bundled(self, name: str) -> None:
        """Make such a database in which a browser's first visit needs to compile nothing."""
        database.copy(self.tools, self.bundled, name)

    @functools.cached_property
    def bundled(self) -> str:
        """The name of a database like `installed`, with all scripts and styles compiled."""
        return database.bundled(self.tools, self.installed, self.log)

    @property
    def installed(self) -> str:
        """The name of a database in which our addons are installed, with demo data.

        Nobody works in it: it must be free whenever one of the stages copies it.

        :raise DevkitError: an addon does not install.
        """
        if isinstance(self._installed, DevkitError):
            raise self._installed
        return self._installed

    @functools.cached_property
    def _installed(self) -> str | DevkitError:
        """Its name, or why there is none: what failed once is not tried again for each stage."""
        try:
            return database.template(self.tools, self.addons(), True, LANGUAGES, log=self.log)
        except DevkitError as error:
            return error
