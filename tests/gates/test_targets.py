"""What a person types after `./run test` is understood."""

import pytest

from tools.gates import targets
from tools.gates import test as orchestration


@pytest.fixture
def root(write, tmp_path):
    write("addons/desk/__manifest__.py", "{}")
    write("addons/desk/tests/test_a.py", "")
    write("tests/pure/test_b.py", "")
    write("tests/e2e/test_c.py", "")
    write("docs/x.md", "")
    return tmp_path.resolve()


def test_nothing_means_everything(root):
    everything = targets.parse([], root)
    assert everything.everything
    assert orchestration.chosen(everything, None)[-1] == "logs"
    assert "toolchain" not in orchestration.chosen(everything, None)


def test_an_addon_by_its_name_or_path(root):
    for name in ("desk", "addons/desk"):
        found = targets.parse([name], root)
        assert (found.addons, found.tags) == (["desk"], ["/desk"])
        assert orchestration.chosen(found, None) == [
            "install",
            "lint",
            "bundles",
            "odoo",
            "hoot",
            "logs",
        ]


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("addons/desk/tests/test_a.py", "/desk/tests/test_a.py"),
        ("addons/desk/tests/test_a.py::TestA", "/desk/tests/test_a.py:TestA"),
        ("addons/desk/tests/test_a.py::TestA::test_x", "/desk/tests/test_a.py:TestA.test_x"),
        ("desk::TestA", "/desk:TestA"),
    ],
)
def test_a_file_a_class_a_method(root, name, tag):
    assert targets.parse([name], root).tags == [tag]


def test_tests_of_pytest_run_in_their_stage(root):
    found = targets.parse(["tests/pure/test_b.py::test_x", "tests/e2e"], root)
    assert found.pytest == {"pure": ["tests/pure/test_b.py::test_x"], "e2e": ["tests/e2e"]}
    assert orchestration.chosen(found, None) == ["install", "pure", "bundles", "e2e"]


@pytest.mark.parametrize("name", ["no_such_addon", "docs/x.md", "addons", "tests"])
def test_names_that_mean_nothing_are_refused(root, name):
    with pytest.raises(ValueError, match="no addon or path|no tests"):
        targets.parse([name], root)


def test_stages_can_be_chosen(root):
    found = targets.parse(["desk"], root)
    assert orchestration.chosen(found, ["logs", "odoo"]) == ["install", "bundles", "odoo", "logs"]
