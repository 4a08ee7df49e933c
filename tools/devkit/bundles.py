"""Compiles the scripts and styles that pages load: `python -m tools.devkit.bundles DATABASE`.

Needs Odoo, so it runs in the virtual environment with the toolchain's variables.
"""

import argparse

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def main() -> None:
    """Compile every bundle that a page of the database may load, as Odoo's test runner does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    options = parser.parse_args()
    config.parse_config(["-d", options.database, "--no-http"], setup_logging=True)
    with Registry(options.database).cursor() as cr:
        api.Environment(cr, SUPERUSER_ID, {})["ir.qweb"]._pregenerate_assets_bundles()


if __name__ == "__main__":
    main()
