"""What people read, asked the way their browser asks; runs in a process of its own.

Beside it the bare SQL for the same: same rows, same columns, same index.
"""

from datetime import datetime, timedelta

from .subject import timed

TICKET, DASHBOARD = "caredesk.ticket", "caredesk.ticket.dashboard"
#: Calls that make one figure; each costs some milliseconds.
REPEAT = 10
PAGE = 80
#: The list counts so far and shows «1000+».
COUNT_LIMIT = 1_001
#: What the list shows, as the browser asks for it.
COLUMNS = {
    "is_open": {},
    "number": {},
    "name": {},
    "partner_name": {},
    "priority": {},
    "state": {},
    "sla_state": {},
    "sla_deadline": {},
    "create_date": {},
    "work_seconds": {},
    "user_id": {"fields": {"display_name": {}}},
    "stage_id": {"fields": {"display_name": {}}},
}
#: What people type: words that are everywhere, a name, a serial number, a phone number.
QUERIES = ("máy in", "nguyen van an", "phan mem hoa don", "SN 1673AC8D", "0900 000 469")

_OPEN = "('unassigned', 'todo', 'in_progress', 'waiting')"
_SEARCH_RAW = f"""
WITH found AS MATERIALIZED (SELECT * FROM caredesk_ticket ticket
                             WHERE ticket.active AND ticket.company_id = 1 AND {{condition}})
SELECT found.id, number, found.name, partner_name, priority, found.state, sla_state, sla_deadline,
       found.create_date, work_seconds_closed, clock_kind, clock_started_at, user_id,
       performer.login, stage_id, stage.name, (SELECT count(*) FROM found)
  FROM found LEFT JOIN res_users performer ON performer.id = user_id
  LEFT JOIN caredesk_ticket_stage stage ON stage.id = stage_id
 ORDER BY found.priority DESC, found.severity DESC, found.sla_deadline, found.id LIMIT {PAGE}
"""  # noqa: S608 - numbers and conditions from here
_DASHBOARD_RAW = f"""
SELECT state, priority, severity, channel, type_id, group_id, received::date, done::date,
       count(*), count(*) FILTER (WHERE open),
       count(*) FILTER (WHERE state = 'waiting' AND clock_started_at < %(since)s),
       count(*) FILTER (WHERE open AND (sla_state = 'failed' OR sla_deadline < %(now)s
                                        OR deadline_at < %(now)s)),
       count(*) FILTER (WHERE open AND (sla_state = 'near' OR deadline_at < %(soon)s)),
       sum(extract(epoch FROM first_response_at - received)),
       count(first_response_at) FILTER (WHERE received IS NOT NULL),
       sum(extract(epoch FROM done - create_date)),
       count(*) FILTER (WHERE done IS NOT NULL AND sla_state = 'reached'),
       count(*) FILTER (WHERE done IS NOT NULL AND sla_state = 'failed')
  FROM (SELECT ticket.*, state IN {_OPEN} AS open,
               CASE WHEN create_date >= %(begin)s THEN create_date END AS received,
               CASE WHEN state = 'done' AND done_at >= %(begin)s THEN done_at END AS done
          FROM caredesk_ticket ticket WHERE active AND company_id = 1
           AND (state IN {_OPEN} OR create_date >= %(begin)s
                OR state = 'done' AND done_at >= %(begin)s)) AS looked_at
 GROUP BY GROUPING SETS ((state), (priority), (severity), (channel), (type_id), (group_id),
                         (received::date), (done::date), ())
"""  # noqa: S608

_who: dict[str, int] = {}


def prepare(worker) -> None:
    """Look up who asks: an agent, and a manager, of the demo company."""
    with worker.env() as env:
        _who["agent"] = env.ref("caredesk_ticket.user_tuan").id
        _who["manager"] = env.ref("caredesk_ticket.user_son").id


