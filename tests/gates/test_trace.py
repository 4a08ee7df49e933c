"""Requirement IDs are read as people write them, and a requirement without a test is found."""

import json

import pytest

from tools.gates import trace
from tools.gates.trace_scan import ids_in, js_tests, python_tests, scan

TABLE = """
| ID | Requirement | Kind | Where |
|---|---|---|---|
| S0-TKT-01 | A ticket can be created. | F | caredesk_ticket: form |
| S0-TKT-02 | An aim. | N | docs |
| S0-AUT-X1 | Conditions. | F | planned: caredesk_automation |
| C-24b | Result at the end. | F | caredesk_ticket |
"""


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Proves S0-TKT-01.", ["S0-TKT-01"]),
        ("S0-TKT-01, S0-TKT-03 and C-24b", ["S0-TKT-01", "S0-TKT-03", "C-24b"]),
        ("S0-TKT-01 … S0-TKT-03", ["S0-TKT-01", "S0-TKT-02", "S0-TKT-03"]),
        ("S1-LST-01..05", [f"S1-LST-0{n}" for n in range(1, 6)]),
        ("S1-LST-04...05", ["S1-LST-04", "S1-LST-05"]),
        ("C-01 to C-03", ["C-01", "C-02", "C-03"]),
        ("IE-08–10", ["IE-08", "IE-09", "IE-10"]),
        ("S1-TKT-06/07", ["S1-TKT-06", "S1-TKT-07"]),
        ("S0-AUT-X1 … S0-AUT-X3", ["S0-AUT-X1", "S0-AUT-X2", "S0-AUT-X3"]),
        ("S1-X1 and S2-X6", ["S1-X1", "S2-X6"]),
        ("S0-TKT-09 … C-02", ["S0-TKT-09", "C-02"]),
        ("UTC-01, S0-TKT-012, MISC-05x", []),
        ("S0-TKT-21: 15 minutes", ["S0-TKT-21"]),
    ],
)
def test_ids_are_read_from_prose(text, ids):
    assert ids_in(text) == ids


def test_a_python_test_proves_what_its_own_docstring_names():
    source = '''
class TestDesk(TransactionCase):
    """About S0-TKT-09."""

    def test_one(self):
        """S0-TKT-01 holds."""
        x = "S0-TKT-08"

    def helper(self):
        """S0-TKT-07."""


def test_two():
    """S0-TKT-02."""
'''
    tests = python_tests(source, "addons/desk/tests/test_a.py")
    assert [(test.label, test.ids) for test in tests] == [
        ("addons/desk/tests/test_a.py::TestDesk::test_one", ("S0-TKT-01",)),
        ("addons/desk/tests/test_a.py::test_two", ("S0-TKT-02",)),
    ]


def test_javascript_tests_and_tours_prove_what_the_comment_before_them_names():
    source = """
/** @odoo-module: S0-TKT-09 */
import { test } from "@odoo/hoot";

// S0-TKT-01
// and S0-TKT-02
test("counts seconds", () => {});

test("says nothing", () => {});

/**
 * Proves S0-TKT-03.
 */
test.tags("desktop")("on a desk", () => {});

/* S0-TKT-04 */
registry.category("web_tour.tours").add("desk_tour", { steps: () => [] });
"""
    found = {test.name: test.ids for test in js_tests(source, "a.test.js")}
    assert found == {
        "counts seconds": ("S0-TKT-01", "S0-TKT-02"),
        "on a desk": ("S0-TKT-03",),
        "desk_tour": ("S0-TKT-04",),
    }


def make_project(write, proof: str) -> None:
    """Write a project with four requirements and one test."""
    write("docs/requirements.md", TABLE)
    write(
        "addons/desk/tests/test_a.py",
        f'class TestA:\n    def test_x(self):\n        """{proof}"""\n',
    )


def test_a_requirement_without_a_test_is_found(write, tmp_path):
    make_project(write, "S0-TKT-01")
    found = trace.build(tmp_path)
    assert found.functional == ["S0-TKT-01", "S0-AUT-X1", "C-24b"]
    assert found.without_test(found.functional) == ["S0-AUT-X1", "C-24b"]
    assert trace.required_problems(found, ["S0-TKT-01"]) == []
    assert trace.required_problems(found, ["S0-TKT-02"]) == ["S0-TKT-02: no test names it"]


def test_an_id_that_does_not_exist_is_found(write, tmp_path):
    make_project(write, "S0-TKT-99")
    problems = trace.required_problems(trace.build(tmp_path), [])
    assert problems == ["unknown requirement S0-TKT-99: addons/desk/tests/test_a.py::TestA::test_x"]


def test_an_id_listed_twice_is_refused():
    with pytest.raises(ValueError, match="listed twice"):
        trace.read_kinds(TABLE + "| S0-TKT-01 | Again. | F | x |\n")


def test_the_json_names_every_functional_requirement(write, tmp_path):
    make_project(write, "S0-TKT-01, S0-TKT-02")
    label = "addons/desk/tests/test_a.py::TestA::test_x"
    data = json.loads(json.dumps(trace.build(tmp_path).as_json()))
    assert data == {
        "requirements": {
            "S0-TKT-01": [label],
            "S0-TKT-02": [label],
            "S0-AUT-X1": [],
            "C-24b": [],
        }
    }


def test_required_ids_come_from_a_file_or_an_argument(write, tmp_path):
    write("ids.txt", "# C-09 is a comment\nS1-LST-01 … S1-LST-03\nIE-13  # C-08 too\n")
    tmp_path = tmp_path.resolve()
    expected = ["S1-LST-01", "S1-LST-02", "S1-LST-03", "IE-13"]
    assert trace.required_ids("ids.txt", tmp_path) == expected
    assert trace.required_ids("C-01,IE-02", tmp_path) == ["C-01", "IE-02"]
    with pytest.raises(ValueError, match="no requirement ID"):
        trace.required_ids("no-such-file.txt", tmp_path)


def test_the_scan_reaches_addons_and_project_tests(write, tmp_path):
    write(
        "addons/desk/tests/test_a.py", 'class TestA:\n    def test_x(self):\n        """C-01."""\n'
    )
    write(
        "addons/desk/tests/common.py", 'class Base:\n    def test_no(self):\n        """C-02."""\n'
    )
    write(
        "addons/desk/static/tests/tours/a.js",
        '// C-03\nregistry.category("web_tour.tours").add("t", {});\n',
    )
    write("tests/e2e/test_b.py", 'def test_b():\n    """C-04."""\n')
    assert [test.ids for test in scan(tmp_path)] == [("C-01",), ("C-04",), ("C-03",)]


def test_the_committed_list_is_among_the_requirements():
    kinds = trace.build().kinds
    assert [name for name in trace.required_ids(str(trace.REQUIRED)) if name not in kinds] == []
