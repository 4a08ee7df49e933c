from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.caredesk_ticket.models.conflicts import unhindered

from .contact_sources import BY_ID, SOURCES

#: Rows looked at before a run commits.
_WINDOW = 20_000
#: What lies so far before the mark is looked at again, since a transaction that began earlier may
#: commit later: ids, and minutes.
_OVERLAP = 1_000
_OVERLAP_MINUTES = 10
_BEGINNING = "1970-01-01 00:00:00"
_KEY = "caredesk_automation.contact_mark."


class CaredeskCareHistory(models.Model):
    _inherit = "caredesk.care.history"

    _contact_idx = models.Index("(confirmed_at) WHERE state = 'confirmed'")


class CaredeskCareTask(models.Model):
    _inherit = "caredesk.care.task"

    _contact_idx = models.Index("(done_at) WHERE state = 'done'")


class ResPartner(models.Model):
    """When somebody was last in contact with a customer, read from wherever it is written."""

    _inherit = "res.partner"

    caredesk_last_contact = fields.Date(
        "Last Contact",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Last call, ticket, order, conversation or care. What is said to people of a company "
        "counts for the company too.",
    )

    # Customers whose silence counts from the day they were entered.
    _caredesk_never_idx = models.Index("(create_date) WHERE caredesk_last_contact IS NULL")

    # === CRON ===

    @api.model
    def _cron_last_contact(self):
        """Cron: note the last contact of the customers of whom something new is written.

        Reads only what came since the last time: saving a ticket or a call stays as quick as it
        was.
        """
        for key, source in self._contact_sources().items():
            if source.mark == BY_ID:
                self._rewind(key)
            while unhindered(self.env, lambda key=key, source=source: self._read_on(key, source)):
                if not self.env["ir.cron"]._commit_progress(1, remaining=1):
                    return
            self.env["ir.cron"]._commit_progress(remaining=1)
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _contact_sources(self):
        """Return ``{key: ContactSource}``. Hook for other addons."""
        return SOURCES

    @api.model
    def _read_on(self, key, source):
        """Note the contacts of one window of a source; tell whether there is more."""
        by_id = source.mark == BY_ID
        mark = self._mark(key, 0 if by_id else _BEGINNING)
        window = self._window_of_ids if by_id else self._window_of_moments
        low, high, is_more = window(source, mark)
        self._note_contacts(source, low, high)
        if high > mark:
            self._set_mark(key, high)
        return is_more

    @api.model
    def _window_of_ids(self, source, mark):
        """Return after and until which id is read now, and whether there is more."""
        newest_sql = SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(source.table))
        ((newest,),) = self.env.execute_query(newest_sql)
        high = min(mark + _WINDOW, newest)
        return max(mark - _OVERLAP, 0), high, high < newest

    @api.model
    def _window_of_moments(self, source, mark):
        """Return after and until which moment is read now, and whether there is more."""
        ((newest, count),) = self.env.execute_query(
            SQL(
                "SELECT MAX(found.moment), COUNT(*) FROM ("
                " SELECT source.%(mark)s AS moment FROM %(table)s source"
                " WHERE %(marked)s AND source.%(mark)s > %(after)s"
                " ORDER BY source.%(mark)s LIMIT %(window)s) AS found",
                mark=SQL.identifier(source.mark),
                table=SQL.identifier(source.table),
                marked=SQL(source.marked),
                after=mark,
                window=_WINDOW,
            )
        )
        low = fields.Datetime.to_datetime(mark) - timedelta(minutes=_OVERLAP_MINUTES)
        high = fields.Datetime.to_string(newest) if newest else mark
        return low, high, count == _WINDOW

    @api.model
    def _note_contacts(self, source, low, high):
        """Note the contacts of a source after ``low`` and until ``high``."""
        self._note_latest(
            SQL(
                "SELECT %(customer)s AS id, MAX(%(moment)s) AS moment"
                " FROM %(table)s source %(joins)s"
                " WHERE source.%(mark)s > %(low)s AND source.%(mark)s <= %(high)s"
                " AND %(marked)s AND %(rows)s AND %(customer)s IS NOT NULL GROUP BY 1",
                customer=SQL(source.customer),
                moment=SQL(source.moment),
                table=SQL.identifier(source.table),
                joins=SQL(source.joins),
                mark=SQL.identifier(source.mark),
                low=low,
                high=high,
                marked=SQL(source.marked),
                rows=SQL(source.rows),
            )
        )

    @api.model
    def _note_latest(self, found):
        """Note contacts, where they are later than what is noted, for companies too.

        :param found: SQL that selects ``id`` of the customer and ``moment`` in UTC
        """
        self.flush_model(["commercial_partner_id", "caredesk_last_contact"])
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET caredesk_last_contact = told.day FROM ("
                " SELECT one.id, MAX(timezone(%(tz)s, timezone('UTC', found.moment)))::date AS day"
                " FROM (%(found)s) AS found"
                " JOIN res_partner spoken ON spoken.id = found.id"
                " CROSS JOIN LATERAL (VALUES (spoken.id), (spoken.commercial_partner_id)) one (id)"
                " WHERE found.moment IS NOT NULL GROUP BY one.id) AS told"
                " WHERE res_partner.id = told.id"
                " AND COALESCE(caredesk_last_contact, '1900-01-01') < told.day",
                tz=self.env.company._caredesk_tz(),
                found=found,
            )
        )
        self.invalidate_model(["caredesk_last_contact"])

    # === MARKS ===

    @api.model
    def _mark(self, key, beginning):
        """Return up to where a source was read: an id, or a moment as text."""
        found = self.env.execute_query(
            SQL("SELECT value FROM ir_config_parameter WHERE key = %s", _KEY + key)
        )
        value = found[0][0] if found else beginning
        return int(value) if isinstance(beginning, int) else value

    @api.model
    def _rewind(self, key):
        """Go back to where the run before this one began.

        A transaction takes its ids when it writes and shows them when it commits: those of an
        import that took minutes are all below what others committed meanwhile.
        """
        begun, mark = self._mark(f"{key}.begun", 0), self._mark(key, 0)
        self._set_mark(f"{key}.begun", mark)
        self._set_mark(key, min(begun, mark))

    @api.model
    def _set_mark(self, key, value):
        """Keep up to where a source was read.

        Past the ORM: nobody else reads it, and the caches of all processes, which every change
        of a parameter empties, have nothing to do with it.
        """
        self.env.cr.execute(
            SQL(
                "INSERT INTO ir_config_parameter (key, value, create_uid, create_date, write_uid,"
                " write_date) VALUES (%(key)s, %(value)s, %(uid)s, %(now)s, %(uid)s, %(now)s)"
                " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value,"
                " write_date = EXCLUDED.write_date",
                key=_KEY + key,
                value=str(value),
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
