"""Finds Odoo 19, or brings it: own folder, `odoo` on PATH, an earlier run's, Debian, git.

The first hit wins. Each way is a function that returns an `OdooSource` or None, so that the order
is plain to read in `find`.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import process, versions
from .debian import NETWORK_CURE, Installer, PrivateSid
from .errors import DevkitError
from .log import Log, Step
from .steps import Marker
from .workspace import Workspace

GIT_URL = "https://github.com/odoo/odoo.git"
GIT_BRANCH = "19.0"
NEEDED_GIGABYTES = 3
DEBIAN_PACKAGES = (
    "odoo-19",
    # The static files of the package are relative links into these.
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-montserrat",
)
# The mail addon's bundle names this file and Debian's package does not have it.
SEGMENTATION_NPM = "@mediapipe/selfie_segmentation@0.1.1675465747"
SEGMENTATION_FILE = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
DOCKER_HINT = (
    "Set ODOO_HOME to a checkout of Odoo 19.0, or use Docker instead:\n"
    "    docker compose -f docker/compose.yaml up"
)


@dataclass(frozen=True)
class OdooSource:
    """An Odoo 19 that can be imported.

    path: the folder that goes on PYTHONPATH (it holds the package `odoo`); kind: where it is from.
    """

    path: Path
    kind: str

    @property
    def package(self) -> Path:
        """The `odoo` package folder."""
        return self.path / "odoo"

    @property
    def release_file(self) -> Path:
        """The file that names the version."""
        return self.package / "release.py"


def find(workspace: Workspace, installer: Installer, log: Log) -> OdooSource:
    """Find Odoo 19 or bring it into the state folder.

    :raise DevkitError: there is none and none can be brought
    """
    with log.step("Odoo 19") as step:
        source = from_home() or from_path(workspace) or from_earlier_run(workspace)
        source = source or bring(workspace, installer, step)
        step.result = f"{source.path} ({source.kind})"
    return source


def look(workspace: Workspace) -> OdooSource | None:
    """The Odoo that `find` would use without bringing anything; None if there is none."""
    return from_home() or from_path(workspace) or from_earlier_run(workspace)


def from_home() -> OdooSource | None:
    """The folder named by ODOO_HOME.

    :raise DevkitError: the variable is set but there is no Odoo 19 in the folder
    """
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    inside = (".", "odoo", "src/odoo", "lib/python3/dist-packages", "usr/lib/python3/dist-packages")
    for part in inside:
        folder = (Path(home) / part).absolute()
        if is_odoo19(folder):
            return OdooSource(folder, "ODOO_HOME")
    raise DevkitError(
        f"ODOO_HOME is {home}, but there is no Odoo 19.0 in it.",
        "Point it at a checkout of the branch 19.0, or unset it.",
    )


def from_path(workspace: Workspace) -> OdooSource | None:
    """The installation behind an `odoo` or `odoo-bin` on PATH that is version 19."""
    for name in ("odoo", "odoo-bin"):
        program = shutil.which(name)
        if program and (folder := _behind(Path(program).resolve())):
            return OdooSource(_isolated(folder, workspace), f"{name} on PATH")
    return None


def from_earlier_run(workspace: Workspace) -> OdooSource | None:
    """What an earlier run unpacked or cloned completely."""
    debian = workspace.state / "odoo-debian"
    if _debian_marker(workspace).done() and is_odoo19(folder := debian / _PACKAGES):
        return OdooSource(folder, "Debian package, from an earlier run")
    clone = workspace.state / "odoo-git"
    if _git_marker(workspace).done() and is_odoo19(clone):
        return OdooSource(clone, "git clone, from an earlier run")
    return None


def bring(workspace: Workspace, installer: Installer, step: Step) -> OdooSource:
    """Unpack Debian's package, or clone the repository.

    :raise DevkitError: neither works
    """
    reasons = []
    for way in (_from_debian, _from_git):
        try:
            return way(workspace, installer, step)
        except DevkitError as error:
            reasons.append(error.cause)
    raise DevkitError("Odoo 19 could not be had:\n  " + "\n  ".join(reasons), DOCKER_HINT)


_PACKAGES = Path("usr/lib/python3/dist-packages")


def is_odoo19(folder: Path) -> bool:
    """Whether a folder holds the package `odoo` of the series 19.0."""
    try:
        text = (folder / "odoo/release.py").read_text()
    except OSError:
        return False
    return versions.odoo_series_of_release(text) == versions.ODOO_SERIES


def _behind(program: Path) -> Path | None:
    """The folder of the package that a start script uses, asked of the script's own Python."""
    if is_odoo19(program.parent):
        return program.parent
    try:
        first_line = program.open("rb").readline().decode(errors="replace")
    except OSError:
        return None
    python = first_line.removeprefix("#!").strip().split()
    if not first_line.startswith("#!") or "python" not in first_line:
        return None
    script = "import importlib.util as u; print(u.find_spec('odoo').submodule_search_locations[0])"
    result = process.run([*python, "-c", script], check=False, capture_output=True, text=True)
    folder = Path(result.stdout.strip() or "/nonexistent").parent
    return folder if result.returncode == 0 and is_odoo19(folder) else None


