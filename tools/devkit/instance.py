"""A lasting database with our addons: made once, updated when the addons' contents change."""

import json
from pathlib import Path

from . import addons, database
from .errors import DevkitError
from .log import Log
from .toolchain import Toolchain

LANGUAGES = ("vi_VN",)


def our_addons(tools: Toolchain) -> dict[str, dict]:
    """Name and manifest of every addon of this checkout.

    :raise DevkitError: there is none, or a manifest cannot be read
    """
    folder = Path(tools.addons_path)
    try:
        found = addons.own(folder)
    except ValueError as error:
        raise DevkitError(f"A manifest cannot be read: {error}") from error
    if not found:
        raise DevkitError(
            f"There is no installable addon in {tools.workspace.root / 'addons'}.",
            "Check out a commit that has the addons.",
        )
    return found


class Instance:
    """One lasting database.

    :param name: of the database
    :param demo: with demo data
    """

    def __init__(self, tools: Toolchain, log: Log, name: str, demo: bool) -> None:
        self.tools = tools
        self.log = log
        self.name = name
        self.demo = demo
        self.record = tools.workspace.var / f"{name}.json"

    def outdated(self) -> list[str] | None:
        """The addons whose contents changed since the last update; None: all must be made."""
        if not database.exists(self.tools, self.name):
            return None
        try:
            installed = json.loads(self.record.read_text())
        except (OSError, ValueError):
            return None
        return [name for name, found in self._hashes().items() if installed.get(name) != found]

    def create(self) -> None:
        """Make the database from a template and install every addon of ours."""
        manifests = our_addons(self.tools)
        self.record.unlink(missing_ok=True)
        needed = addons.dependencies(manifests)
        source = database.template(self.tools, needed, self.demo, LANGUAGES, log=self.log)
        hashes = self._hashes()
        with self.log.step(f"Database {self.name}") as step:
            step.begin(f"installing {', '.join(manifests)}")
            database.copy(self.tools, source, self.name)
            more = ["--with-demo"] if self.demo else []
            database.install(
                self.tools, self.name, list(manifests), f"install-{self.name}.log", *more
            )
            step.result = f"{len(manifests)} addons installed"
        self.record.write_text(json.dumps(hashes))

    def update(self, changed: list[str]) -> None:
        """Install what is new and update what has changed.

        :raise DevkitError: an addon does not update; the database stays for inspection
        """
        hashes = self._hashes()
        with self.log.step(f"Database {self.name}") as step:
            step.begin(f"updating {', '.join(changed)}")
            words = ["-u", ",".join(changed), *(["--with-demo"] if self.demo else [])]
            try:
                database.install(self.tools, self.name, changed, f"install-{self.name}.log", *words)
            except DevkitError as error:
                again = "./run demo --fresh" if self.demo else "./run up --fresh"
                raise DevkitError(error.cause, f"Mend the addon, or start over: {again}") from error
            step.result = f"{len(changed)} addons updated"
        self.record.write_text(json.dumps(hashes))

    def _hashes(self) -> dict[str, str]:
        folder = Path(self.tools.addons_path)
        return {name: addons.content_hash(folder / name) for name in our_addons(self.tools)}
