from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import hmac

from .mail_job import number_of


class CaredeskFormAttempt(models.Model):
    """One request taken by a public form, or one question for suggestions: only to count how
    many came from one connection or customer, in all processes of the server together.

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
        most = number_of(self.env, "form_max_per_connection", 20)
        return self._reaches(most, self._key(ip), timedelta(hours=1))

    @api.model
    def _count(self, ip):
        # sudo: as above
        self.sudo().create({"origin_key": self._key(ip)})

    @api.model
    def _may_ask(self, caller):
        """Count a question for suggestions and tell whether it is to be answered.

        So many a minute are, so that nobody reads the knowledge base by machine.

        :param caller: what tells one visitor (:meth:`_key`) or customer from another
        """
        key = hmac(self.env(su=True), "caredesk-suggestion", str(caller))
        most = number_of(self.env, "suggestions_per_minute", 40)
        if self._reaches(most, key, timedelta(minutes=1)):
            return False
        self.sudo().create({"origin_key": key})  # sudo: a counter of the system
        return True

    @api.model
    def _reaches(self, most, key, window):
        """Tell whether ``most`` rows of ``key`` are from the ``window`` (timedelta) up to now."""
        since = fields.Datetime.now() - window
        # sudo: a counter of the system, shown to nobody
        rows = self.sudo().search_count(
            [("origin_key", "=", key), ("create_date", ">=", since)], limit=max(most, 1)
        )
        return rows >= most

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