def _isolated(folder: Path, workspace: Workspace) -> Path:
    """The folder itself, or one that shows only Odoo of a folder full of other packages."""
    if folder.name not in {"dist-packages", "site-packages"}:
        return folder
    view = workspace.state / "odoo-installed"
    view.mkdir(exist_ok=True)
    for name in ("odoo", "addons"):
        link = view / name
        if link.is_symlink():
            link.unlink()
        if (folder / name).exists():
            link.symlink_to(folder / name)
    return view


def _debian_marker(workspace: Workspace) -> Marker:
    return Marker(workspace.state, "odoo-debian", *DEBIAN_PACKAGES, SEGMENTATION_NPM)


def _git_marker(workspace: Workspace) -> Marker:
    return Marker(workspace.state, "odoo-git", GIT_URL, GIT_BRANCH)


def _from_debian(workspace: Workspace, installer: Installer, step: Step) -> OdooSource:
    if PrivateSid.mirror() is None:
        raise DevkitError("Debian: this machine has no Debian archive among its apt sources.")
    require_space(workspace.state, gigabytes=NEEDED_GIGABYTES)
    if not shutil.which("npm"):
        installer.install(["nodejs", "npm"], "One JavaScript file that Debian's package lacks")
    step.begin("downloading Debian's package (130 MB) and unpacking it")
    prefix = workspace.state / "odoo-debian"
    with _debian_marker(workspace).work():
        shutil.rmtree(prefix, ignore_errors=True)
        sid = PrivateSid(workspace.state / "apt", workspace.state / "log")
        sid.unpack(DEBIAN_PACKAGES, prefix)
        if not is_odoo19(prefix / _PACKAGES):
            raise DevkitError("Debian: the package odoo-19 does not hold Odoo 19.0.")
        _add_segmentation(workspace, prefix / _PACKAGES)
    return OdooSource(prefix / _PACKAGES, "Debian package odoo-19")


def _add_segmentation(workspace: Workspace, packages: Path) -> None:
    """Fetch the one JavaScript file that the package lacks; without it browser tours fail."""
    target = packages / SEGMENTATION_FILE
    if target.exists():
        return
    work = workspace.state / "npm"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    log_file = workspace.state / "log/npm.log"
    pack = ["npm", "pack", "--silent", SEGMENTATION_NPM]
    process.run_logged(pack, log_file, "npm pack", NETWORK_CURE, cwd=work)
    archive = next(work.glob("*.tgz"))
    process.run_logged(["tar", "xzf", archive], log_file, "Unpacking the npm file", cwd=work)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(work / "package/selfie_segmentation.js", target)
    # npm's archives may hold files that only their owner can read.
    target.chmod(0o644)
    shutil.rmtree(work)


def _from_git(workspace: Workspace, installer: Installer, step: Step) -> OdooSource:
    if not shutil.which("git"):
        installer.install(["git"], "Cloning Odoo")
    require_space(workspace.state, gigabytes=NEEDED_GIGABYTES)
    step.begin(f"cloning branch {GIT_BRANCH}")
    clone = workspace.state / "odoo-git"
    command = ["git", "clone", "--quiet", "--depth", "1", "--branch", GIT_BRANCH, GIT_URL, clone]
    with _git_marker(workspace).work():
        shutil.rmtree(clone, ignore_errors=True)
        log_file = workspace.state / "log/git.log"
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
        process.run_logged(command, log_file, "git clone", NETWORK_CURE, env=environment)
    return OdooSource(clone, "git clone")


def require_space(folder: Path, gigabytes: float) -> None:
    """Make sure that a download will fit.

    :raise DevkitError: less than that many gigabytes are free
    """
    free = shutil.disk_usage(folder).free / 1e9
    if free < gigabytes:
        raise DevkitError(
            f"Only {free:.1f} GB are free on the disk of {folder}; {gigabytes} GB are needed.",
            "Free some space, or set CAREDESK_STATE to a folder on another disk.",
        )
