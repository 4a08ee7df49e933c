"""What ties the project to one machine is found; what only looks like it is not.

The samples are put together from pieces, since the gate reads this file too.
"""

import pytest

from tools.gates import forbidden

BAD = [
    "see .." + "/shared/spec",
    "cd /wor" + "k/main",
    "'/roo" + "t/.ssh'",
    "https:" + "//registry.npm" + "js.org/eslint",
    "deb http:" + "//deb.deb" + "ian.org/debian sid main",
    "the fa" + "rm-bench tool",
]
GOOD = [
    "/home/me/wor" + "k/main",
    "models/wor" + "k/time.py",
    "the ./roo" + "t/ folder",
    "fa" + "rmer and pharmacy",
    "work and root and shared",
]


@pytest.mark.parametrize("line", BAD)
def test_bad_lines_are_found(line):
    assert forbidden.find(line)


@pytest.mark.parametrize("line", GOOD)
def test_good_lines_pass(line):
    assert forbidden.find(line) == []


def test_the_place_is_named_and_pictures_are_not_read(write, tmp_path):
    text = write("docs/a.md", "fine\n" + BAD[0] + "\n")
    picture = write("docs/a.png", BAD[0])
    problems = forbidden.check([text, picture], tmp_path)
    assert len(problems) == 1
    assert problems[0].startswith("docs/a.md:2: ")
