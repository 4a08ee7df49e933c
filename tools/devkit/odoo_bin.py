"""Odoo as a script with a path, as `odoo-bin` is in a checkout of Odoo.

A server with several workers starts its websocket process by the path of the script that it was
started with; `python -m odoo` has none that could be started again.
"""

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
