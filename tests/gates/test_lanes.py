"""Stages side by side: what waits for what, and that nothing is lost on the way."""

import threading

from tools.gates.stages import odoo_tests
from tools.gates.stages.lanes import Job, Lanes


def test_two_jobs_run_at_the_same_time(capsys):
    meeting = threading.Barrier(2, timeout=20)

    def work(result):
        meeting.wait()
        result.passed += 1

    results = Lanes([Job("a", work), Job("b", work)]).run()
    assert [(result.name, result.passed, result.failed) for result in results] == [
        ("a", 1, 0),
        ("b", 1, 0),
    ]
    assert "-- ok   a: 1 passed" in capsys.readouterr().out


def test_a_job_waits_for_all_parts_of_what_it_needs():
    over = []

    def work(name):
        return lambda _result: over.append(name)

    jobs = [
        Job("logs", work("logs"), after=("odoo",)),
        Job("odoo", work("one"), "one", after=("install",)),
        Job("odoo", work("two"), "two", after=("install",)),
        Job("install", work("install"), after=("not chosen",)),
    ]
    Lanes(jobs).run()
    assert over[0] == "install"
    assert over[-1] == "logs"
    assert sorted(over) == ["install", "logs", "one", "two"]


def test_parts_of_a_stage_are_one_result_and_a_breakdown_stops_nobody():
    def good(result):
        result.passed += 2

    def broken(_result):
        raise OSError("disk full")

    jobs = [Job("odoo", good, "one"), Job("odoo", broken, "two"), Job("pot", good)]
    odoo, pot = Lanes(jobs).run(1)
    assert (odoo.passed, odoo.failed, pot.passed) == (2, 1, 2)
    assert "disk full" in odoo.failures[0].text


def test_addons_are_shared_out_by_their_number_of_tests(write, tmp_path):
    for addon, count in (("big", 5), ("small", 2), ("smaller", 1), ("without", 0)):
        body = "".join(f"    def test_{n}(self):\n        pass\n\n" for n in range(count))
        write(f"addons/{addon}/tests/test_{addon}.py", f"class TestIt:\n{body or '    pass'}\n")
    names = ["big", "small", "smaller", "without"]
    parts = odoo_tests.shares(names, 2, tmp_path)
    assert parts == [["big"], ["small", "smaller", "without"]]
    assert odoo_tests.shares(names, 1, tmp_path) == [["big", "small", "smaller", "without"]]
    assert odoo_tests.part_name(parts[1]) == "small and 2 more"
