"""A firm's years: tickets that were really lived, copied by SQL with all that belongs to them.

The models are tickets that went through the buttons (`history.py`). A copy gets its own number,
customer, serial number and time; every other column, and every row of every table that belongs to
the ticket, is what the ORM and the steps of the life cycle made of the model. New columns and
tables are copied without a change here.
"""

import contextlib
from collections.abc import Iterator

from psycopg2.extras import execute_values

from tools.demo_data.people import person

#: Of a hundred copies so many are still open or not closed; the rest is history.
PRESENT_PERCENT = 4
#: How far back the history reaches. Whole weeks keep deadlines inside working hours.
WEEKS = 156
#: Tickets of one customer.
PER_CUSTOMER = 20
#: Tickets between two lines about the progress.
CHUNK = 100_000

#: What a copy must not share with its model: secrets, marks for scheduled actions, ties.
_OWN = {
    "access_token": "NULL",
    "auto_reply_pending": "NULL",
    "message_main_attachment_id": "NULL",
    "notice": "NULL",
    "notice_pending": "false",
    "source_message_id": "NULL",
    "status_mail_pending": "NULL",
}
_TICKET = {
    **_OWN,
    "id": "copy.id",
    "number": "copy.number",
    "name": "model.name || ' (SN ' || copy.serial || ')'",
    "partner_id": "customer.id",
    "partner_name": "customer.name",
    "email_from": "customer.email",
    "phone": "customer.phone",
    "search_text": "concat_ws(' ', lower(copy.number), part.title || ' (sn ' || lower(copy.serial)"
    " || ')', customer.folded, customer.email, part.body, customer.digits)",
}
_PARTNER = {
    "id": "customer.id",
    "name": "customer.name",
    "complete_name": "customer.name",
    "email": "customer.email",
    "email_normalized": "customer.email",
    "phone": "customer.phone",
    "phone_sanitized": "'+84' || customer.digits",
    "commercial_partner_id": "customer.id",
    "parent_id": "NULL",
    "ref": "NULL",
    "barcode": "NULL",
    "vat": "NULL",
}
_MODELS = """
SELECT id, state IN ('unassigned', 'waiting') OR (state = 'done' AND is_closed IS NOT TRUE)
  FROM caredesk_ticket ticket
 WHERE partner_id IS NOT NULL AND merged_into_id IS NULL AND parent_id IS NULL AND active
   AND state NOT IN ('todo', 'in_progress') AND snooze_until IS NULL
   AND NOT EXISTS (SELECT FROM caredesk_ticket merged WHERE merged.merged_into_id = ticket.id)
   AND name NOT LIKE '% (SN %' ORDER BY id
"""
_COPIES = """
INSERT INTO seed_copy (model_id, customer_no, number, serial, shift)
SELECT (%(models)s)[1 + (place * 7919) %% %(model_count)s], (place * 31) %% %(customers)s, number,
       upper(substr(md5(place::text || 'sn'), 1, 8)),
       (CASE WHEN %(present)s THEN 0
        ELSE 1 + (%(total)s - place) * %(weeks)s / %(total)s END) * interval '7 days'
  FROM unnest(%(numbers)s) WITH ORDINALITY AS given(number, nth)
 CROSS JOIN LATERAL (SELECT %(first)s + nth - 1) AS at(place)
"""


class NoModels(Exception):
    """There is no finished ticket of a customer to copy; play the past first."""


