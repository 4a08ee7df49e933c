"""`./run pot`: renew the translation templates and bring them into the Vietnamese catalogues."""

import argparse
from collections.abc import Collection
from pathlib import Path

from tools.devkit import database, process, toolchain
from tools.devkit.errors import DevkitError
from tools.devkit.instance import our_addons
from tools.devkit.log import Log

DATABASE = "caredesk_pot"


def pot(argv: list[str]) -> int:
    """Export i18n/<addon>.pot with Odoo and merge it into i18n/vi.po, for all or named addons."""
    parser = argparse.ArgumentParser(prog="./run pot", description=pot.__doc__)
    parser.add_argument("addon", nargs="*", help="default: all of ours")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if it would")
    options = parser.parse_args(argv)
    log = Log()
    tools = toolchain.ensure(log)
    manifests = our_addons(tools)
    wanted = options.addon or list(manifests)
    if unknown := [name for name in wanted if name not in manifests]:
        raise DevkitError(f"There is no addon {', '.join(unknown)}.")
    source = database.template(tools, list(manifests), True, log=log)
    process.at_exit(lambda: database.drop(tools, DATABASE))
    database.copy(tools, source, DATABASE)
    folder = tools.workspace.var / "tmp"
    with log.step("Exporting the terms"):
        export(tools, DATABASE, folder, wanted)
    changed = [path for name in wanted for path in _renew(tools, folder, name, options.check)]
    print("\n".join(changed) or "Nothing to change.")
    return 1 if options.check and changed else 0


def export(tools: toolchain.Toolchain, name: str, folder: Path, addons: Collection[str]) -> None:
    """Write the terms of addons that are installed in database `name` to `folder`/<addon>.pot."""
    command = [tools.python, "-m", "tools.devkit.terms", name, folder, *addons]
    what = f"Exporting the terms of {', '.join(addons)}"
    tools.run_logged(command, "pot.log", what, cwd=tools.workspace.source)


def _renew(tools: toolchain.Toolchain, exported: Path, name: str, check: bool) -> list[str]:
    """Renew one addon's catalogues; the names of those that changed."""
    template = exported / f"{name}.pot"
    # As ourselves, not as the service account: these files belong to the checkout.
    folder = tools.workspace.root / "addons" / name / "i18n"
    merge = [tools.python, "-m", "tools.devkit.catalogues", template, folder]
    merge += ["--check"] if check else []
    result = process.run(merge, cwd=tools.workspace.root, capture_output=True, text=True)
    template.unlink()
    return result.stdout.split("\n")[:-1]
