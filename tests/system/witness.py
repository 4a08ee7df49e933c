"""A witness in the database: triggers that write down every change in the order of the commits.

Time stamps cannot tell which of two transactions of the same second came first, and history rows
are written by the code under test. The witness is made of deferred triggers, which fire when a
transaction commits; nothing of CareDesk knows of it. Whatever saw the effect of a transaction
therefore stands after it.
"""

import json
from dataclasses import dataclass

_SCHEMA = """
CREATE SCHEMA witness;
CREATE TABLE witness.event (
    id bigserial PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    kind text NOT NULL,
    content jsonb NOT NULL
);
CREATE FUNCTION witness.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO witness.event (kind, content) VALUES (TG_ARGV[0], to_jsonb(NEW));
    RETURN NULL;
END $$;
"""

#: kind of event -> (table, columns whose change makes an event)
_WATCHED = {
    "ticket": ("caredesk_ticket", ("state", "user_id", "group_id")),
    "assignment": ("caredesk_ticket_assignment", ("ticket_id",)),
    "seat": ("caredesk_support_member", ("capacity", "active", "user_id", "group_id")),
    "agent": ("caredesk_support_agent", ("is_away",)),
}


@dataclass(frozen=True)
class Event:
    """One row as one transaction left it."""

    kind: str
    row: dict
    at: str


def install(cursor) -> None:
    """Set the triggers and write down what is there already."""
    cursor.execute(_SCHEMA)
    for kind, (table, columns) in _WATCHED.items():
        cursor.execute(f"SELECT to_jsonb(one) FROM {table} one")  # noqa: S608 - a name from above
        for (content,) in cursor.fetchall():
            cursor.execute(
                "INSERT INTO witness.event (kind, content) VALUES (%s, %s)",
                (kind, json.dumps(content)),
            )
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
        for moment, condition in (("INSERT", "true"), ("UPDATE", changed)):
            cursor.execute(
                f"CREATE CONSTRAINT TRIGGER witness_{moment.lower()} AFTER {moment} ON {table}"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                f" WHEN ({condition}) EXECUTE FUNCTION witness.note('{kind}')"
            )


def transactions(cursor) -> list[list[Event]]:
    """Return the events, one list a transaction, in the order of the commits."""
    cursor.execute(
        "SELECT xid::text, kind, content, at::text,"
        " max(id) OVER (PARTITION BY xid) AS place FROM witness.event ORDER BY place, id"
    )
    groups: dict[str, list[Event]] = {}
    for xid, kind, row, at, _place in cursor.fetchall():
        groups.setdefault(xid, []).append(Event(kind, row, at))
    return list(groups.values())
