"""Where things live, and as whom programs run.

PostgreSQL refuses to run as root and Odoo advises against it, so root hands both to a system
account without rights. A checkout may lie where that account cannot look (for instance in root's
home): then the state lives in a folder under /var/lib, and the sources are mirrored there.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import mirror
from .errors import DevkitError

ROOT = Path(__file__).resolve().parents[2]
STATE_NAME = ".caredesk"
SERVICE_ACCOUNT = "caredesk"
FALLBACK_ACCOUNT = "nobody"
REPLACEMENT_BASE = Path("/var/lib/caredesk")
# What the unprivileged account has to read; everything else is of no use to running programs.
SHARED_PARTS = ("addons", "tools", "tests", "bench", "odoo.conf")


@dataclass(frozen=True)
class Account:
    """A system account; `drop` tells whether we must change to it when starting programs."""

    name: str
    uid: int
    gid: int
    drop: bool


@dataclass(frozen=True)
class Workspace:
    """The folders of one checkout.

    root: the checkout; source: what the service account reads (the checkout or its mirror);
    state: everything that `./run` creates; var: the part of it that belongs to the account.
    """

    root: Path
    source: Path
    state: Path
    account: Account

    @property
    def var(self) -> Path:
        """Data of the running programs: clusters, filestore, logs, pid files."""
        return self.state / "var"

    @property
    def logs(self) -> Path:
        """Log files of the running programs."""
        return self.var / "log"

    @property
    def pids(self) -> Path:
        """Pid files."""
        return self.var / "run"

    @property
    def mirrored(self) -> bool:
        """Whether the account works on a copy of the sources."""
        return self.source != self.root

    def refresh_mirror(self) -> None:
        """Bring the account's copy of the sources up to date; nothing to do without one."""
        if self.mirrored:
            mirror.sync(self.root, self.source, SHARED_PARTS)


def locate() -> Workspace:
    """Find or make the folders of this checkout.

    :raise DevkitError: the state folder belongs to somebody else or cannot be written
    """
    account = _account()
    link = ROOT / STATE_NAME
    state = Path(os.environ.get("CAREDESK_STATE") or link).absolute()
    source = ROOT
    if account.drop and not reachable(ROOT, account):
        source_key = hashlib.sha256(bytes(ROOT)).hexdigest()[:8]
        state = REPLACEMENT_BASE / f"{ROOT.name.replace(' ', '_')}-{source_key}"
        source = state / "source"
    _make_folders(state, account)
    if state != link.absolute() and "CAREDESK_STATE" not in os.environ:
        _point(link, state)
    workspace = Workspace(ROOT, source, state, account)
    workspace.refresh_mirror()
    return workspace


def reachable(folder: Path, account: Account) -> bool:
    """Whether the account can read everything it needs of a checkout."""
    script = (
        'cd "$0" 2>/dev/null || exit 1; for part; do [ ! -e "$part" ] || '
        '[ -z "$(find "$part" ! -readable -print -quit 2>&1)" ] || exit 1; done'
    )
    command = ["/bin/sh", "-c", script, str(folder), *SHARED_PARTS]
    return subprocess.run(command, cwd="/", check=False, **as_account(account)).returncode == 0


def as_account(account: Account) -> dict:
    """The `subprocess` arguments that start a program as an account."""
    if not account.drop:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": [], "umask": 0o022}


def _account() -> Account:
    if os.geteuid() != 0:
        return _from_passwd(pwd.getpwuid(os.geteuid()), drop=False)
    try:
        return _from_passwd(pwd.getpwnam(SERVICE_ACCOUNT), drop=True)
    except KeyError:
        return _create_account()


def _create_account() -> Account:
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--user-group", "--home-dir", "/nonexistent"]
        command += ["--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_ACCOUNT]
        made = subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL)
        if made.returncode == 0:
            return _from_passwd(pwd.getpwnam(SERVICE_ACCOUNT), drop=True)
    return _from_passwd(pwd.getpwnam(FALLBACK_ACCOUNT), drop=True)


def _from_passwd(entry: pwd.struct_passwd, drop: bool) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, drop)


def _make_folders(state: Path, account: Account) -> None:
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o755)
        owner = state.stat().st_uid
        if owner != os.geteuid():
            raise DevkitError(
                f"{state} belongs to another user (uid {owner}).",
                "Use that user, or remove the folder, or set CAREDESK_STATE to a folder of yours.",
            )
        for name in ("", "log", "run", "home", "data", "pycache", "tmp"):
            folder = state / "var" / name
            folder.mkdir(exist_ok=True)
            if account.drop:
                os.chown(folder, account.uid, account.gid)
    except PermissionError as error:
        raise DevkitError(
            f"Cannot write {error.filename}.",
            "Give yourself write access, or set CAREDESK_STATE to a folder of yours.",
        ) from error


def _point(link: Path, target: Path) -> None:
    """Leave a link in the checkout, so that people find the state where the manual says it is."""
    if link.is_symlink():
        link.unlink()
    if not link.exists():
        link.symlink_to(target)
