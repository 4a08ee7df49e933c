import hashlib
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class CaredeskFormSending(models.Model):
    """A form of portal or website that was taken, so that the same one is not taken again.

    The same is who sends the same words and files having the same before him: a double click, a
    second tab, a browser that sends again after the line broke. Forgotten after a day.
    """

    _name = "caredesk.form.sending"
    _description = "Form Taken from a Customer"
    _order = "id desc"

    key = fields.Char(required=True, readonly=True)
    ticket_id = fields.Many2one(
        "caredesk.ticket", readonly=True, ondelete="cascade", help="What became of the form."
    )

    _key_uniq = models.UniqueIndex("(key)")
    _create_date_idx = models.Index("(create_date)")

    # === BUSINESS ===

    @api.model
    def _claim(self, seen, *content, files=()):
        """Return the row of a form (sudo): with its ticket if the form was taken before.

        The caller does the work and sets the ticket, in the same transaction. Of two at once
        the second waits, fails to serialise, is run again by Odoo, and finds the first.

        :param seen: what the sender had before him, empty for a form that does not say
        :param content: what he sent and to which ticket, values of JSON
        :param files: what :meth:`caredesk.upload._check` returned
        """
        # sudo: a mark of the system, shown to nobody
        sendings_sudo = self.sudo()
        if not seen:
            return sendings_sudo
        sizes = [[vals["name"], len(vals["raw"])] for vals in files]
        text = json.dumps([self.env.uid, seen, content, sizes])
        key = hashlib.sha256(text.encode()).hexdigest()
        query = SQL(
            "INSERT INTO caredesk_form_sending (key, create_uid, create_date)"
            " VALUES (%s, %s, %s) ON CONFLICT (key) DO NOTHING RETURNING id",
            key,
            self.env.uid,
            fields.Datetime.now(),
        )
        self.env.cr.execute(query, log_exceptions=False)  # a conflict is repeated, and no error
        if row := self.env.cr.fetchone():
            return sendings_sudo.browse(row[0])
        return sendings_sudo.search([("key", "=", key)])

    @api.autovacuum
    def _gc_sendings(self):
        """Forget what nobody sends again any more."""
        before = fields.Datetime.now() - timedelta(days=1)
        limit = 10_000
        old = self.search([("create_date", "<", before)], limit=limit, order="create_date")
        old.unlink()
        return len(old), len(old) == limit
