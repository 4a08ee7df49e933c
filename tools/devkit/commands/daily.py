"""Daily comforts: up, down, logs, shell, psql."""

import argparse
import os
from pathlib import Path

from tools.devkit import lock, postgres, process, sandbox, server, toolchain, workspace
from tools.devkit.commands import demo
from tools.devkit.errors import DevkitError
from tools.devkit.instance import Instance
from tools.devkit.log import Log

DATABASE = "caredesk"
SERVER = "up"


def up(argv: list[str]) -> int:
    """Start Odoo with all addons on a database without demo data; update it when addons changed."""
    parser = argparse.ArgumentParser(prog="./run up", description=up.__doc__)
    parser.add_argument("--fresh", action="store_true", help="drop the database and start over")
    parser.add_argument("--port", type=int, default=demo.PORT, help="preferred port (default 8069)")
    options = parser.parse_args(argv)
    log = Log()
    tools = toolchain.ensure(log)
    with lock.exclusive(tools.workspace.state / "up.lock", log, "up"):
        instance = Instance(tools, log, DATABASE, demo=False)
        changed = None if options.fresh else instance.outdated()
        server.stop(tools.workspace, SERVER)
        if changed is None:
            instance.create()
        elif changed:
            instance.update(changed)
        running = demo.start(tools, log, DATABASE, SERVER, options.port)
    log.say(
        f"\nCareDesk runs at {running.url} (database {DATABASE}, admin/admin). Stop: ./run down"
    )
    return 0


def down(argv: list[str]) -> int:
    """Stop every server that `./run` started, then the private PostgreSQL."""
    argparse.ArgumentParser(prog="./run down", description=down.__doc__).parse_args(argv)
    stop_everything(workspace.locate(), Log())
    return 0


def stop_everything(place: workspace.Workspace, log: Log, force: bool = False) -> None:
    """Stop the servers, then PostgreSQL.

    :param force: PostgreSQL too when another `./run` works with it
    """
    for name in server.running(place):
        server.stop(place, name)
        log.info(f"stopped {name}")
    cluster = postgres.private_cluster(place)
    if cluster and postgres.running(place, cluster):
        users = postgres.users(place)
        if users.leave_last() or force:
            postgres.stop(place, cluster)
            log.info("stopped PostgreSQL")
        else:
            log.info("PostgreSQL stays, another ./run works with it")
        users.release()


def logs(argv: list[str]) -> int:
    """Follow the log of the server that started last, or that of the Zalo sandbox."""
    parser = argparse.ArgumentParser(prog="./run logs", description=logs.__doc__)
    parser.add_argument("name", nargs="?", choices=[demo.SERVER, SERVER, sandbox.NAME])
    parser.add_argument("-n", type=int, default=40, help="lines to show first (default 40)")
    parser.add_argument("--no-follow", action="store_true", help="show them and end")
    options = parser.parse_args(argv)
    place = workspace.locate()
    names = (options.name,) if options.name else (demo.SERVER, SERVER)
    files = [place.logs / f"{name}.log" for name in names]
    files = [file for file in files if file.exists()]
    if not files:
        raise DevkitError("There is no log yet.", "Start something: ./run demo")
    newest = max(files, key=lambda file: file.stat().st_mtime)
    follow = [] if options.no_follow else ["-F"]
    os.execvp("tail", ["tail", "-n", str(options.n), *follow, str(newest)])  # noqa: S606
    return 0


def shell(argv: list[str]) -> int:
    """A Python shell with Odoo's environment in a database."""
    parser = argparse.ArgumentParser(prog="./run shell", description=shell.__doc__)
    database, words = _database(parser, argv)
    tools = toolchain.ensure(Log())
    command = [*tools.odoo_cmd, "shell", "-d", database, "--no-http", "--log-level=warn", *words]
    return _interactive(tools, command)


def psql(argv: list[str]) -> int:
    """An SQL shell in a database."""
    parser = argparse.ArgumentParser(prog="./run psql", description=psql.__doc__)
    database, words = _database(parser, argv)
    tools = toolchain.ensure(Log(quiet=True), odoo=False)
    program = tools.pg.bin_dir and tools.pg.bin_dir / "psql"
    if not program or not Path(program).exists():
        raise DevkitError("There is no psql here.", "Install the package postgresql-client.")
    return _interactive(tools, [program, "-d", database, *words])


def _database(parser: argparse.ArgumentParser, argv: list[str]) -> tuple[str, list[str]]:
    parser.add_argument("-d", "--database", default=demo.DATABASE)
    options, words = parser.parse_known_args(argv)
    return options.database, words


def _interactive(tools: toolchain.Toolchain, command: list) -> int:
    """Give the terminal to a program; Ctrl-C is then its business alone."""
    with process.deaf():
        result = tools.run_as(command, check=False, stdin=None, start_new_session=False)
    return result.returncode
