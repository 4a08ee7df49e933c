"""What `./run demo --mail` and `./run doctor` say about a person's own files and ports."""

import socket
from pathlib import Path

from tools.devkit import ports
from tools.devkit.commands import demo, doctor
from tools.devkit.server import Server


def test_a_fed_mail_keeps_its_name(tmp_path):
    folders = [tmp_path / name for name in ("inbox", "sent")]
    files = [folder / "Thư của khách.eml" for folder in folders]
    for number, file in enumerate(files):
        file.parent.mkdir()
        file.write_text(str(number))
        file.chmod(0o600)
    target = tmp_path / "copies"
    target.mkdir()
    copies = demo.readable_copies(files, target)
    assert [copy.name for copy in copies] == ["Thư của khách.eml"] * 2
    assert [copy.read_text() for copy in copies] == ["0", "1"]
    assert [copy.stat().st_mode & 0o777 for copy in copies] == [0o644] * 2


def test_the_doctor_knows_the_demo_by_its_port():
    running = Server("demo", 1, "caredesk_demo", 8069, 8072, Path("demo.log"))
    assert doctor.port_row(8069, running)[1] == "the demo has 8069 (database caredesk_demo)"


def test_the_doctor_tells_a_free_port_from_a_taken_one():
    free = ports.free_port()
    assert doctor.port_row(free, None)[1] == f"{free} is free"
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, free))
        other.listen()
        assert "taken by another program" in doctor.port_row(free, None)[1]
