"""Children, pid files, locks and ports: real processes, real sockets."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from tools.devkit import lock, pidfile, ports, process
from tools.devkit.errors import DevkitError
from tools.devkit.log import Log

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN_FAMILY = (
    "trap '' TERM; sleep 60 & echo $!; "  # the child inherits that TERM is ignored
    "wait; sleep 60"
)


def test_stopping_a_group_ends_grandchildren_that_ignore_the_request():
    child = process.spawn(["sh", "-c", STUBBORN_FAMILY], stdout=subprocess.PIPE, text=True)
    grandchild = int(child.stdout.readline())
    process.stop_group(child.pid, seconds=0.3)
    child.wait()
    assert process.started_at(grandchild) is None
    assert not process.group_alive(child.pid)


def test_a_time_out_ends_the_program():
    with pytest.raises(subprocess.TimeoutExpired):
        process.run(["sh", "-c", "sleep 61 & wait"], timeout=0.3)
    listed = subprocess.run(["ps", "-e", "-o", "args="], capture_output=True, text=True, check=True)
    assert "sleep 61" not in listed.stdout.splitlines()


def test_impatient_interrupts_still_end_a_program_that_ignores_them():
    script = (
        "from tools.devkit import process; process.STOP_SECONDS = 1; "
        "process.install_signal_handlers(); "
        "process.run(['sh', '-c', 'trap : TERM; echo $$; while :; do sleep 0.1; done'])"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    grandchild = int(parent.stdout.readline())
    parent.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    parent.send_signal(signal.SIGINT)
    assert parent.wait(20) != 0
    assert process.started_at(grandchild) is None


def test_a_failed_program_shows_the_end_of_its_output(tmp_path):
    with pytest.raises(DevkitError) as caught:
        process.run_logged(["sh", "-c", "echo why; exit 3"], tmp_path / "log", "Trying")
    assert "Trying failed" in caught.value.cause
    assert "why" in caught.value.cause


def test_a_missing_program_is_named(tmp_path):
    with pytest.raises(DevkitError) as caught:
        process.run_logged(["caredesk-no-such-program"], tmp_path / "log", "Trying", "Install it.")
    assert "caredesk-no-such-program" in caught.value.cause
    assert caught.value.cure == "Install it."


def test_a_pid_file_of_a_dead_process_is_removed(tmp_path):
    path = tmp_path / "x.pid"
    child = process.spawn(SLEEPER)
    pidfile.write(path, child.pid, port=1234)
    assert pidfile.read(path)["port"] == 1234
    assert pidfile.any_alive(tmp_path)
    process.stop(child)
    assert pidfile.read(path) is None
    assert not path.exists()
    assert not pidfile.any_alive(tmp_path)


def test_a_pid_that_was_given_to_another_process_is_not_ours(tmp_path):
    path = tmp_path / "x.pid"
    pidfile.write(path, os.getpid())
    path.write_text(path.read_text().replace('"started": "', '"started": "9'))
    assert pidfile.read(path) is None


def test_a_broken_pid_file_counts_as_none(tmp_path):
    path = tmp_path / "x.pid"
    path.write_text("half a rec")
    assert pidfile.read(path) is None


def test_a_lock_makes_the_second_process_wait(tmp_path):
    path = tmp_path / "lock"
    script = (
        "import sys, time; from pathlib import Path; from tools.devkit import lock; "
        "from tools.devkit.log import Log\n"
        "with lock.exclusive(Path(sys.argv[1]), Log(), 'holding'):\n"
        "    print('held', flush=True); time.sleep(0.7)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    started = time.monotonic()
    with lock.exclusive(path, Log(quiet=True), "me"), lock.exclusive(path, Log(), "again"):
        assert time.monotonic() - started > 0.3
        assert holder.wait(5) == 0


def test_only_the_last_user_of_a_resource_is_told_so(tmp_path):
    first, second = (lock.Users(tmp_path / "users") for _ in range(2))
    first.join()
    second.join()
    assert not first.leave_last()
    assert second.leave_last()
    second.release()


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind((ports.LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not ports.is_free(port)
        found = ports.free_port(port)
        assert found != port
        assert ports.is_free(found)


def test_ports_to_avoid_are_passed_over():
    first = ports.free_port(20000)
    assert ports.free_port(first, avoid={first}) != first