def make(env, count: int, say=print) -> None:
    """Add `count` tickets, the oldest first; commits nothing.

    :raise NoModels: nothing to copy
    """
    cr = env.cr
    _prepare(env, max(10, count // PER_CUSTOMER))
    tables = _companions(env)
    touched = ["caredesk_ticket", *tables, "mail_message", "mail_followers"]
    with _quick(cr, touched if count >= CHUNK else []):
        for first, size, present in _portions(count):
            _choose(env, first, size, count, present)
            _copy_tickets(cr)
            for table, column in tables.items():
                _copy_companion(cr, table, column)
            _copy_messages(cr)
            _copy_followers(cr)
            say(f"{first + size} of {count}", flush=True)
    env.invalidate_all(flush=False)


def _portions(count: int) -> Iterator[tuple[int, int, bool]]:
    """Yield first place, number of tickets and whether they are present ones."""
    past = count * (100 - PRESENT_PERCENT) // 100
    for begin, end, present in ((0, past, False), (past, count, True)):
        for first in range(begin, end, CHUNK):
            yield first, min(CHUNK, end - first), present


# --- what is copied, and for whom ---


def _prepare(env, customers: int) -> None:
    """Choose the models, and make the customers with what searching needs of both."""
    from odoo.tools import html2plaintext

    from odoo.addons.caredesk_ticket.domain.search_text import fold

    cr = env.cr
    env.flush_all()
    cr.execute(_MODELS)
    models = cr.fetchall()
    if len({present for _id, present in models}) < 2:
        raise NoModels("There are no finished and waiting tickets of customers to copy.")
    cr.execute(
        "CREATE TEMP TABLE seed_model (id int, present bool, title text, body text) ON COMMIT DROP;"
        "CREATE TEMP TABLE seed_customer (no int PRIMARY KEY, id int, name text, folded text,"
        " email text, phone text, digits text) ON COMMIT DROP;"
        "CREATE TEMP TABLE seed_copy (id int DEFAULT nextval('caredesk_ticket_id_seq'),"
        " model_id int, customer_no int, number text, serial text, shift interval) ON COMMIT DROP"
    )
    present_of = dict(models)
    rows = []
    for ticket in env["caredesk.ticket"].browse(present_of):
        body = fold(html2plaintext(ticket.description or ""))[:4000]
        rows.append((ticket.id, present_of[ticket.id], fold(ticket.name), body or None))
    execute_values(cr._obj, "INSERT INTO seed_model VALUES %s", rows)
    people = [(number, *person(number, fold)) for number in range(customers)]
    execute_values(
        cr._obj,
        "INSERT INTO seed_customer (no, name, folded, email, phone, digits) VALUES %s",
        people,
        page_size=1000,
    )
    cr.execute("UPDATE seed_customer SET id = nextval('res_partner_id_seq')")
    cr.execute(
        "SELECT max(partner_id) FROM caredesk_ticket JOIN seed_model USING (id)"
        " JOIN res_partner partner ON partner.id = partner_id AND NOT partner.is_company"
    )
    (pattern_id,) = cr.fetchone()
    columns, values = _expressions(cr, "res_partner", _PARTNER, shift=None)
    cr.execute(
        f"INSERT INTO res_partner ({columns}) SELECT {values}"  # noqa: S608 - names of columns
        " FROM seed_customer customer JOIN res_partner model ON model.id = %s",
        [pattern_id],
    )
    cr.execute("ANALYZE seed_model, seed_customer")


def _choose(env, first: int, size: int, total: int, present: bool) -> None:
    """Say for each new ticket which model it follows, when, for whom, with which number."""
    cr = env.cr
    cr.execute("TRUNCATE seed_copy")
    cr.execute("SELECT array_agg(id ORDER BY id) FROM seed_model WHERE present = %s", [present])
    (models,) = cr.fetchone()
    cr.execute("SELECT count(*) FROM seed_customer")
    (customers,) = cr.fetchone()
    numbers = env["caredesk.ticket"]._next_numbers(env.company.id, size)
    cr.execute(
        _COPIES,
        {
            "models": models,
            "model_count": len(models),
            "customers": customers,
            "numbers": numbers,
            "first": first,
            "total": total,
            "weeks": WEEKS,
            "present": present,
        },
    )
    cr.execute("ANALYZE seed_copy")


# --- copying ---

_FROM = (
    " FROM seed_copy copy JOIN caredesk_ticket ticket ON ticket.id = copy.model_id"
    " JOIN seed_model part ON part.id = copy.model_id"
    " JOIN seed_customer customer ON customer.no = copy.customer_no"
)


def _copy_tickets(cr) -> None:
    columns, values = _expressions(cr, "caredesk_ticket", _TICKET)
    cr.execute(
        f"INSERT INTO caredesk_ticket ({columns}) SELECT {values} {_FROM}"  # noqa: S608
        " JOIN caredesk_ticket model ON model.id = copy.model_id ORDER BY copy.id"
    )


def _companions(env) -> dict[str, str]:
    """Return the tables whose rows belong to one ticket, and by which column."""
    passing = {model._table for model in env.registry.values() if model._transient}
    env.cr.execute(
        "SELECT line.conrelid::regclass::text, max(attname) FROM pg_constraint line"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
        " WHERE contype = 'f' AND confrelid = 'caredesk_ticket'::regclass AND confdeltype = 'c'"
        " AND conrelid <> confrelid GROUP BY 1 HAVING count(*) = 1 ORDER BY 1"
    )
    passing.add("caredesk_ticket_viewer")  # who looks at it in this minute
    return {table: column for table, column in env.cr.fetchall() if table not in passing}


def _copy_companion(cr, table: str, column: str) -> None:
    columns, values = _expressions(cr, table, {**_OWN, column: "copy.id"}, "id")
    cr.execute(
        "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id'", [table]
    )
    order = "copy.id, model.id" if cr.fetchone() else "copy.id"
    cr.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} {_FROM}"  # noqa: S608
        f" JOIN {table} model ON model.{column} = copy.model_id ORDER BY {order}"
    )


