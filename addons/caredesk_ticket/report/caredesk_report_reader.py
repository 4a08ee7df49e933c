from operator import itemgetter

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from ..domain.report_table import (
    DATETIME,
    DURATION,
    NUMBER,
    Column,
    Summary,
    Table,
    clean,
    moment_text,
    shorten,
    text_of_html,
)

#: Tickets read at a time; memory holds no more of them, however many are exported.
CHUNK = 2000
#: Rows of a worksheet, the one with the headings not counted.
MAX_ROWS = 1_048_575
#: Characters of a text in a cell of Excel, and on paper and in mail.
SHEET_TEXT = 5000
PAPER_TEXT = 300

#: column -> (field of the ticket, width in characters)
_COLUMNS = {
    "number": ("number", 20),
    "name": ("name", 32),
    "description": ("description", 44),
    "type": ("type_id", 18),
    "group": ("group_id", 18),
    "creator": ("create_uid", 18),
    "performer": ("user_id", 18),
    "customer": ("partner_id", 24),
    "state": ("state", 14),
    "priority": ("priority", 12),
    "severity": ("severity", 12),
    "channel": ("channel", 14),
    "created_at": ("create_date", 17),
    "started_at": ("started_at", 17),
    "done_at": ("done_at", 17),
    "first_response_at": ("first_response_at", 17),
    "sla_deadline": ("sla_deadline", 17),
    "sla_state": ("sla_state", 12),
    "queue_seconds": ("queue_seconds", 12),
    "work_seconds": ("work_seconds", 12),
    "waiting_seconds": ("waiting_seconds", 12),
    "cause": ("cause", 26),
    "result": ("result", 32),
}
#: What is read of every ticket, whichever columns are asked for.
_ALWAYS = ("user_id", "state", "work_seconds", "waiting_seconds")
_DURATIONS = frozenset(("queue_seconds", "work_seconds", "waiting_seconds"))


