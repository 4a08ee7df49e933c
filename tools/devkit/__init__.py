"""The machinery of `./run`: finds or builds Odoo, PostgreSQL and Python, and starts things with them.

Only the standard library is used here, because this package runs before anything is installed.
"""
