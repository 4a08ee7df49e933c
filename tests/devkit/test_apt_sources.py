"""The apt sources of Debian and Ubuntu machines, in both formats."""

from tools.devkit import apt_sources

DEB822 = """\
# a comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://disabled.example/debian
Suites: sid
Components: main
"""

ONE_LINE = """\
# deb http://commented.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/keys/a.gpg] http://one.example/debian trixie main non-free # why
deb http://security.example/debian-security trixie-security main
deb broken
"""


def test_deb822_finds_the_main_archive_and_its_keyring():
    mirror = apt_sources.debian_mirror(apt_sources.parse_deb822(DEB822))
    assert mirror.uri == "http://mirror.example/debian"
    assert mirror.signed_by == "/usr/share/keyrings/debian-archive-keyring.gpg"


def test_deb822_leaves_out_disabled_and_source_only_paragraphs():
    uris = [source.uri for source in apt_sources.parse_deb822(DEB822)]
    assert uris == ["http://mirror.example/debian", "http://mirror.example/debian-security"]
    assert apt_sources.parse_deb822("Types: deb-src\nURIs: http://x\nSuites: sid\n") == []


def test_deb822_with_the_key_inside_the_paragraph_falls_back_to_a_keyring_file():
    text = (
        "Types: deb\nURIs: http://m.example/debian\nSuites: trixie\nComponents: main\n"
        "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n xyz\n"
    )
    (source,) = apt_sources.parse_deb822(text)
    assert source.signed_by == ""
    assert "BEGIN PGP" not in source.line("sid")


def test_deb822_with_several_addresses_gives_one_source_each():
    text = "Types: deb\nURIs: http://a/debian\n  http://b/debian\nSuites: sid\nComponents: main\n"
    assert [source.uri for source in apt_sources.parse_deb822(text)] == [
        "http://a/debian",
        "http://b/debian",
    ]


def test_one_line_format_reads_options_and_ignores_comments():
    found = apt_sources.parse_list(ONE_LINE)
    assert [source.uri for source in found] == [
        "http://one.example/debian",
        "http://security.example/debian-security",
    ]
    assert found[0].signed_by == "/etc/keys/a.gpg"
    assert found[0].components == ("main", "non-free")


def test_security_and_foreign_archives_are_no_mirror_of_sid():
    foreign = "deb http://archive.example/ubuntu noble main universe\n"
    security = "deb http://s.example/debian-security bookworm-security main\n"
    assert apt_sources.debian_mirror(apt_sources.parse_list(foreign + security)) is None


def test_line_for_another_suite_keeps_the_address_and_the_keyring():
    (source, _) = apt_sources.parse_list(ONE_LINE)
    expected = "deb [signed-by=/etc/keys/a.gpg] http://one.example/debian sid main\n"
    assert source.line("sid") == expected


def test_all_files_of_a_machine_are_read(tmp_path):
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (tmp_path / "sources.list").write_text("deb http://first.example/debian bookworm main\n")
    (parts / "b.sources").write_text(DEB822)
    (parts / "a.list").write_text(ONE_LINE)
    (parts / "ignored.bak").write_text("deb http://bak.example/debian sid main\n")
    uris = [source.uri for source in apt_sources.read_all(tmp_path)]
    assert uris[0] == "http://first.example/debian"
    assert "http://mirror.example/debian" in uris
    assert "http://bak.example/debian" not in uris
    assert apt_sources.read_all(tmp_path / "nowhere") == []
