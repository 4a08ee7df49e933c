"""Files and functions over the limits are found, those at the limit are not."""

import pytest

from tools.gates import sizes


def body(lines: int) -> str:
    """Return a function of that many lines."""
    return "def work():\n" + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(("lines", "problems"), [(50, 0), (51, 1)])
def test_long_functions_are_found(lines, problems):
    assert len(sizes.function_problems(body(lines))) == problems


def test_a_docstring_does_not_count():
    text = 'def work():\n    """' + "why\n" * 30 + '    """\n' + "    x = 1\n" * 49
    assert sizes.function_problems(text) == []


@pytest.mark.parametrize(("branches", "problems"), [(9, 0), (10, 1)])
def test_branched_functions_are_found(branches, problems):
    text = "def work(x):\n" + "".join(
        f"    if x == {n}:\n        x += 1\n" for n in range(branches)
    )
    assert len(sizes.function_problems(text)) == problems


def test_conditions_inside_an_expression_do_not_count():
    text = "def work(a, b, c):\n    return a and b if c else b\n"
    assert sizes.complexity(sizes.ast.parse(text).body[0]) == 1


def test_an_inner_function_does_not_count_for_the_outer_one():
    inner = "".join(f"        if x == {n}:\n            x += 1\n" for n in range(9))
    assert (
        sizes.function_problems(f"def outer(x):\n    def inner(x):\n{inner}    return inner(x)\n")
        == []
    )


def test_a_file_that_does_not_parse_is_a_problem():
    assert "does not parse" in sizes.function_problems("def broken(:\n")[0]


@pytest.mark.parametrize(
    ("lines", "problems", "notes"), [(300, 0, 0), (301, 0, 1), (500, 0, 1), (501, 1, 0)]
)
def test_long_files_are_noted_and_then_refused(write, tmp_path, lines, problems, notes):
    path = write("views/desk.xml", "<odoo/>\n" * lines)
    report = sizes.check([path], tmp_path)
    assert (len(report.problems), len(report.notes)) == (problems, notes)


def test_scripts_without_an_ending_are_measured(write):
    assert sizes.is_measured(write("run", "#!/usr/bin/env bash\n"))
    assert not sizes.is_measured(write("LICENSE", "GNU\n"))
    assert not sizes.is_measured(write("i18n/vi.po", "msgid\n"))
