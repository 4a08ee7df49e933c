"""The machinery of `./run`: finds or brings Odoo, PostgreSQL and Python, and starts programs.

Only the standard library is used here, because this package runs before anything is installed.
"""
