"""Odoo's log is counted right, and nothing that went wrong in it is lost."""

from tools.gates import odoo_log
from tools.gates.report import StageResult
from tools.gates.stages import hoot, odoo_run

STAMP = "2026-11-22 17:30:00,123 4711"
DESK = "odoo.addons.caredesk_desk.tests.test_desk"
FILE = "addons/caredesk_desk/tests/test_desk.py"


def line(text: str, level: str = "INFO", logger: str = DESK) -> str:
    """Return one log entry."""
    return f"{STAMP} {level} mydb {logger}: {text}\n"


GOOD = line("Starting TestDesk.test_good ... ")
BAD = line("Starting TestDesk.test_bad ... ") + line(
    "FAIL: TestDesk.test_bad\nTraceback (most recent call last):\n  …\nAssertionError: 1 != 2",
    "ERROR",
)
END = line(
    "1 failed, 0 error(s) of 2 tests when loading database 'mydb'", "ERROR", "odoo.tests.result"
)


def test_passed_and_failed_tests_are_told_apart():
    run = odoo_log.read(GOOD + BAD + END)
    assert run.passed == [f"{FILE}::TestDesk::test_good"]
    assert list(run.broken) == [f"{FILE}::TestDesk::test_bad"]
    assert "AssertionError: 1 != 2" in run.broken[f"{FILE}::TestDesk::test_bad"]
    assert run.counted == 2


def test_a_failed_test_is_no_complaint_of_its_own():
    module = line("Module caredesk_desk: 1 failures, 0 errors of 2 tests", "ERROR", "odoo.modules")
    last = line("At least one test failed when loading the modules.", "ERROR", "odoo.modules")
    assert odoo_log.read(BAD + module + last + END).complaints == []


def test_two_broken_subtests_are_one_failed_test():
    log = line("Starting TestDesk.test_sub ... ")
    log += line("FAIL: Subtest TestDesk.test_sub (number=1)\nAssertionError: one", "ERROR")
    log += line("ERROR: Subtest TestDesk.test_sub (number=2)\nValueError: two", "ERROR")
    run = odoo_log.read(log)
    assert list(run.broken) == [f"{FILE}::TestDesk::test_sub"]
    assert "one" in next(iter(run.broken.values()))
    assert "two" in next(iter(run.broken.values()))
    assert run.passed == []


def test_a_class_that_cannot_be_set_up_is_a_failure_although_no_test_started():
    name = f"setUpClass ({DESK}.TestDesk)"
    run = odoo_log.read(line(f"ERROR: {name}\nValueError: no", "ERROR", "odoo.tests.suite"))
    assert list(run.broken) == [name]


def test_tests_of_the_same_name_in_two_files_are_two():
    other = line("Starting TestDesk.test_good ... ", logger=DESK.replace("test_desk", "test_more"))
    assert len(odoo_log.read(GOOD + other).passed) == 2


def test_a_skipped_test_has_failed():
    log = GOOD + line("skipped TestDesk.test_good : no browser here")
    result = StageResult("odoo")
    odoo_run.count(odoo_log.read(log), result, log=None)
    assert (result.passed, result.failed) == (0, 1)
    assert "no browser here" in result.failures[0].text


def test_warnings_outside_of_tests_are_complaints_with_their_first_line():
    log = line("deprecated thing\n  File x", "WARNING", "odoo.fields") + line("fine", "INFO")
    assert [one.summary for one in odoo_log.read(log).complaints] == [
        "WARNING odoo.fields: deprecated thing"
    ]


def test_colours_do_not_hide_a_level():
    log = f"{STAMP} \x1b[1;33mWARNING\x1b[0m mydb odoo.sql_db: slow\n"
    assert [one.level for one in odoo_log.read(log).complaints] == ["WARNING"]


def test_a_run_that_was_cut_off_has_no_count():
    assert odoo_log.read(GOOD + line("Starting TestDesk.test_next ... ")).counted is None


def test_javascript_tests_are_counted_one_by_one():
    browser = "odoo.addons.web.tests.test_js.WebSuite.test_unit_desktop.browser"
    log = line("Starting WebSuite.test_unit_desktop ... ", logger="odoo.addons.web.tests.test_js")
    log += line(
        '[HOOT] Test "@caredesk_desk/a" passed (assertions: 1 / time: 6 ms)', logger=browser
    )
    log += line('[HOOT] Test "@caredesk_desk/b" failed:\nExpected: 3', "ERROR", browser)
    log += line(
        "FAIL: WebSuite.test_unit_desktop\nAssertionError", "ERROR", "odoo.addons.web.tests.test_js"
    )
    result = StageResult("hoot")
    hoot.count(odoo_log.read(log), result)
    assert (result.passed, result.failed) == (1, 1)
    assert result.failures[0].name == "@caredesk_desk/b"


def test_a_browser_that_breaks_down_fails_the_javascript_stage():
    log = line(
        "FAIL: WebSuite.test_unit_desktop\nno browser", "ERROR", "odoo.addons.web.tests.test_js"
    )
    result = StageResult("hoot")
    hoot.count(odoo_log.read(log), result)
    assert (result.passed, result.failed) == (0, 1)
