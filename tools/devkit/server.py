"""Odoo as a running server: start, wait until it answers, stop, find again by its pid file."""

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import pidfile, ports, process
from .errors import DevkitError
from .toolchain import Toolchain
from .workspace import Workspace

# Generous: a busy machine with one core may need minutes.
HEALTHY_SECONDS = 300.0


@dataclass(frozen=True)
class Server:
    """A running Odoo."""

    name: str
    pid: int
    database: str
    port: int
    gevent_port: int
    log_file: Path

    @property
    def url(self) -> str:
        """The address for browsers on this machine."""
        return f"http://localhost:{self.port}"


def start(
    tools: Toolchain,
    database: str,
    *,
    name: str = "odoo",
    port: int | None = None,
    workers: int = 0,
    cron_threads: int = 1,
    extra: Sequence[str] = (),
    env: dict[str, str] | None = None,
    background: bool = False,
) -> Server:
    """Start Odoo on one database and wait until it answers.

    :param name: names the pid file and the log file; one server a name
    :param port: the preferred port, else any free one
    :param env: additions to the toolchain's environment
    :param background: leave it running when this program ends; otherwise it is stopped then
    :raise DevkitError: it ended or did not answer in time; the message holds the end of its log
    """
    stop(tools.workspace, name)
    http_port = ports.free_port(port)
    gevent_port = ports.free_port(http_port + 3, avoid={http_port})
    log_file = tools.workspace.logs / f"{name}.log"
    program = tools.workspace.source / "tools" / "devkit" / "odoo_bin.py"
    command = [tools.python, program, "-d", database, "--db-filter", f"^{database}$"]
    command += ["--http-port", str(http_port), "--gevent-port", str(gevent_port)]
    command += ["--workers", str(workers), "--max-cron-threads", str(cron_threads), *extra]
    with log_file.open("wb") as stream:
        child = tools.popen_as(command, stdout=stream, stderr=subprocess.STDOUT, env=env)
    server = Server(name, child.pid, database, http_port, gevent_port, log_file)
    facts = {"database": database, "port": http_port, "gevent_port": gevent_port}
    pidfile.write(_pid_path(tools.workspace, name), child.pid, **facts)
    _wait_healthy(server, child)
    if background:
        process.keep(child)
    return server


def find(workspace: Workspace, name: str = "odoo") -> Server | None:
    """The running server of this name; None if there is none."""
    facts = pidfile.read(_pid_path(workspace, name))
    if facts is None:
        return None
    log_file = workspace.logs / f"{name}.log"
    return Server(
        name, facts["pid"], facts["database"], facts["port"], facts["gevent_port"], log_file
    )


def running(workspace: Workspace) -> list[str]:
    """The names of everything that has a pid file and runs."""
    return sorted(path.stem for path in workspace.pids.glob("*.pid") if pidfile.read(path))


def stop(workspace: Workspace, name: str = "odoo") -> bool:
    """Stop a server with all its processes; False if none ran."""
    path = _pid_path(workspace, name)
    facts = pidfile.read(path)
    if facts is not None:
        process.stop_group(facts["pid"])
    path.unlink(missing_ok=True)
    return facts is not None


def health(url: str, timeout: float = 5.0) -> bool:
    """Whether a server answers, its database included."""
    try:
        with urllib.request.urlopen(  # noqa: S310 - our own address
            f"{url}/web/health?db_server_status=1", timeout=timeout
        ) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _wait_healthy(server: Server, child: subprocess.Popen) -> None:
    deadline = time.monotonic() + HEALTHY_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            break
        if health(server.url):
            return
        time.sleep(0.2)
    raise DevkitError(
        f"Odoo did not start on port {server.port}:\n{process.tail(server.log_file)}",
        f"The whole log: {server.log_file}",
    )


def _pid_path(workspace: Workspace, name: str) -> Path:
    return workspace.pids / f"{name}.pid"
