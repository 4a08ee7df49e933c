"""Nothing that should count is left out: pytest reports, floors, tests that never ran."""

import pytest

from tools.gates import floor, report
from tools.gates import test as orchestration
from tools.gates.odoo_log import OdooRun
from tools.gates.report import Failure, StageResult
from tools.gates.stages import odoo_tests, pytest_run

REPORT = """<testsuites><testsuite name="pytest">
<testcase classname="tests.a" file="tests/a.py" name="test_one"/>
<testcase classname="tests.a" file="tests/a.py" name="test_two">
  <failure message="1 == 2">text</failure></testcase>
<testcase classname="tests.a.TestA" file="tests/a.py" name="test_three">
  <skipped message="lazy">why</skipped></testcase>
<testcase classname="" name="tests.b"><error message="collection">boom</error></testcase>
</testsuite></testsuites>"""


def test_a_pytest_report_is_counted_and_a_skip_is_a_failure():
    result = StageResult("pure")
    pytest_run.count(REPORT, result)
    assert (result.passed, result.failed) == (1, 3)
    assert [failure.name for failure in result.failures] == [
        "tests/a.py::test_two",
        "tests/a.py::TestA::test_three",
        "tests.b",
    ]
    assert "lazy" in result.failures[1].text


def test_a_stage_that_breaks_down_is_a_failure():
    def broken(result):
        raise OSError("disk full")

    result = report.run_stage("odoo", broken)
    assert result.failed == 1
    assert "disk full" in result.failures[0].text


def test_the_last_line_is_the_sum_and_the_exit_code_tells_of_failures(capsys):
    good = StageResult("pure", passed=3)
    bad = StageResult("odoo", passed=4, failures=[Failure("test_x", "why it failed")])
    assert report.finish([good, bad]) == 1
    output = capsys.readouterr().out
    assert output.endswith("\n7 passed, 1 failed\n")
    assert "why it failed" in output
    assert report.finish([good]) == 0
    assert capsys.readouterr().out.endswith("\n3 passed, 0 failed\n")


def test_long_texts_show_their_end_and_say_what_is_missing():
    lines = report.tail("\n".join(str(number) for number in range(100)), limit=10)
    assert lines[0] == "… 90 lines more"
    assert lines[-1] == "99"


@pytest.mark.parametrize(("total", "wrong"), [(9, True), (10, False), (11, False)])
def test_fewer_tests_than_the_floor_are_a_problem(total, wrong):
    assert bool(floor.problem("odoo", total, {"odoo": 10})) is wrong


def test_a_stage_without_a_floor_is_a_problem():
    assert floor.problem("new_stage", 5, {})


def test_the_floor_fails_its_stage():
    result = StageResult("odoo", passed=4)
    orchestration.check_floor(result, {"odoo": 5})
    assert result.failed == 1


def test_floors_of_another_form_are_refused(write):
    with pytest.raises(ValueError, match="not `stage number`"):
        floor.load(write("floor.txt", "odoo many\n"))


def test_every_stage_of_the_whole_run_has_a_floor():
    whole = set(orchestration.STAGES) - {"toolchain", *orchestration.ON_DEMAND}
    assert set(floor.load()) == whole


def test_written_tests_that_odoo_never_ran_are_found(write, tmp_path):
    write(
        "addons/desk/tests/test_a.py",
        "class TestA:\n    def test_x(self): ...\n    def help(self): ...\n",
    )
    write("addons/desk/tests/test_b.py", "class TestB:\n    def test_y(self): ...\n")
    write("addons/desk/tests/test_c.py", "class TestC:\n    def test_z(self): ...\n")
    write("tests/pure/test_d.py", "def test_d(): ...\n")
    written = odoo_tests.written_tests(tmp_path)
    assert len(written) == 3
    run = OdooRun(
        started=["addons/desk/tests/test_a.py::TestA::test_x"],
        broken={"setUpClass (odoo.addons.desk.tests.test_c.TestC)": "no"},
    )
    assert odoo_tests.never_started(written, run) == ["addons/desk/tests/test_b.py::TestB::test_y"]