def list_page(worker) -> float:
    """Open «My Groups' Tickets», open ones, the most urgent first; return seconds a page."""
    domain = _my_groups()
    return timed(lambda: [_page(worker, "agent", domain) for _call in range(REPEAT)]) / REPEAT


def list_total(worker) -> float:
    """Open the list of all tickets, finished ones included; return seconds a page."""
    return timed(lambda: [_page(worker, "manager", []) for _call in range(REPEAT)]) / REPEAT


def board(worker) -> float:
    """Open the board of all open tickets by state, with ten cards a column; return seconds."""
    domain = [("is_open", "=", True)]
    options = {
        "groupby": ["state"],
        "aggregates": ["__count"],
        "auto_unfold": True,
        "unfold_read_specification": COLUMNS,
        "unfold_read_default_limit": 10,
    }
    return timed(lambda: worker.rpc(_who["manager"], TICKET, "web_read_group", domain, **options))


def search(worker) -> float:
    """Search what people type, first page and number found; return seconds for all of it."""
    return timed(
        lambda: [_page(worker, "manager", [("search_any", "ilike", text)]) for text in QUERIES]
    )


def search_raw(worker) -> float:
    """The same in bare SQL, a transaction each."""
    return timed(lambda: [_raw_search(worker, text) for text in QUERIES])


def dashboard(worker) -> float:
    """Read all figures of the dashboard; return the seconds."""
    return timed(worker.rpc, _who["manager"], DASHBOARD, "get_figures", {})


def dashboard_raw(worker) -> float:
    """One pass of bare SQL over the same tickets, for the same figures."""
    return timed(_raw_dashboard, worker)


def check(worker, row: str) -> list[str]:
    """Return what our answer and the bare SQL's do not have in common."""
    if row == "ticket_search_1m":
        return [text for text in QUERIES if _found(worker, text) != _raw_search(worker, text)]
    if row == "dashboard_1m":
        figures = worker.rpc(_who["manager"], DASHBOARD, "get_figures", {})["figures"]
        total = max(_raw_dashboard(worker), key=lambda line: line[8])
        if figures["open"]["count"] != total[9]:
            return [f"{figures['open']['count']} open tickets, by SQL {total[9]}"]
    return []


def _my_groups() -> list:
    return [("is_of_my_groups", "=", True), ("is_open", "=", True)]


def _page(worker, who: str, domain: list) -> dict:
    return worker.rpc(
        _who[who],
        TICKET,
        "web_search_read",
        domain,
        COLUMNS,
        limit=PAGE,
        count_limit=COUNT_LIMIT,
    )


def _found(worker, text: str) -> list:
    page = _page(worker, "manager", [("search_any", "ilike", text)])
    return [page["length"], [row["id"] for row in page["records"]]]


def _raw_search(worker, text: str) -> list:
    """Return how many tickets were found, at most as far as one counts, and the first page."""
    from odoo.addons.caredesk_ticket.domain.search_text import search_terms, word_regex

    parts, values = [], []
    for term in search_terms(text):
        regex = word_regex(term)
        parts.append(f"ticket.search_text {'~' if regex else 'LIKE'} %s")
        values.append(regex or f"%{term}%")
    condition = " AND ".join(parts)
    with worker.env() as env:
        env.cr.execute(_SEARCH_RAW.format(condition=condition), values)
        rows = env.cr.fetchall()
    number = rows[0][-1] if rows else 0
    return [min(number, COUNT_LIMIT), [row[0] for row in rows]]


def _raw_dashboard(worker) -> list[tuple]:
    now = datetime.now().replace(microsecond=0)
    midnight = datetime.combine(now.date(), datetime.min.time()) - timedelta(hours=7)
    moments = {
        "now": now,
        "since": now - timedelta(days=3),
        "soon": now + timedelta(days=1),
        "begin": midnight - timedelta(days=29),
    }
    with worker.env() as env:
        env.cr.execute(_DASHBOARD_RAW, moments)
        return env.cr.fetchall()
