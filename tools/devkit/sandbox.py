"""The Zalo sandbox as a running program: start, find again by its pid file; stopped by `down`."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from . import pidfile, ports, process, server
from .errors import DevkitError
from .toolchain import Toolchain
from .workspace import Workspace

NAME = "sandbox"
PORT = 8090
HEALTHY_SECONDS = 30.0
WEBHOOK, CALLBACK = "/caredesk/zalo/webhook", "/caredesk/zalo/oauth"


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        """Where it stands for all of Zalo's hosts."""
        return f"http://localhost:{self.port}"

    @property
    def page(self) -> str:
        """Where people write as customers."""
        return f"{self.url}/sandbox"


def find(workspace: Workspace) -> Sandbox | None:
    """The running sandbox; None if there is none."""
    facts = pidfile.read(_pid_path(workspace))
    return Sandbox(facts["pid"], facts["port"]) if facts else None


def start(tools: Toolchain, odoo_url: str, *, fresh: bool = False) -> Sandbox:
    """Start it in the background; it goes on where an earlier one ended.

    :param odoo_url: where its events go
    :param fresh: forget what an earlier one knew
    :raise DevkitError: it ended or did not answer in time; the message holds the end of its log
    """
    place = tools.workspace
    server.stop(place, NAME)
    state = place.var / f"{NAME}.json"
    if fresh:
        tools.run_as(["rm", "-f", state])
    port = ports.free_port(PORT)
    log_file = place.logs / f"{NAME}.log"
    command = [tools.python, "-m", "zalo_sandbox", "--port", str(port), "--state", state]
    command += ["--webhook", odoo_url + WEBHOOK, "--redirect-uri", odoo_url + CALLBACK]
    with log_file.open("wb") as stream:
        child = tools.popen_as(command, stdout=stream, stderr=subprocess.STDOUT)
    pidfile.write(_pid_path(place), child.pid, port=port)
    running = Sandbox(child.pid, port)
    deadline = time.monotonic() + HEALTHY_SECONDS
    while not answers(running):
        if child.poll() is not None or time.monotonic() > deadline:
            raise DevkitError(f"The Zalo sandbox did not start:\n{process.tail(log_file)}")
        time.sleep(0.1)
    process.keep(child)
    return running


def answers(running: Sandbox) -> bool:
    """Whether it answers."""
    try:
        with urllib.request.urlopen(  # noqa: S310 - our own address
            f"{running.url}/sandbox/state", timeout=5
        ) as answer:
            return bool(json.load(answer).get("accounts"))
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _pid_path(workspace: Workspace):
    return workspace.pids / f"{NAME}.pid"
