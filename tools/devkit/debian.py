"""Debian packages: unpacked privately from the suite `sid`, or installed after a question."""

import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from . import apt_sources, process
from .errors import DevkitError
from .log import Log

NETWORK_CURE = "Check the network and the apt sources of this machine, then run the command again."


def have_apt() -> bool:
    """Whether this is a machine with apt and dpkg."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


class PrivateSid:
    """Apt with a state of its own and one source: Debian's `sid`, from the machine's own mirror.

    Nothing of the system changes; packages are only downloaded and unpacked into a folder.
    """

    def __init__(self, folder: Path, log_folder: Path) -> None:
        self.folder = folder
        self.log_folder = log_folder

    @staticmethod
    def mirror() -> apt_sources.Source | None:
        """The Debian mirror that this machine uses; None on a machine without apt or Debian."""
        return apt_sources.debian_mirror(apt_sources.read_all()) if have_apt() else None

    def unpack(self, packages: Sequence[str], prefix: Path) -> None:
        """Download packages (without their dependencies) and unpack them into a prefix.

        :raise DevkitError: no mirror, no network, not in the archive, disk full
        """
        self._prepare()
        downloads = self.folder / "debs"
        shutil.rmtree(downloads, ignore_errors=True)
        downloads.mkdir()
        options = self._options()
        self._apt([*options, "update"], downloads, "apt-update.log")
        self._apt([*options, "download", *packages], downloads, "apt-download.log")
        prefix.mkdir(parents=True, exist_ok=True)
        for package in sorted(downloads.glob("*.deb")):
            process.run_logged(
                ["dpkg-deb", "-x", package, prefix],
                self.log_folder / "unpack.log",
                f"Unpacking {package.name}",
                "Free some disk space (Odoo needs 1.5 GB), then run the command again.",
            )
        shutil.rmtree(downloads)

    def _prepare(self) -> None:
        source = self.mirror()
        if source is None:
            raise DevkitError("This machine has no Debian archive among its apt sources.")
        for name in ("state/lists/partial", "cache/archives/partial", "etc"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "etc/sid.list").write_text(source.line("sid"))

    def _options(self) -> list[str]:
        # apt splits its configuration from the command line at no character, so blanks are safe.
        settings = {
            "Dir::Etc::SourceList": self.folder / "etc/sid.list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::State": self.folder / "state",
            "Dir::Cache": self.folder / "cache",
            # apt downloads as a user of its own, who may not be able to enter our folder.
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
            # A frozen mirror or a clock that is off will do: signatures are still checked.
            "Acquire::Check-Valid-Until": "false",
            "Acquire::Check-Date": "false",
            "Acquire::Retries": "3",
        }
        return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]

    def _apt(self, arguments: Sequence[str], folder: Path, log_name: str) -> None:
        process.run_logged(
            ["apt-get", *arguments],
            self.log_folder / log_name,
            f"apt-get {arguments[-1] if 'update' in arguments else 'download'}",
            NETWORK_CURE,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )


class Installer:
    """Installs packages into the system: says exactly which, asks once, keeps services off.

    :param yes: the answer to the question was given beforehand (`--yes`, CI)
    """

    def __init__(self, log: Log, log_folder: Path, yes: bool) -> None:
        self.log = log
        self.log_folder = log_folder
        self.yes = yes

    def install(self, packages: Sequence[str], purpose: str) -> None:
        """Install packages with apt.

        :raise DevkitError: not possible here, not wanted, or apt failed
        """
        command = self.command(packages)
        shown = " ".join(command)
        if not have_apt():
            raise DevkitError(
                f"{purpose} needs programs that this system does not have.",
                f"Install what your system calls: {' '.join(packages)}",
            )
        if os.geteuid() != 0 and not shutil.which("sudo"):
            cure = f"Ask an administrator to run: {shown}"
            raise DevkitError(f"{purpose} needs packages that are not installed.", cure)
        self.log.say(f"{purpose} needs these packages: {' '.join(packages)}")
        self.log.say(f"  {shown}")
        if not self._agreed():
            cure = f"Run: {shown}\n       or start ./run with --yes"
            raise DevkitError(f"{purpose} needs packages that are not installed.", cure)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        keep_postgres_off(self.log)
        self._run([*self._sudo(), "apt-get", "update"], "apt-get update", quiet)
        self._run(command, f"Installing {' '.join(packages)}", quiet)

    def command(self, packages: Sequence[str]) -> list[str]:
        """The command that installs the packages, as the administrator would type it."""
        return [*self._sudo(), "apt-get", "install", "-y", "--no-install-recommends", *packages]

    @staticmethod
    def _sudo() -> list[str]:
        return [] if os.geteuid() == 0 else ["sudo"]

    def _agreed(self) -> bool:
        if self.yes:
            return True
        if not sys.stdin.isatty():
            return False
        return input("Install them now? [Y/n] ").strip().lower() in {"", "y", "yes"}

    def _run(self, command: Sequence[str], what: str, env: dict[str, str]) -> None:
        # sudo may have to ask for a password, so it keeps the terminal.
        keep = {"stdin": None, "start_new_session": False} if command[0] == "sudo" else {}
        log_file = self.log_folder / "apt-install.log"
        process.run_logged(command, log_file, what, NETWORK_CURE, env=env, **keep)


def keep_postgres_off(log: Log) -> None:
    """Keep a fresh `postgresql` package from making and starting a cluster on the system's port.

    Works as root and before the package is configured for the first time; an existing set-up is
    left alone.
    """
    settings = Path("/etc/postgresql-common/createcluster.d")
    if os.geteuid() != 0 or Path("/etc/postgresql-common").exists():
        return
    settings.mkdir(parents=True)
    (settings / "caredesk.conf").write_text(
        "# Written by CareDesk's ./run: it uses a private cluster and needs no system-wide one.\n"
        "create_main_cluster = false\n"
    )
    log.info(f"postgresql: no system cluster will be made ({settings}/caredesk.conf)")


def candidate(package: str) -> str | None:
    """The version that apt would install; None when there is none."""
    if not shutil.which("apt-cache"):
        return None
    result = process.run(
        ["apt-cache", "policy", package], check=False, capture_output=True, text=True
    )
    found = re.search(r"^\s*Candidate:\s*(\S+)", result.stdout, re.MULTILINE)
    return found[1] if found and found[1] != "(none)" else None
