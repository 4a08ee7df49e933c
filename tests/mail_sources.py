"""The raw mails of the ticket addon's tests, for suites that run without Odoo.

Loaded by path: importing them through the addon would import all of Odoo.
"""

import importlib.util
from pathlib import Path

_FILE = Path(__file__).resolve().parents[1] / "addons/caredesk_ticket/tests/mail_sources.py"
_spec = importlib.util.spec_from_file_location("caredesk_mail_sources", _FILE)
samples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(samples)
