"""PostgreSQL: the server that PG* variables name, or a private cluster in the state folder.

The private cluster listens on a Unix socket only, in a folder that nobody else can enter; therefore
it needs no password. It gives up safety against a power failure (`fsync = off`) for speed, not
safety against killed processes: committed rows survive a crash of PostgreSQL.
"""

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import pidfile, process, versions
from .debian import Installer
from .errors import DevkitError
from .lock import Users
from .log import Log
from .odoo_source import require_space
from .steps import Marker
from .workspace import Workspace

SERVER_VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGSERVICE")
USER = "odoo"
PORT = 5432
# The kernel allows 107 bytes, the file name takes 16; blanks and commas mean something to libpq.
SAFE_SOCKET_PATH = re.compile(r"[\w./-]{1,90}", re.ASCII)
SETTINGS = """\
# CareDesk's private cluster; see tools/devkit/postgres.py
listen_addresses = ''
max_connections = 250
shared_buffers = {shared_buffers}MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
fsync = off
full_page_writes = off
synchronous_commit = on
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""
PROBE = """
import json, psycopg2
with psycopg2.connect(dbname='postgres', connect_timeout=5) as connection:
    cursor = connection.cursor()
    cursor.execute("SELECT current_user, rolcreatedb OR rolsuper, current_setting("
                   "'server_version_num')::int / 10000 FROM pg_roles WHERE rolname = current_user")
    print(json.dumps(cursor.fetchone()))
"""


@dataclass(frozen=True)
class Postgres:
    """A reachable server; `host` is a name or the folder of the socket.

    bin_dir: folder of the client programs, None when there are none; private: we run it ourselves.
    """

    host: str
    port: int
    user: str
    private: bool
    bin_dir: Path | None
    data_dir: Path | None = None

    def env(self) -> dict[str, str]:
        """The variables that make libpq and Odoo use this server."""
        return {"PGHOST": self.host, "PGPORT": str(self.port), "PGUSER": self.user}


def ensure(workspace: Workspace, installer: Installer, python: Path, log: Log) -> Postgres:
    """Find a usable server or start the private one; it stops with the last command that uses it.

    :raise DevkitError: no server programs and none can be installed, or it does not start
    """
    with log.step("PostgreSQL") as step:
        server = from_environment(workspace, python, log)
        if server is None:
            bin_dir = server_programs()
            if bin_dir is None:
                installer.install(["postgresql"], "PostgreSQL")
                bin_dir = server_programs()
            if bin_dir is None:
                raise DevkitError("PostgreSQL's server programs were not found after installing.")
            server = _private(workspace, bin_dir)
            if not _initialised(workspace, server).done():
                step.begin("making a private cluster")
                _initdb(workspace, server)
            _start(workspace, server)
        step.result = f"{server.user}@{server.host}:{server.port}" + (
            " (private)" if server.private else " (PG* variables)"
        )
    return server


def server_programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl` of the newest fitting version, or None."""
    folders = [
        Path(found).resolve().parent for name in ("pg_ctl",) if (found := shutil.which(name))
    ]
    for base in ("/usr/lib/postgresql", "/usr/pgsql-*", "/usr/local/opt", "/opt/homebrew/opt"):
        root = Path(base)
        folders += root.parent.glob(f"{root.name}/bin") if "*" in base else root.glob("*/bin")
    fitting = []
    for folder in folders:
        version = _server_version(folder)
        if version and version >= versions.POSTGRES_MINIMUM and (folder / "initdb").exists():
            fitting.append((version, folder))
    return max(fitting)[1] if fitting else None


def from_environment(workspace: Workspace, python: Path, log: Log) -> Postgres | None:
    """The server named by PG* variables, if it works for Odoo; says why it does not."""
    if not any(os.environ.get(name) for name in SERVER_VARIABLES):
        return None
    result = process.run(
        [python, "-c", PROBE],
        account=workspace.account,
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
    )
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["no answer"])[-1]
        log.warn(f"the server that PG* variables name is not used: {reason}")
        return None
    user, may_create, version = json.loads(result.stdout)
    problem = _unfit(user, may_create, version)
    if problem:
        log.warn(f"the server that PG* variables name is not used: {problem}")
        return None
    host = os.environ.get("PGHOST", "/var/run/postgresql")
    port = int(os.environ.get("PGPORT", PORT))
    found = shutil.which("psql")
    return Postgres(host, port, user, False, Path(found).parent if found else None)


def _unfit(user: str, may_create: bool, version: int) -> str:
    if user == "postgres":
        return "Odoo refuses the user postgres"
    if not may_create:
        return f"{user} may not create databases"
    if version < versions.POSTGRES_MINIMUM:
        return f"version {version} is too old, Odoo 19 needs {versions.POSTGRES_MINIMUM}"
    return ""


