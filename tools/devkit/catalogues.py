"""Writes an addon's .pot and merges it into its .po files; needs polib, so it runs in the venv.

    python -m tools.devkit.catalogues EXPORTED.pot I18N_FOLDER [--check]

Prints the files that change. Dates and version numbers of the header are left out, so that nothing
changes without a reason; terms that are gone are dropped, doubtful matches are not guessed.
"""

import argparse
from pathlib import Path

import polib

KEPT_HEADERS = ("Project-Id-Version", "Report-Msgid-Bugs-To", "Language", "MIME-Version")
KEPT_HEADERS += ("Content-Type", "Content-Transfer-Encoding", "Plural-Forms")
VIETNAMESE = {"Language": "vi", "Plural-Forms": "nplurals=1; plural=0;"}


def main() -> None:
    """Renew the catalogues of one folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exported", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    template = polib.pofile(str(options.exported), wrapwidth=78)
    template.metadata = _metadata(template.metadata, options.folder.parent.name)
    template.header = "Terms of CareDesk; renewed by ./run pot."
    template.metadata_is_fuzzy = False
    wanted = {options.folder / f"{options.folder.parent.name}.pot": str(template)}
    catalogues = set(options.folder.glob("*.po")) | {options.folder / "vi.po"}
    for path in sorted(catalogues):
        wanted[path] = merged(path, template)
    for path, text in wanted.items():
        text = text.rstrip("\n") + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            print(path)
            if not options.check:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")


def merged(path: Path, template: polib.POFile) -> str:
    """The catalogue with the template's terms and its own translations."""
    catalogue = polib.POFile(wrapwidth=78)
    known = polib.pofile(str(path), wrapwidth=78) if path.exists() else catalogue
    language = VIETNAMESE if path.stem == "vi" else {"Language": path.stem}
    catalogue.metadata = {**template.metadata, **language}
    catalogue.header = known.header or template.header
    translations = {(entry.msgid, entry.msgctxt): entry for entry in known if not entry.obsolete}
    for term in template:
        entry = polib.POEntry(
            msgid=term.msgid,
            msgctxt=term.msgctxt,
            comment=term.comment,
            occurrences=term.occurrences,
            flags=[flag for flag in term.flags if flag != "fuzzy"],
        )
        if old := translations.get((term.msgid, term.msgctxt)):
            entry.msgstr, entry.tcomment = old.msgstr, old.tcomment
            entry.flags += ["fuzzy"] if old.fuzzy else []
        catalogue.append(entry)
    return str(catalogue)


def _metadata(found: dict[str, str], addon: str) -> dict[str, str]:
    kept = {name: found[name] for name in KEPT_HEADERS if name in found}
    ours = {"Project-Id-Version": f"CareDesk {addon}", "Content-Transfer-Encoding": "8bit"}
    return {**kept, **ours}


if __name__ == "__main__":
    main()
