"""Exports terms for translation: `python -m tools.devkit.terms DATABASE FOLDER ADDON…`.

Writes FOLDER/ADDON.pot for each addon. All of them in one process: starting Odoo takes longer than
exporting. Needs Odoo, so it runs in the virtual environment with the toolchain's variables.
"""

import argparse
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config
from odoo.tools.translate import trans_export


def main() -> None:
    """Export the templates of installed addons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("folder", type=Path)
    parser.add_argument("addons", nargs="+")
    options = parser.parse_args()
    config.parse_config(["-d", options.database, "--no-http"], setup_logging=True)
    with Registry(options.database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        for name in options.addons:
            with (options.folder / f"{name}.pot").open("wb") as file:
                trans_export(None, [name], file, "po", env)


if __name__ == "__main__":
    main()
