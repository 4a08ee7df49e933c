import logging

from odoo import models

from ..zalo_client import ZaloError
from ..zalo_client.account import TEMPLATES_PER_PAGE

_logger = logging.getLogger(__name__)

#: As many templates as one account is read for.
MOST = 500


class CaredeskZaloOa(models.Model):
    """Templates are read whenever an account is checked: each day, and when somebody asks."""

    _inherit = "caredesk.zalo.oa"

    def _check(self):
        super()._check()
        self._read_templates()

    def _read_templates(self):
        """Read the account's templates; one without the right to send any has none."""
        try:
            rows = self._call(_all_templates)
        except ZaloError as error:
            _logger.info("Zalo lists no templates of account %s: %s", self.id, error)
            return
        self.env["ir.cron"]._commit_progress()  # nothing of an old snapshot
        self.env["caredesk.zalo.template"]._take(self, rows)


def _all_templates(client):
    """Return the details of all templates that may be sent."""
    found = {}
    while len(found) < MOST:
        page = client.account.templates(offset=len(found))
        for row in page:
            code = str(row.get("templateId"))
            found[code] = {**row, **client.account.template(code)}
        if len(page) < TEMPLATES_PER_PAGE:
            break
    return list(found.values())
