"""Child processes that never outlive us by accident.

Every child gets a process group of its own, so that stopping it stops its children as well, and a
Ctrl-C reaches us first. Callbacks given to `at_exit` run once, last registered first.
"""

import atexit
import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .errors import DevkitError
from .workspace import Account, as_account

STOP_SECONDS = 10.0
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_exit_stack = contextlib.ExitStack()
_children: list[subprocess.Popen] = []
# Stages of a test run start programs from threads of their own.
_children_lock = threading.Lock()


def at_exit(callback: Callable[[], object]) -> None:
    """Run a callback when the command ends, however it ends."""
    _exit_stack.callback(callback)


def run_exit_callbacks() -> None:
    """Stop what this run started; further interrupts are ignored meanwhile."""
    with deaf():
        for child in list(_children):
            if child.poll() is None:
                stop(child)
        _exit_stack.close()


# For programs that use this module without `./run` around them, such as a test run.
atexit.register(run_exit_callbacks)


def install_signal_handlers() -> None:
    """Treat a termination request or a closed terminal like Ctrl-C."""

    def interrupt(_number, _frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
    # A background job of a non-interactive shell starts with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def deaf(postpone: bool = False) -> Iterator[None]:
    """Do not react to interrupts during a block; programs started in it still do.

    :param postpone: react to the last one afterwards instead of forgetting it
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread gets signals, so it alone has to be protected.
        return
    heard: list[int] = []
    # A handler, unlike SIG_IGN, is not inherited by programs that we start.
    before = {
        number: signal.signal(number, lambda it, _: heard.append(it)) for number in INTERRUPTS
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
    if postpone and heard:
        signal.raise_signal(heard[-1])


def spawn(command: Sequence, *, account: Account | None = None, **options) -> subprocess.Popen:
    """Start a program in a process group of its own, as the account if one is given.

    It is stopped when we end, unless `keep` is called on it.
    """
    options = {"stdin": subprocess.DEVNULL, "start_new_session": True} | options
    if account:
        options |= as_account(account)
    # An interrupt between the start and the note would leave a program that nobody knows of.
    with deaf(postpone=True):
        child = subprocess.Popen([os.fspath(part) for part in command], **options)
        if options["start_new_session"]:
            with _children_lock:
                _children[:] = [one for one in _children if one.returncode is None]
                _children.append(child)
    return child


def keep(child: subprocess.Popen) -> None:
    """Let a program outlive us."""
    with _children_lock:
        _children.remove(child)


def run(
    command: Sequence,
    *,
    account: Account | None = None,
    input: str | bytes | None = None,
    capture_output: bool = False,
    check: bool = True,
    timeout: float | None = None,
    **options,
) -> subprocess.CompletedProcess:
    """Like `subprocess.run`, but whatever interrupts us also stops the program and its children.

    :raise subprocess.CalledProcessError: `check` is set and the program failed
    :raise subprocess.TimeoutExpired: it took longer than `timeout` seconds
    """
    if input is not None:
        options["stdin"] = subprocess.PIPE
    if capture_output:
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    child = spawn(command, account=account, **options)
    try:
        out, err = child.communicate(input, timeout=timeout)
    except BaseException:
        # A second Ctrl-C must not keep us from ending what the first one interrupted.
        with deaf():
            stop(child, options.get("start_new_session", True))
        raise
    result = subprocess.CompletedProcess(command, child.returncode, out, err)
    if check:
        result.check_returncode()
    return result


def run_logged(command: Sequence, log_file: Path, what: str, cure: str = "", **options) -> None:
    """Run a program with its output in a file.

    :raise DevkitError: it failed; the message holds the end of its output
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("wb") as stream:
        try:
            result = run(command, check=False, stdout=stream, stderr=subprocess.STDOUT, **options)
        except FileNotFoundError as error:
            raise DevkitError(f"{what}: no program {error.filename}.", cure) from error
    if result.returncode != 0:
        cure = cure or f"The whole output: {log_file}"
        raise DevkitError(f"{what} failed:\n{tail(log_file)}", cure)


def tail(file: Path, lines: int = 15) -> str:
    """The last lines of a text file, indented."""
    text = file.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in text)


def stop(child: subprocess.Popen, own_group: bool = True) -> None:
    """Stop a child, and its whole group if it has one of its own."""
    if own_group:
        stop_group(child.pid)
    else:
        child.terminate()
    child.wait()


def stop_group(pid: int, seconds: float = STOP_SECONDS) -> None:
    """Ask a process group to end, insist after some seconds."""
    for number, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 2.0)):
        try:
            os.killpg(pid, number)
        except (ProcessLookupError, PermissionError):
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not group_alive(pid):
                return
            time.sleep(0.05)


def group_alive(pid: int) -> bool:
    """Whether a process group has a living member; zombies that nobody collects do not count."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _stat(entry)
        if fields and fields[0] != "Z" and fields[2] == str(pid):
            return True
    return False


def started_at(pid: int) -> str | None:
    """A value that tells two processes with the same pid apart; None without a living process."""
    fields = _stat(Path(f"/proc/{pid}"))
    return None if not fields or fields[0] == "Z" else fields[19]


def _stat(folder: Path) -> list[str] | None:
    """The fields of a process after its name: state, parent, group, ..."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
