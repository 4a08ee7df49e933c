"""A planted defect of every kind is found by the gate that is meant for it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.gates import environment, linters, project

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = """{
    "name": "Desk",
    "summary": "A desk",
    "version": "19.0.1.0.0",
    "category": "Services/Helpdesk",
    "author": "CareDesk",
    "license": "LGPL-3",
    "depends": ["mail"],
    "data": ["views/desk.xml"],
}
"""
VIEW = """<?xml version="1.0" encoding="UTF-8" ?>
<odoo>
    <menuitem id="desk_menu" name="Desk" />
</odoo>
"""
PO_HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
ENTRY = (
    "#. module: desk\n#. odoo-python\n#: code:addons/desk/models/desk.py:0\n"
    '#, python-format\nmsgid "Ticket %s"\n'
)
FUZZY = PO_HEAD + ENTRY.replace("python-format", "python-format, fuzzy") + 'msgstr "P %s"\n'


@pytest.fixture
def addon(write, tmp_path, monkeypatch) -> Path:
    """A flawless addon in a project of its own."""
    for name in (
        "pyproject.toml",
        ".pylintrc",
        "eslint.config.mjs",
        "package.json",
        "package-lock.json",
    ):
        shutil.copy(ROOT / name, tmp_path)
    write("addons/desk/__manifest__.py", MANIFEST)
    write("addons/desk/__init__.py", "from . import models\n")
    write("addons/desk/models/__init__.py", "from . import desk\n")
    write("addons/desk/models/desk.py", "LIMIT = 5\n")
    write("addons/desk/views/desk.xml", VIEW)
    write("addons/desk/README.md", "# Desk\n")
    write("addons/desk/i18n/desk.pot", PO_HEAD + ENTRY + 'msgstr ""\n')
    write("addons/desk/i18n/vi.po", PO_HEAD + ENTRY + 'msgstr "Phiếu %s"\n')
    write("addons/desk/static/src/desk.js", "export const LIMIT = 5;\n")
    write("desk.sh", '#!/bin/sh\necho "$1"\n')
    monkeypatch.setattr(project, "ROOT", tmp_path)
    monkeypatch.setattr(project, "addons", lambda: [tmp_path / "addons" / "desk"])
    listed = project.files
    monkeypatch.setattr(
        project, "files", lambda suffixes=None: listed(root=tmp_path, suffixes=suffixes)
    )
    monkeypatch.setattr(project, "relative", lambda path: str(path.relative_to(tmp_path)))
    return tmp_path / "addons" / "desk"


GATES = (
    linters.ruff_check,
    linters.ruff_format,
    linters.pylint_odoo,
    linters.oca_module,
    linters.oca_po,
    linters.translations,
    linters.eslint,
    linters.shellcheck,
)


def test_a_flawless_addon_passes_every_gate(addon):
    assert {gate.__name__: problems for gate in GATES if (problems := gate([]))} == {}


MODEL, VI, JS = "models/desk.py", "i18n/vi.po", "static/src/desk.js"
DEFECTS = [
    (linters.ruff_check, MODEL, "import os\n", "F401"),
    (linters.ruff_check, MODEL, "def f(x):\n    print(x)\n", "T201"),
    (linters.ruff_format, MODEL, "LIMIT=5\n", MODEL),
    (linters.pylint_odoo, MODEL, "def f(cr):\n    cr.commit()\n", "invalid-commit"),
    (linters.pylint_odoo, "__manifest__.py", MANIFEST.replace("19.0", "18.0"), "version-format"),
    (linters.pylint_odoo, "__manifest__.py", MANIFEST.replace("Care", "X"), "required-author"),
    (linters.pylint_odoo, "__manifest__.py", MANIFEST.replace("LGPL", "AGPL"), "license-allowed"),
    (linters.oca_module, "views/desk.xml", VIEW.replace("</odoo>", ""), "xml-syntax-error"),
    (linters.oca_module, "views/unused.xml", VIEW, "file-not-used"),
    (linters.oca_po, VI, PO_HEAD + ENTRY + 'msgstr "Phiếu %s %s"\n', "printf"),
    (linters.translations, VI, PO_HEAD + ENTRY + 'msgstr ""\n', "empty"),
    (linters.translations, VI, PO_HEAD, "missing"),
    (linters.translations, VI, FUZZY, "fuzzy"),
    (linters.eslint, JS, "var x = undefinedThing;\n", "no-undef"),
    (linters.eslint, JS, "// a line\n" * 251, "max-lines"),
    (linters.eslint, "static/tests/a.test.js", 'test.skip("a", 1);\n', "no-restricted-properties"),
    (linters.shellcheck, "desk.sh", "#!/bin/sh\nrm $1/*\n", "SC2086"),
]


@pytest.mark.parametrize(
    ("gate", "name", "text", "expected"), DEFECTS, ids=[defect[3] for defect in DEFECTS]
)
def test_a_planted_defect_is_found(addon, gate, name, text, expected):
    path = addon / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert expected in "\n".join(gate([]))


def test_a_missing_translation_is_found(addon):
    (addon / "i18n" / "vi.po").unlink()
    assert "no i18n/vi.po" in linters.translations([])[0]


def test_an_outdated_template_is_found(addon, write):
    more = 'msgstr ""\n\n#. module: desk\nmsgid "New"\nmsgstr ""\n'
    fresh = write("fresh.pot", PO_HEAD + ENTRY + more)
    kept = addon / "i18n" / "desk.pot"
    assert linters.template_differences(kept, kept) == []
    assert linters.template_differences(kept, fresh) == ["desk.pot lacks 'New'"]
    assert linters.template_differences(fresh, kept) == ["fresh.pot still has 'New'"]


def test_a_tool_that_is_missing_fails_its_gate(addon, monkeypatch):
    monkeypatch.setattr(environment, "_adopted", [str(addon / "no" / "python")])
    with pytest.raises((OSError, environment.MissingToolError)):
        linters.oca_module([])


def test_ignored_files_are_not_checked(addon, write, tmp_path):
    if shutil.which("git"):
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(".gitignore", "made/\n")
    write("made/by_a_tool.py", "import os\n")
    write(".caredesk/venv/x.py", "import os\n")
    names = [str(path.relative_to(tmp_path)) for path in project.files()]
    assert ".caredesk/venv/x.py" not in names
    assert "made/by_a_tool.py" not in names
    assert "addons/desk/models/desk.py" in names


def test_the_gates_need_no_package(tmp_path):
    """The modules are imported by any Python, before anything is installed."""
    code = "from tools.gates import lint, fmt, trace, test, log_gate, odoo_log"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
