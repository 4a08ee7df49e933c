"""Manifests, content hashes, step markers, the source mirror and the catalogues."""

import os

import polib
import pytest

from tools.devkit import addons, catalogues, mirror
from tools.devkit.steps import Marker, fingerprint


def _addon(folder, name, depends, **more):
    (folder / name).mkdir(parents=True)
    manifest = {"name": name, "depends": depends, **more}
    (folder / name / "__manifest__.py").write_text(repr(manifest))


def test_dependencies_go_through_our_own_addons(tmp_path):
    _addon(tmp_path, "ticket", ["mail", "crm"])
    _addon(tmp_path, "chat", ["ticket", "sale"])
    _addon(tmp_path, "old", ["ticket"], installable=False)
    manifests = addons.own(tmp_path)
    assert list(manifests) == ["chat", "ticket"]
    assert addons.dependencies(manifests) == ["crm", "mail", "sale"]
    assert addons.dependencies(manifests, ["ticket"]) == ["crm", "mail"]


def test_closure_names_a_missing_addon(tmp_path):
    _addon(tmp_path, "base", [])
    _addon(tmp_path, "mail", ["base"])
    assert set(addons.closure([tmp_path], ["mail"])) == {"base", "mail"}
    with pytest.raises(ValueError, match="nothing_like_it"):
        addons.closure([tmp_path], ["nothing_like_it"])


def test_a_manifest_that_is_code_is_refused(tmp_path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/__manifest__.py").write_text("{'name': print('x')}")
    with pytest.raises(ValueError, match="bad"):
        addons.own(tmp_path)


def test_the_content_hash_sees_names_and_contents_but_not_compiled_files(tmp_path):
    _addon(tmp_path, "ticket", [])
    before = addons.content_hash(tmp_path / "ticket")
    (tmp_path / "ticket/__pycache__").mkdir()
    (tmp_path / "ticket/__pycache__/x.pyc").write_bytes(b"x")
    assert addons.content_hash(tmp_path / "ticket") == before
    (tmp_path / "ticket/new.py").write_text("")
    assert addons.content_hash(tmp_path / "ticket") != before


def test_an_interrupted_step_is_not_done(tmp_path):
    marker = Marker(tmp_path, "step", "made from this")
    with pytest.raises(KeyboardInterrupt), marker.work():
        raise KeyboardInterrupt
    assert not marker.done()
    with marker.work():
        pass
    assert marker.done()
    assert not Marker(tmp_path, "step", "made from that").done()


def test_fingerprints_keep_the_borders_of_their_parts(tmp_path):
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    (tmp_path / "f").write_text("abc")
    assert fingerprint(tmp_path / "f") == fingerprint("abc")


def test_a_mirror_follows_its_original(tmp_path):
    origin, copy = tmp_path / "origin", tmp_path / "a copy"
    (origin / "addons/x").mkdir(parents=True)
    (origin / "addons/x/a.py").write_text("1")
    (origin / "addons/x/__pycache__").mkdir()
    (origin / "secret").write_text("not named")
    os.chmod(origin / "addons/x/a.py", 0o600)
    mirror.sync(origin, copy, ["addons", "absent"])
    assert (copy / "addons/x/a.py").read_text() == "1"
    assert (copy / "addons/x/a.py").stat().st_mode & 0o444 == 0o444
    assert not (copy / "addons/x/__pycache__").exists()
    assert not (copy / "secret").exists()

    (origin / "addons/x/a.py").unlink()
    (origin / "addons/x/a.py").mkdir()
    (origin / "addons/y").write_text("now a file")
    mirror.sync(origin, copy, ["addons"])
    assert (copy / "addons/x/a.py").is_dir()
    assert (copy / "addons/y").read_text() == "now a file"

    (origin / "addons/y").unlink()
    mirror.sync(origin, copy, ["addons"])
    assert not (copy / "addons/y").exists()


def test_a_catalogue_keeps_translations_and_drops_terms_that_are_gone(tmp_path):
    template = polib.POFile()
    template.append(polib.POEntry(msgid="Ticket", comment="module: x"))
    template.append(polib.POEntry(msgid="New", comment="module: x"))
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Ticket", msgstr="Phiếu hỗ trợ"))
    catalogue.append(polib.POEntry(msgid="Gone", msgstr="Đã bỏ"))
    catalogue.save(str(tmp_path / "vi.po"))
    merged = polib.pofile(catalogues.merged(tmp_path / "vi.po", template))
    assert {entry.msgid: entry.msgstr for entry in merged} == {"Ticket": "Phiếu hỗ trợ", "New": ""}
    assert merged.metadata["Language"] == "vi"
