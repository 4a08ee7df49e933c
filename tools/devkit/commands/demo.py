"""`./run demo`: from nothing to a running CareDesk with data."""

import argparse
import shutil
import tempfile
from pathlib import Path

from tools.devkit import lock, sandbox, server, toolchain
from tools.devkit.commands import logins
from tools.devkit.commands.dispatch import caller_path
from tools.devkit.errors import DevkitError
from tools.devkit.instance import Instance
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

DATABASE = "caredesk_demo"
SERVER = "demo"
PORT = 8069
FEEDER = Path("tools/demo_data")
FEED_LOG = "demo-data.log"


def demo(argv: list[str]) -> int:
    """Make the demo database if needed, start Odoo and the Zalo sandbox, print the addresses."""
    options = _parser().parse_args(argv)
    log = Log()
    tools = toolchain.ensure(log, pdf=True)
    with lock.exclusive(tools.workspace.state / "demo.lock", log, "demo"):
        if options.mail:
            return _feed_more(tools, log, options.mail)
        known = server.running(tools.workspace)
        try:
            running, changed = _bring_up(tools, log, options.fresh, options.port)
            zalo = _bring_up_zalo(tools, log, running, options.fresh, changed)
        except BaseException:
            for name in {SERVER, sandbox.NAME}.difference(known):
                server.stop(tools.workspace, name)  # nothing half made is left running
            raise
    log.say()
    log.say(f"CareDesk runs at  {running.url}   (database {DATABASE})")
    log.say(f"Tickets:          {running.url}/odoo/support-tickets")
    log.say(f"Customer portal:  {running.url}/my")
    if zalo:
        log.say(f"Zalo (sandbox):   {zalo.page}   write as a customer, answer in Discuss")
    logins.report(tools, running, log, changed)
    log.say("Feed a mail:      ./run demo --mail FILE.eml")
    log.say(
        "Follow the log:   ./run logs        Stop: ./run down        Start over: ./run demo --fresh"
    )
    return 0


def feed(tools: Toolchain, log: Log, database: str, *words: str) -> None:
    """Run the demo data program on a database.

    :raise DevkitError: it failed, or this checkout has none
    """
    if not (tools.workspace.source / FEEDER / "__main__.py").exists():
        raise DevkitError(f"This checkout has no {FEEDER}/__main__.py.")
    command = [tools.python, "-m", ".".join(FEEDER.parts), "--db", database, *words]
    with log.step("Demo data"):
        tools.run_logged(command, FEED_LOG, "Feeding demo data")


def readable_copies(files: list[Path], folder: Path) -> list[Path]:
    """Copy files into ``folder`` so that everybody may read them; each keeps its name.

    Each lies in a folder of its own: two files from different places may be namesakes.
    """
    copies = []
    for number, file in enumerate(files):
        place = folder / str(number)
        place.mkdir(mode=0o755)
        place.chmod(0o755)  # whatever the umask says
        copy = Path(shutil.copyfile(file, place / file.name))
        copy.chmod(0o644)
        copies.append(copy)
    return copies


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run demo", description=demo.__doc__)
    parser.add_argument(
        "--fresh", action="store_true", help="drop the demo database and start over"
    )
    parser.add_argument("--port", type=int, default=PORT, help="preferred port (default 8069)")
    parser.add_argument(
        "--mail", nargs="+", type=Path, metavar="FILE", help="feed raw mails into the running demo"
    )
    return parser


def _bring_up(tools: Toolchain, log: Log, fresh: bool, port: int) -> tuple[server.Server, bool]:
    """The running server, and whether the database is new or updated."""
    instance = Instance(tools, log, DATABASE, demo=True)
    changed = None if fresh else instance.outdated()
    unfed = tools.workspace.var / f"{DATABASE}.unfed"
    running = server.find(tools.workspace, SERVER)
    if running and changed == [] and not unfed.exists() and server.health(running.url):
        log.info("Odoo: runs already")
        return running, False
    server.stop(tools.workspace, SERVER)
    if changed is None:
        unfed.touch()
        instance.create()
    elif changed:
        instance.update(changed)
    running = start(tools, log, DATABASE, SERVER, port)
    if unfed.exists():
        _feed_first(tools, log)
        unfed.unlink()
        return running, True
    return running, changed != []


def _feed_first(tools: Toolchain, log: Log) -> None:
    """Feed the history and the sample mails; what an interrupted run has fed is known already."""
    if not (tools.workspace.source / FEEDER).exists():
        return
    mails = sorted((tools.workspace.source / FEEDER).rglob("*.eml"))
    feed(tools, log, DATABASE, "--seed", "--mail", *map(str, mails))


def _bring_up_zalo(
    tools: Toolchain, log: Log, running: server.Server, fresh: bool, changed: bool
) -> sandbox.Sandbox | None:
    """The sandbox, with the demo connected to it; None when this checkout has no Zalo addon."""
    if not (tools.workspace.source / "addons" / "caredesk_zalo").exists():
        return None
    zalo = sandbox.find(tools.workspace)
    mark = tools.workspace.var / f"{DATABASE}.zalo"
    address = f"{running.url} {zalo.url if zalo else ''}"
    known = mark.exists() and mark.read_text() == address
    if known and not changed and not fresh and sandbox.answers(zalo):
        log.info("Zalo sandbox: runs already")
        return zalo
    with log.step("Zalo sandbox") as step:
        zalo = sandbox.start(tools, running.url, fresh=fresh)
        step.begin("connecting the demo")
        command = [tools.python, "-m", f"{'.'.join(FEEDER.parts)}.zalo", "--odoo", running.url]
        command += ["--db", DATABASE, "--sandbox", zalo.url]
        tools.run_logged(command, "demo-zalo.log", "Connecting the demo to the Zalo sandbox")
        step.result = f"listens on port {zalo.port}, the demo is connected"
    mark.write_text(f"{running.url} {zalo.url}")
    return zalo


def start(tools: Toolchain, log: Log, database: str, name: str, port: int) -> server.Server:
    """Start Odoo in the background; says so when the port was taken."""
    with log.step("Odoo") as step:
        running = server.start(tools, database, name=name, port=port, background=True)
        step.result = f"listens on port {running.port}"
        if running.port != port:
            step.result += f" (port {port} is taken by another program)"
    return running


def _feed_more(tools: Toolchain, log: Log, mails: list[Path]) -> int:
    if not server.find(tools.workspace, SERVER):
        raise DevkitError("The demo does not run.", "Start it: ./run demo")
    paths = [caller_path(mail) for mail in mails]
    for path in paths:
        if not path.is_file():
            raise DevkitError(f"There is no file {path}.")
    # The program that feeds them may not be allowed to read where they lie.
    with tempfile.TemporaryDirectory(dir=tools.workspace.var / "tmp") as folder:
        Path(folder).chmod(0o755)
        copies = readable_copies(paths, Path(folder))
        feed(tools, log, DATABASE, "--mail", *map(str, copies))
    # What became of each mail.
    log.say((tools.workspace.logs / FEED_LOG).read_text().rstrip())
    return 0