def _server_version(folder: Path) -> int | None:
    program = folder / "postgres"
    if not program.exists():
        return None
    result = process.run([program, "--version"], check=False, capture_output=True, text=True)
    return versions.major(result.stdout)


def _private(workspace: Workspace, bin_dir: Path) -> Postgres:
    data_dir = workspace.var / f"pg{_server_version(bin_dir)}"
    socket_dir = workspace.var / "pgsocket"
    if not SAFE_SOCKET_PATH.fullmatch(str(socket_dir)):
        key = Marker(workspace.state, "", os.fsencode(workspace.state)).fingerprint[:8]
        socket_dir = Path(f"/tmp/caredesk-{workspace.account.uid}-{key}")  # noqa: S108 - mode 0700
    return Postgres(str(socket_dir), PORT, USER, True, bin_dir, data_dir)


def _initialised(workspace: Workspace, server: Postgres) -> Marker:
    return Marker(workspace.state, server.data_dir.name)


def _initdb(workspace: Workspace, server: Postgres) -> None:
    require_space(workspace.state, gigabytes=2)
    with _initialised(workspace, server).work():
        shutil.rmtree(server.data_dir, ignore_errors=True)
        command = [server.bin_dir / "initdb", "--pgdata", server.data_dir, "--username", USER]
        command += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        _as_service(workspace, command, "initdb")
        with (server.data_dir / "postgresql.conf").open("a") as stream:
            stream.write("include_if_exists = 'caredesk.conf'\n")


def _settings() -> str:
    """The settings for this machine: an eighth of its memory for shared buffers, 1 GB at most."""
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return SETTINGS.format(shared_buffers=max(64, min(1024, megabytes // 8)))


def _start(workspace: Workspace, server: Postgres) -> None:
    mine = users(workspace)
    mine.join()
    process.at_exit(lambda: release(workspace, server, mine))
    if running(workspace, server):
        return
    _make_socket_dir(workspace, Path(server.host))
    (server.data_dir / "caredesk.conf").write_text(_settings())
    options = f"-c unix_socket_directories='{server.host}' -p {server.port}"
    command = [server.bin_dir / "pg_ctl", "start", "--wait", "--silent", "--timeout", "60"]
    command += ["-D", server.data_dir, "-l", workspace.logs / "postgres.log", "-o", options]
    _as_service(workspace, command, "Starting PostgreSQL")


def _make_socket_dir(workspace: Workspace, folder: Path) -> None:
    account = workspace.account
    folder.mkdir(mode=0o700, exist_ok=True)
    if account.drop:
        os.chown(folder, account.uid, account.gid)
    if folder.stat().st_uid != account.uid:
        raise DevkitError(f"{folder} belongs to somebody else.", "Remove it, then run again.")
    folder.chmod(0o700)


def running(workspace: Workspace, server: Postgres) -> bool:
    """Whether the private cluster runs."""
    command = [server.bin_dir / "pg_ctl", "status", "-D", server.data_dir]
    result = process.run(
        command, account=workspace.account, cwd="/", check=False, capture_output=True
    )
    return result.returncode == 0


def users(workspace: Workspace) -> Users:
    """Who uses the private cluster."""
    return Users(workspace.pids / "postgres.users")


def release(workspace: Workspace, server: Postgres, mine: Users) -> None:
    """Stop using the cluster; the last user stops it unless a background server needs it."""
    if mine.leave_last():
        # A demo that runs in the background holds no lock, but a pid file.
        if not pidfile.any_alive(workspace.pids):
            stop(workspace, server)
        mine.release()


def stop(workspace: Workspace, server: Postgres) -> None:
    """Stop the private cluster, closing its connections."""
    if not server.private or not running(workspace, server):
        return
    command = [server.bin_dir / "pg_ctl", "stop", "--mode", "fast", "--silent", "--wait"]
    _as_service(workspace, [*command, "-D", server.data_dir], "Stopping PostgreSQL")


def private_cluster(workspace: Workspace) -> Postgres | None:
    """The private cluster if it was ever made, running or not."""
    bin_dir = server_programs()
    if bin_dir is None:
        return None
    server = _private(workspace, bin_dir)
    return server if server.data_dir.exists() else None


def _as_service(workspace: Workspace, command: list, what: str) -> None:
    process.run_logged(
        command,
        workspace.state / "log/postgres-control.log",
        what,
        f"PostgreSQL's own log: {workspace.logs / 'postgres.log'}",
        account=workspace.account,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
    )