def _copy_messages(cr) -> None:
    """Copy the conversations: answers stay answers, and what the customer wrote is his."""
    cr.execute(
        "CREATE TEMP TABLE seed_message ON COMMIT DROP AS"
        " SELECT nextval('mail_message_id_seq')::int AS id, model.id AS model_id, copy.id AS res_id"
        "  FROM seed_copy copy JOIN mail_message model"
        "    ON model.model = 'caredesk.ticket' AND model.res_id = copy.model_id"
        " ORDER BY copy.id, model.id;"
        "CREATE INDEX ON seed_message (res_id, model_id); ANALYZE seed_message"
    )
    own = {
        "id": "said.id",
        "res_id": "said.res_id",
        "parent_id": "(SELECT id FROM seed_message above WHERE above.res_id = said.res_id"
        " AND above.model_id = model.parent_id)",
        "message_id": "'<seed.' || said.id || '@caredesk>'",
        "author_id": "CASE WHEN model.author_id = ticket.partner_id THEN customer.id"
        " ELSE model.author_id END",
    }
    columns, values = _expressions(cr, "mail_message", own)
    cr.execute(
        f"INSERT INTO mail_message ({columns}) SELECT {values} {_FROM}"  # noqa: S608
        " JOIN seed_message said ON said.res_id = copy.id"
        " JOIN mail_message model ON model.id = said.model_id ORDER BY said.id"
    )
    columns, values = _expressions(cr, "mail_tracking_value", {"mail_message_id": "said.id"}, "id")
    cr.execute(
        f"INSERT INTO mail_tracking_value ({columns}) SELECT {values}"  # noqa: S608
        " FROM seed_message said JOIN seed_copy copy ON copy.id = said.res_id"
        " JOIN mail_tracking_value model ON model.mail_message_id = said.model_id"
    )
    cr.execute("DROP TABLE seed_message")


def _copy_followers(cr) -> None:
    cr.execute(
        "CREATE TEMP TABLE seed_follower ON COMMIT DROP AS"  # noqa: S608 - names from here
        " SELECT nextval('mail_followers_id_seq')::int AS id, model.id AS model_id,"
        "        copy.id AS res_id, CASE WHEN model.partner_id = ticket.partner_id"
        f"        THEN customer.id ELSE model.partner_id END AS partner_id {_FROM}"
        " JOIN mail_followers model ON model.res_model = 'caredesk.ticket'"
        "  AND model.res_id = copy.model_id ORDER BY copy.id, model.id;"
        "INSERT INTO mail_followers (id, res_model, res_id, partner_id)"
        " SELECT id, 'caredesk.ticket', res_id, partner_id FROM seed_follower;"
        "INSERT INTO mail_followers_mail_message_subtype_rel"
        " SELECT follower.id, mail_message_subtype_id FROM seed_follower follower"
        " JOIN mail_followers_mail_message_subtype_rel ON mail_followers_id = follower.model_id;"
        "DROP TABLE seed_follower"
    )


def _expressions(
    cr, table: str, own: dict, skipped: str | None = None, shift: str | None = "copy.shift"
) -> tuple[str, str]:
    """Return the columns of a table and what a copy has in each, as SQL.

    :param own: columns with a value of their own; those the table lacks do not matter
    :param shift: how far moments lie back; None: as in the model
    """
    cr.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = current_schema AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    values = {}
    for column, kind in cr.fetchall():
        if column == skipped:
            continue
        value = f'model."{column}"'
        if shift and (kind.startswith("timestamp") or kind == "date"):
            value = f"({value} - {shift})::{'date' if kind == 'date' else 'timestamp'}"
        values[f'"{column}"'] = own.get(column, value)
    return ", ".join(values), ", ".join(values.values())


@contextlib.contextmanager
def _quick(cr, tables: list[str]) -> Iterator[None]:
    """Fill tables without looking up each reference, and make their indexes afterwards.

    The rows refer to what their models refer to. Only a database superuser may skip the look-ups.
    """
    cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cr.fetchone()[0]:
        cr.execute("SET LOCAL session_replication_role = replica")
    cr.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [tables],
    )
    indexes = [row for row in cr.fetchall() if "_model_res_id_idx" not in row[0]]
    indexes = [row for row in indexes if not row[0].endswith("ticket_id_index")]
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    yield
    cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, definition in indexes:
        cr.execute(definition)
