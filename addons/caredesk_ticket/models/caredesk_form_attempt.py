from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import hmac

from .mail_job import number_of


class CaredeskFormAttempt(models.Model):
    """One request taken by a public form: only to count how many came from one connection.

    Holds no address, only a keyed hash of it, and is forgotten after a day. What is over the
    limit is refused without a row, so a flood cannot fill the table.
    """

    _name = "caredesk.form.attempt"
    _description = "Request by a Public Form"
    _order = "id desc"

    origin_key = fields.Char("Origin", required=True, readonly=True)

    _origin_idx = models.Index("(origin_key, create_date)")
    _create_date_idx = models.Index("(create_date)")

    # === BUSINESS ===

    @api.model
    def _is_over(self, ip):
        """Tell whether this connection has sent as many requests within an hour as one may."""
        since = fields.Datetime.now() - timedelta(hours=1)
        # sudo: a counter of the system, shown to nobody
        count = self.sudo().search_count(
            [("origin_key", "=", self._key(ip)), ("create_date", ">=", since)]
        )
        return count >= number_of(self.env, "form_max_per_connection", 20)

    @api.model
    def _count(self, ip):
        # sudo: as above
        self.sudo().create({"origin_key": self._key(ip)})

    @api.model
    def _key(self, ip):
        """Return the hash of an address; of IPv6 the network, for one person has all of it."""
        text = ":".join(ip.split(":")[:4]) if ":" in ip and "." not in ip else ip
        return hmac(self.env(su=True), "caredesk-form-attempt", text)

    @api.autovacuum
    def _gc_attempts(self):
        """Forget what counts no more."""
        before = fields.Datetime.now() - timedelta(days=1)
        old = self.search([("create_date", "<", before)], limit=10000, order="create_date")
        old.unlink()
        return len(old), len(old) == 10000
