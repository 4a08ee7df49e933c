"""Everything that is needed to run Odoo with CareDesk, found or made by one call of `ensure`."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from . import browser, extras, lock, odoo_source, postgres, preflight, process, venv, workspace
from .debian import Installer
from .log import Log
from .odoo_source import OdooSource
from .postgres import Postgres
from .workspace import Account, Workspace

DESCRIPTION = "CAREDESK_TOOLCHAIN"
# Variables of the caller that programs below us may need; all others stay outside.
PASSED_ON = ("TERM", "CI", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True)
class Toolchain:
    """What `ensure` found. Parts that were not asked for are None.

    env: the whole environment for programs started with it (PYTHONPATH, PG*, HOME, ODOO_*, ...);
    with it, plain Odoo commands need neither a configuration file nor paths as arguments.
    """

    workspace: Workspace
    python: Path
    env: dict[str, str]
    odoo: OdooSource | None = None
    pg: Postgres | None = None
    chromium: str | None = None
    wkhtmltopdf: str | None = None

    @property
    def odoo_cmd(self) -> list[str]:
        """The start of every Odoo command line."""
        return [str(self.python), "-m", "odoo"]

    @property
    def odoo_path(self) -> Path:
        """The folder on PYTHONPATH that holds the package `odoo`."""
        return self.odoo.path

    @property
    def odoo_version(self) -> str:
        """For instance `19.0`, from Odoo's release file."""
        return ".".join(map(str, odoo_source.versions.ODOO_SERIES))

    @property
    def addons_path(self) -> str:
        """The folder of our addons, as the programs see it."""
        return str(self.workspace.source / "addons")

    @property
    def data_dir(self) -> Path:
        """Odoo's data folder (filestore, sessions)."""
        return self.workspace.var / "data"

    def run_as(self, cmd: Sequence, **options) -> subprocess.CompletedProcess:
        """Run a program with our environment and without root's rights.

        Takes what `process.run` takes (`check` is True by default); `env` is added to ours.
        """
        return process.run(cmd, **self._options(options))

    def popen_as(self, cmd: Sequence, **options) -> subprocess.Popen:
        """Start a program likewise, in a process group of its own; see `process.stop`."""
        return process.spawn(cmd, **self._options(options))

    def run_logged(
        self, cmd: Sequence, log_name: str, what: str, cure: str = "", **options
    ) -> None:
        """Run a program with its output in `var/log/<log_name>`.

        :raise DevkitError: it failed; the message holds the end of its output
        """
        log_file = self.workspace.logs / log_name
        process.run_logged(cmd, log_file, what, cure, **self._options(options))

    def psql(self, sql: str, database: str = "postgres", parameters: Sequence = ()) -> list[tuple]:
        """Run one SQL statement in a transaction of its own; the rows as tuples.

        :param parameters: what stands for the `%s` of the statement
        """
        script = (
            "import json, sys, psycopg2\n"
            "connection = psycopg2.connect(dbname=sys.argv[1])\n"
            "connection.autocommit = True\n"
            "cursor = connection.cursor()\n"
            "sql, parameters = json.load(sys.stdin)\n"
            "cursor.execute(sql, parameters or None)\n"
            "rows = cursor.fetchall() if cursor.description else []\n"
            "print(json.dumps(rows, default=str))\n"
        )
        command = [self.python, "-c", script, database]
        words = json.dumps([sql, list(parameters)])
        result = self.run_as(command, input=words, stdout=subprocess.PIPE, text=True)
        return [tuple(row) for row in json.loads(result.stdout)]

    def save(self) -> None:
        """Write the description that `current` reads in programs started with our environment."""
        path = Path(self.env[DESCRIPTION])
        half = path.with_name(f"{path.name}.{threading.get_ident()}")
        half.write_text(json.dumps(asdict(self), default=str))
        half.chmod(0o644)
        half.replace(path)  # whole or not at all: others may be reading it

    def _options(self, options: dict) -> dict:
        return {
            "account": self.workspace.account,
            "cwd": self.workspace.source,
            **options,
            "env": {**self.env, **(options.get("env") or {})},
        }


