"""`./run doctor`: what this machine has, what is off without it, how to get it. Changes nothing."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator

from tools.devkit import (
    browser,
    debian,
    extras,
    odoo_source,
    ports,
    postgres,
    server,
    venv,
    versions,
    workspace,
)
from tools.devkit.commands import demo
from tools.devkit.errors import DevkitError

# (part, found or None, what is off without it, how to get it)
Row = tuple[str, str | None, str, str]


def doctor(argv: list[str]) -> int:
    """Print the table of what was found, what is off without it, and how to get it."""
    argparse.ArgumentParser(prog="./run doctor", description=doctor.__doc__).parse_args(argv)
    place = workspace.locate()
    print(f"Checkout   {place.root}")
    print(f"State      {place.state}" + ("" if place.state.is_dir() else " (not there yet)"))
    print(f"Runs as    {place.account.name}" + (" (we are root)" if place.account.drop else ""))
    if place.mirrored:
        print(f"Sources    {place.account.name} reads a copy: {place.source}")
    print()
    rows = list(_rows(place))
    for part, found, _, _ in rows:
        print(f"  {'ok ' if found else 'off'}  {part:14} {found or ''}".rstrip())
    missing = [row for row in rows if not row[1]]
    if missing:
        print("\nOff or not there yet:")
    for part, _, off, cure in missing:
        print(f"  {part}: {off}\n      {cure}")
    names = server.running(place)
    print(f"\nRunning: {', '.join(names) if names else 'nothing'}")
    return 0


def _rows(place: workspace.Workspace) -> Iterator[Row]:
    yield _python()
    yield _environment(place)
    yield _odoo(place)
    yield _postgres()
    yield _program("Chromium", browser.find(), "tours, journeys, screenshots", browser.PACKAGES)
    yield _program("wkhtmltopdf", shutil.which("wkhtmltopdf"), *_pdf())
    node = shutil.which("node") and shutil.which("npm")
    yield _program("Node, npm", node, "eslint; one file of Debian's Odoo", ("nodejs", "npm"))
    yield _program("git", shutil.which("git"), "cloning Odoo", ("git",))
    yield _fonts()
    yield port_row(demo.PORT, server.find(place, demo.SERVER))
    yield _disk(place)


def _python() -> Row:
    version = ".".join(map(str, sys.version_info[:3]))
    return ("Python", f"{version}, {sys.executable}", "", "")


def _environment(place: workspace.Workspace) -> Row:
    folder = str(place.state / "venv")
    off = "not made yet, or older than requirements/"
    return (
        "Packages",
        folder if venv.ready(place) else None,
        off,
        "made by ./run demo or ./run test",
    )


def _odoo(place: workspace.Workspace) -> Row:
    try:
        source = odoo_source.look(place)
    except DevkitError as error:
        return ("Odoo 19", None, error.cause, error.cure)
    ways = "Debian's package" if debian.PrivateSid.mirror() else "a git clone"
    cure = f"./run demo brings it ({ways}); or set ODOO_HOME to a checkout of the branch 19.0"
    return ("Odoo 19", source and f"{source.path} ({source.kind})", "not there yet", cure)


def _postgres() -> Row:
    if host := os.environ.get("PGHOST"):
        return ("PostgreSQL", f"PG* variables name {host}; tried when it is needed", "", "")
    folder = postgres.server_programs()
    least = versions.POSTGRES_MINIMUM
    off = f"no server programs of version {least} or newer; everything that needs a database is off"
    return ("PostgreSQL", folder and str(folder), off, _install(("postgresql",)))


def _program(part: str, found: str | None, off: str, packages: tuple[str, ...]) -> Row:
    return (part, found, f"{off}: off", _install(packages))


def _install(packages: tuple[str, ...]) -> str:
    return f"apt-get install {' '.join(packages)}"


def _pdf() -> tuple[str, tuple[str, ...]]:
    package = extras.PDF_PACKAGE
    if debian.have_apt() and debian.candidate(package) is None:
        # Debian dropped it after version 12.
        return ("PDF; this system's archive has no wkhtmltopdf, the Docker image does", (package,))
    return ("PDF of reports", (package,))


def _fonts() -> Row:
    count = extras.vietnamese_fonts()
    found = f"{count} with Vietnamese letters" if count else None
    return _program("Fonts", found, "Vietnamese letters in PDF", (extras.FONT_PACKAGE,))


def port_row(port: int, running: server.Server | None) -> Row:
    """Say whether the demo's usual port is free, or who has it; ``running`` is the demo."""
    if running:
        found = f"the demo has {running.port} (database {running.database})"
    elif ports.is_free(port):
        found = f"{port} is free"
    else:
        found = f"{port} is taken by another program, {ports.free_port(port)} would be used"
    return ("Port", found, "", "")


def _disk(place: workspace.Workspace) -> Row:
    free = shutil.disk_usage(place.state).free / 1e9
    enough = free >= odoo_source.NEEDED_GIGABYTES
    off = f"only {free:.1f} GB are free, the first run needs {odoo_source.NEEDED_GIGABYTES}"
    cure = "free some, or set CAREDESK_STATE to a folder on another disk"
    return ("Disk", f"{free:.0f} GB free" if enough else None, off, cure)
