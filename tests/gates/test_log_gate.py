"""Warnings and errors pass only when the list explains them."""

import pytest

from tools.gates import log_gate
from tools.gates.odoo_log import Record

WARNING = Record("WARNING", "odoo.fields", "unknown parameter 'auto_join'")


def test_an_unexplained_warning_is_refused_once_with_its_number(write):
    gate = log_gate.load(write("allow.txt", "# nothing\n"))
    gate.judge([WARNING, WARNING])
    assert gate.problems() == ["WARNING odoo.fields: unknown parameter 'auto_join'  (2 times)"]


def test_an_explained_warning_passes(write):
    gate = log_gate.load(write("allow.txt", "odoo\\.fields: unknown :: core does it itself\n"))
    gate.judge([WARNING])
    assert gate.problems() == []
    assert gate.unused() == []


def test_entries_that_explained_nothing_are_told(write):
    gate = log_gate.load(write("allow.txt", "never met :: an old story\n"))
    gate.judge([])
    assert gate.unused() == ["never met"]


@pytest.mark.parametrize("text", ["odoo.fields", "odoo.fields :: ", "([ :: not a pattern"])
def test_entries_without_reason_or_pattern_are_refused(write, text):
    with pytest.raises(ValueError, match=r"allow.txt:1"):
        log_gate.load(write("allow.txt", text + "\n"))


def test_the_committed_list_can_be_read():
    log_gate.load()