def ensure(
    log: Log,
    *,
    odoo: bool = True,
    pg: bool = True,
    dev: bool = False,
    chromium: bool = False,
    pdf: bool = False,
    yes: bool | None = None,
) -> Toolchain:
    """Find or make what is asked for; quick when an earlier run did it already.

    :param dev: also the tools of requirements/dev.txt
    :param chromium: a browser is needed; without this it is only looked for
    :param pdf: PDF and its fonts are wanted; what cannot be had is said, not an error
    :param yes: install missing system packages without asking; None: yes in CI or after `--yes`
    :raise DevkitError: something is missing and cannot be had; the message says what to do
    """
    place = workspace.locate()
    (place.state / "log").mkdir(exist_ok=True)
    if place.account.drop:
        log.info(f"Running as root: PostgreSQL and Odoo run as {place.account.name}")
    if place.mirrored:
        log.info(f"{place.account.name} cannot enter {place.root}: a copy is in {place.source}")
    installer = Installer(log, place.state / "log", answer_is_yes() if yes is None else yes)
    with lock.exclusive(place.state / "lock", log, "preparing"):
        preflight.install_missing(place, installer, odoo=odoo, pg=pg, chromium=chromium)
        python = venv.ensure(place, installer, log, dev)
        source = odoo_source.find(place, installer, log) if odoo else None
        server = postgres.ensure(place, installer, python, log) if pg else None
        browser_path = browser.ensure(installer, log) if chromium else browser.find()
        if pdf:
            extras.pdf(installer, log)
            extras.fonts(installer, log)
    tools = Toolchain(
        workspace=place,
        python=python,
        env=_environment(place, python, source, server),
        odoo=source,
        pg=server,
        chromium=browser_path,
        wkhtmltopdf=shutil.which("wkhtmltopdf"),
    )
    tools.save()
    process.at_exit(lambda: Path(tools.env[DESCRIPTION]).unlink(missing_ok=True))
    return tools


def current() -> Toolchain:
    """The toolchain of the program that started us; for bench, system tests and demo data.

    :raise KeyError: we were not started through `./run`
    """
    facts = json.loads(Path(os.environ[DESCRIPTION]).read_text())
    place = facts["workspace"]
    account = Account(**{**place.pop("account"), "drop": os.geteuid() == 0})
    paths = {name: Path(value) for name, value in place.items()}
    source, server = facts["odoo"], facts["pg"]
    return Toolchain(
        workspace=Workspace(account=account, **paths),
        python=Path(facts["python"]),
        env=facts["env"],
        odoo=source and OdooSource(Path(source["path"]), source["kind"]),
        pg=server and _server(server),
        chromium=facts["chromium"],
        wkhtmltopdf=facts["wkhtmltopdf"],
    )


def answer_is_yes() -> bool:
    """Whether system packages may be installed without a question: in CI, or after `--yes`."""
    return bool(os.environ.get("CI") or os.environ.get("CAREDESK_YES"))


def _server(facts: dict) -> Postgres:
    paths = {name: facts[name] and Path(facts[name]) for name in ("bin_dir", "data_dir")}
    return Postgres(**{**facts, **paths})


def _environment(
    place: Workspace, python: Path, source: OdooSource | None, server: Postgres | None
) -> dict[str, str]:
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    folders = [place.source / "tools", place.source]
    programs = [str(python.parent)]
    if server and server.bin_dir:
        programs.append(str(server.bin_dir))
    env = {
        **passed,
        "PATH": os.pathsep.join([*programs, os.environ.get("PATH", os.defpath)]),
        "HOME": str(place.var / "home"),
        "TMPDIR": str(place.var / "tmp"),
        "USER": place.account.name,
        "LOGNAME": place.account.name,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPYCACHEPREFIX": str(place.var / "pycache"),
        # One file a process: another ./run at the same time may find less than we did.
        DESCRIPTION: str(place.state / f"toolchain-{os.getpid()}.json"),
    }
    if source:
        folders.insert(0, source.path)
        env |= {
            "ODOO_RC": str(place.source / "odoo.conf"),
            "ODOO_DATA_DIR": str(place.var / "data"),
            "ODOO_ADDONS_PATH": str(place.source / "addons"),
        }
    if server:
        if not server.private:
            env |= {name: value for name, value in os.environ.items() if name.startswith("PG")}
        env |= server.env()
    env["PYTHONPATH"] = os.pathsep.join(map(str, folders))
    return env
