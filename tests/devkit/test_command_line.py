"""What people type: `./run` itself, as a program."""

import os
import subprocess

import pytest

from tools.devkit.workspace import ROOT


def _run(*words, **variables):
    environment = {**os.environ, **variables}
    return subprocess.run(
        [ROOT / "run", *words], capture_output=True, text=True, env=environment, check=False
    )


@pytest.mark.parametrize("words", [[], ["help"], ["--help"]])
def test_help_lists_every_command_with_one_line(words):
    result = _run(*words)
    assert result.returncode == 0
    for name in ("demo", "test", "lint", "doctor", "down", "clean"):
        assert f"\n  {name:8} " in result.stdout


def test_an_unknown_command_is_an_error_that_names_it():
    result = _run("demmo")
    assert result.returncode == 2
    assert "demmo" in result.stderr
    assert "Traceback" not in result.stderr


def test_it_works_in_the_c_locale_and_from_any_folder(tmp_path):
    script = f'cd "{tmp_path}" && exec "{ROOT / "run"}" help'
    result = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}
    )
    assert result.returncode == 0
    assert "demo" in result.stdout


def test_an_odoo_home_without_odoo_is_named_with_its_cure(tmp_path):
    result = _run("doctor", ODOO_HOME=str(tmp_path))
    assert f"ODOO_HOME is {tmp_path}" in result.stdout
    assert "Traceback" not in result.stderr


def test_a_python_that_is_not_there_is_no_riddle():
    result = _run("help", CAREDESK_PYTHON="/nonexistent/python3")
    assert result.returncode != 0
    assert "/nonexistent/python3" in result.stderr