class CaredeskReportReader(models.AbstractModel):
    """Reads tickets into the neutral table, with the rights and language of the user.

    Values come straight from the database, chunk by chunk: a hundred thousand tickets as records
    would cost several times the time and all of the memory.
    """

    _name = "caredesk.report.reader"
    _description = "Reader of Ticket Reports"

    @api.model
    def _read_table(self, domain, columns, title, filters=(), text_limit=PAPER_TEXT):
        """Return the :class:`Table` of the tickets in ``domain`` that the user may see.

        :param columns: records of ``caredesk.report.column``
        :param filters: pairs of label and text, what the user asked for
        :raise UserError: more tickets than a worksheet has rows
        """
        # Ids only, in one go: whatever is created or changed meanwhile moves no page of it.
        ticket_ids = self.env["caredesk.ticket"]._search(domain, order="id").get_result_ids()
        if len(ticket_ids) > MAX_ROWS:
            raise UserError(
                self.env._(
                    "%(count)s tickets are more than a sheet of Excel holds. Choose a shorter "
                    "period.",
                    count=len(ticket_ids),
                )
            )
        summary = self._new_summary()
        return Table(
            title=clean(title),
            filters=[(label, clean(text)) for label, text in filters],
            columns=[self._as_column(column) for column in columns],
            rows=self._read_rows(ticket_ids, columns.mapped("key"), summary, text_limit),
            summary=summary,
            count=len(ticket_ids),
            made=moment_text(self._to_local(fields.Datetime.now())),
        )

    @api.model
    def _as_column(self, column):
        field_name, width = _COLUMNS[column.key]
        kind = {"datetime": DATETIME}.get(self.env["caredesk.ticket"]._fields[field_name].type)
        if field_name in _DURATIONS:
            kind = DURATION
        return Column(column.key, column.name, *([kind] if kind else []), width=width)

    @api.model
    def _new_summary(self):
        return Summary(
            columns=[
                Column("performer", self.env._("Performer"), width=32),
                Column("tickets", self.env._("Tickets"), NUMBER, 12),
                Column("done", self.env._("Done"), NUMBER, 12),
                Column("work_seconds", self.env._("Work Time"), DURATION, 16),
                Column("waiting_seconds", self.env._("Waiting Time"), DURATION, 16),
                Column("average", self.env._("Work Time per Ticket"), DURATION, 22),
            ],
            title=self.env._("By Performer"),
            total_label=self.env._("Total"),
            nobody=self.env._("No performer"),
        )

    # === READING ===

    @api.model
    def _read_rows(self, ticket_ids, keys, summary, text_limit):
        """Yield the cells of one ticket after the other and count each in ``summary``."""
        wanted = list(dict.fromkeys([*_ALWAYS, *(_COLUMNS[key][0] for key in keys)]))
        if "partner_id" in wanted:
            wanted.append("partner_name")
        place = {name: index for index, name in enumerate(wanted)}
        names = {}  # model -> {id: name}: the same few people and groups all over
        converters = [self._converter(_COLUMNS[key][0], place, names, text_limit) for key in keys]
        performer, state, work, waiting = (place[name] for name in _ALWAYS)
        users = names.setdefault("res.users", {False: "", None: ""})
        for chunk in split_every(CHUNK, ticket_ids):
            rows = self._select(chunk, wanted)
            self._learn_names(rows, place, names)
            for row in rows:
                user_id = row[performer]
                summary.add(user_id, users[user_id], row[state], row[work], row[waiting])
                yield [convert(row) for convert in converters]

    @api.model
    def _select(self, ticket_ids, field_names):
        """Return the values of these tickets as tuples; those gone meanwhile are left out."""
        tickets = self.env["caredesk.ticket"].with_context(active_test=False)
        query = tickets._search([("id", "in", ticket_ids)])
        query.order = SQL.identifier(query.table, "id")
        return self.env.execute_query(
            query.select(*[self._column_sql(tickets, name, query) for name in field_names])
        )

    @api.model
    def _column_sql(self, tickets, name, query):
        """Return a column; moments in the reader's time zone, which PostgreSQL knows faster."""
        column = tickets._field_to_sql(query.table, name, query)
        if tickets._fields[name].type != "datetime":
            return column
        return SQL("timezone(%s, timezone('UTC', %s))", self.env.tz.zone, column)

    @api.model
    def _learn_names(self, rows, place, names):
        """Look the names up of records that appear for the first time."""
        for field_name, index in place.items():
            field = self.env["caredesk.ticket"]._fields[field_name]
            if field.type != "many2one":
                continue
            known = names.setdefault(field.comodel_name, {False: "", None: ""})
            new_ids = {row[index] for row in rows} - known.keys()
            if not new_ids:
                continue
            # sudo: names of what a ticket refers to; the rules of the ticket were applied
            records = self.env[field.comodel_name].sudo().browse(new_ids)
            # The name of a customer is stored; putting it together would cost half of all the time.
            stored = "complete_name" if field.comodel_name == "res.partner" else "display_name"
            known.update((record.id, clean(record[stored])) for record in records)
            records.invalidate_recordset()

    # === CELLS ===

    @api.model
    def _converter(self, field_name, place, names, text_limit):
        """Return a function that makes the cell of a field out of a row."""
        get = itemgetter(place[field_name])
        field = self.env["caredesk.ticket"]._fields[field_name]
        if field_name in _DURATIONS or field.type == "datetime":
            return get
        if field_name == "partner_id":
            return self._customer_converter(get, itemgetter(place["partner_name"]), names)
        makers = {
            "many2one": lambda: names.setdefault(field.comodel_name, {False: "", None: ""}).get,
            "selection": lambda: dict(field._description_selection(self.env)).get,
            "html": lambda: self._text_maker(text_of_html, text_limit),
        }
        make = makers.get(field.type, lambda: self._text_maker(clean, text_limit))()
        if field.type == "selection":
            return lambda row: make(get(row)) or ""
        return lambda row: make(get(row))

    @api.model
    def _text_maker(self, text_of, limit):
        if limit > PAPER_TEXT:
            return lambda value: shorten(text_of(value), limit)
        # Lines of a mail one below the other would fill pages of paper.
        return lambda value: shorten(text_of(value).replace("\n", " "), limit)

    @api.model
    def _customer_converter(self, get_id, get_name, names):
        """A customer who is not in the contacts is known by what he wrote as his name."""
        known = names.setdefault("res.partner", {False: "", None: ""})
        return lambda row: known[get_id(row)] or clean(get_name(row))

    @api.model
    def _to_local(self, moment):
        return pytz.utc.localize(moment).astimezone(self.env.tz).replace(tzinfo=None)
