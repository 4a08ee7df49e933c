"""Version numbers in other programs' words."""

import pytest

from tools.devkit import odoo_source, versions


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("version_info = (19, 0, 0, FINAL, 0, '')\n", (19, 0)),
        ("x = 1\nversion_info = (18, 0, 0, FINAL, 0, '')\n", (18, 0)),
        ("version_info = ('saas~19', 1, 0, FINAL, 0, '')\n", None),
        ("version = '19.0'\n", None),
    ],
)
def test_odoo_series_of_a_release_file(source, expected):
    assert versions.odoo_series_of_release(source) == expected


def test_a_folder_is_odoo_19_only_with_its_release_file(tmp_path):
    assert not odoo_source.is_odoo19(tmp_path)
    (tmp_path / "odoo").mkdir()
    release = tmp_path / "odoo/release.py"
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    assert not odoo_source.is_odoo19(tmp_path)
    release.write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    assert odoo_source.is_odoo19(tmp_path)


@pytest.mark.parametrize(
    ("version", "expected"),
    [((3, 9), False), ((3, 10), True), ((3, 13), True), ((3, 14), False)],
)
def test_supported_pythons(version, expected):
    assert versions.python_supported(version) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres (PostgreSQL) 15.12 (Debian 15.12-0+deb12u2)", 15),
        ("postgres (PostgreSQL) 17beta1", 17),
        ("postgres (PostgreSQL) 18", 18),
        ("", None),
    ],
)
def test_postgres_major(text, expected):
    assert versions.major(text) == expected
