"""Two Odoo nodes on one database: everything either of them does holds for both.

Real servers with web, websocket and scheduled actions each. People talk to them over HTTP: they
create tickets on both at once and finish them, read lists, the pages of the portal and the
dashboard meanwhile, send the same answer on both, change settings on one and see them on the other,
and get a notice on the node they are connected to of what happened on the other. Both run
the scheduled actions the whole time.
"""

import contextlib
import threading
import time
from collections import Counter

import psycopg2

from tools.devkit import server

from . import invariants, node_portal
from .harness import Context
from .node_client import PASSWORD, Browser, Ear, guarded

GROUPS, AGENTS = 2, 8
#: Tickets each desk creates; two desks a node.
SHARE, SHARE_SMALL = 60, 12
DESKS = 4
#: Changes of a setting, and tickets given to somebody on the other node.
ROUNDS, ROUNDS_SMALL = 20, 6
#: Seconds until a notice must be there, and until the scheduled actions must be through.
PATIENCE = 20.0
QUIET = 90.0
TICKET, POLICY = "caredesk.ticket", "caredesk.sla.policy"

_WAKE = """
UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC'
 WHERE id IN (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND module LIKE 'caredesk%')
"""
_PENDING = "SELECT count(*) FROM caredesk_ticket_assignment WHERE notice_pending"
#: Who was told how often of the same ticket by mail or in the inbox, more often than given to him.
_TOLD_TWICE = """
SELECT told.res_id, told.partner_id, told.times, given.times
  FROM (SELECT message.res_id, notice.res_partner_id AS partner_id, count(*) AS times
          FROM mail_message message JOIN mail_notification notice
            ON notice.mail_message_id = message.id
         WHERE message.model = 'caredesk.ticket' AND message_type = 'user_notification'
         GROUP BY 1, 2) told
  JOIN (SELECT ticket_id, users.partner_id, count(*) AS times FROM caredesk_ticket_assignment
          JOIN res_users users ON users.id = to_user_id GROUP BY 1, 2) given
    ON given.ticket_id = told.res_id AND given.partner_id = told.partner_id
 WHERE told.times > given.times
"""


def run(ctx: Context) -> dict:
    """Start two nodes, let people use both, and judge.

    tried: tickets created, settings changed and notices due; lost: those that are not there or did
    not arrive; duplicated: those that are there or arrived twice.
    """
    plan = ctx.call("tests.system.two_nodes:prepare")
    with contextlib.closing(ctx.connect()) as connection, _nodes(ctx) as nodes:
        invariants.watch(connection)
        small = ctx.small
        noticed = _notices(nodes, plan, ROUNDS_SMALL if small else ROUNDS)
        settings = _settings(ctx, nodes, plan, ROUNDS_SMALL if small else ROUNDS)
        visited = node_portal.visit(nodes, plan, ROUNDS_SMALL if small else ROUNDS)
        plan["ticket_id"] = visited["ticket_id"]
        worked = _work(ctx, nodes, plan, SHARE_SMALL if small else SHARE)
        left = _finish(ctx)
        ctx.call("tests.system.writers:dispatch")
        wrong = invariants.check(connection, plan["group_ids"])
    there = Counter(name for (name,) in ctx.sql("SELECT name FROM caredesk_ticket"))
    lost = [f"lost: {name}" for name in worked["created"] if not there[name]]
    lost += noticed["lost"] + visited["lost"]
    twice = [f"duplicated: {name}" for name in worked["created"] if there[name] > 1]
    twice += noticed["twice"] + visited["twice"]
    twice += [f"told too often: {row}" for row in ctx.sql(_TOLD_TWICE)]
    wrong += settings["wrong"] + visited["wrong"] + worked["wrong"]
    wrong += [f"{left} notices are still to be sent"] if left else []
    return {
        "id": "two_nodes",
        "tried": len(worked["created"])
        + sum(part["tried"] for part in (noticed, settings, visited)),
        "lost": len(lost),
        "duplicated": len(twice),
        "violations": len(wrong),
        "ok": not (lost or twice or wrong),
        "details": [*lost, *twice, *wrong],
        "notes": [worked["words"], f"notices seen on the other node: {noticed['tried']}"],
    }


@contextlib.contextmanager
def _nodes(ctx: Context):
    """Start two servers on the scenario's database; yield their addresses."""
    names = [f"{ctx.db}_{number}" for number in (1, 2)]
    try:
        yield [
            server.start(ctx.tools, ctx.db, name=name, cron_threads=1, extra=["--log-level=warn"])
            for name in names
        ]
    finally:
        for name in names:
            server.stop(ctx.tools.workspace, name)


# --- what happens on one node is seen on the other ---


def _notices(nodes, plan: dict, rounds: int) -> dict:
    """Give tickets to somebody on one node whose screen is connected to the other."""
    found = {"tried": 0, "lost": [], "twice": []}
    for place, (here, there) in enumerate((nodes, nodes[::-1])):
        agent = plan["agents"][place]
        boss = Browser(here, plan["boss"], PASSWORD)
        with Ear(Browser(there, agent["login"], PASSWORD)) as ear:
            for number in range(rounds // 2):
                name = f"Notice {place}.{number}"
                vals = {"name": name, "group_id": agent["group_id"], "user_id": agent["uid"]}
                boss.call(TICKET, "create", vals)
                heard = ear.wait_for(name, PATIENCE)
                found["tried"] += 1
                found["lost"] += [] if heard else [f"lost: «{name}» was not heard"]
            time.sleep(1)
            found["twice"] += [
                f"duplicated: «{text}» was heard {times} times"
                for text, times in ear.heard().items()
                if times > 1
            ]
    return found


def _settings(ctx: Context, nodes, plan: dict, rounds: int) -> dict:
    """Change what is cached in memory on one node, and create a ticket on the other at once."""
    admins = [Browser(node, "admin", "admin") for node in nodes]
    wrong = []
    for number in range(rounds):
        here, there = (admins[number % 2], admins[1 - number % 2])
        hours = 10 + number
        here.call(POLICY, "write", [plan["policy_id"]], {"hours": hours})
        (ticket_id,) = there.call(
            TICKET, "create", [{"name": f"Setting {number}", "group_id": plan["group_ids"][0]}]
        )
        ((seconds,),) = ctx.sql(
            "SELECT allowed_seconds FROM caredesk_sla_status WHERE ticket_id = %s", [ticket_id]
        )
        if seconds != hours * 3600:
            wrong.append(f"promised {seconds} s after the change to {hours} h on the other node")
    return {"tried": rounds, "wrong": wrong}


# --- a day on both nodes ---


def _work(ctx: Context, nodes, plan: dict, share: int) -> dict:
    """Create and finish tickets on both nodes at once, while others read and all crons run."""
    stop = threading.Event()
    created: list[str] = []
    wrong: list[str] = []
    counts: Counter = Counter()
    desks = [
        threading.Thread(
            target=guarded,
            args=(wrong, _desk, nodes[desk % 2], plan, desk, share, created, counts),
        )
        for desk in range(DESKS)
    ]
    # One after the other: of two first log-ins of one person at once Odoo itself refuses one.
    readers = [
        [Browser(node, plan[who], PASSWORD) for who in ("boss", "customer")] for node in nodes
    ]
    others = [
        threading.Thread(target=guarded, args=(wrong, _read, *reader, plan, stop, counts))
        for reader in readers
    ]
    others.append(threading.Thread(target=guarded, args=(wrong, _wake, ctx, stop)))
    _let_run(desks, others, stop)
    needed = ("create", "complete", "list", "page")
    wrong += [f"work stopped: nobody managed to {deed}" for deed in needed if not counts[deed]]
    words = ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
    return {"created": created, "wrong": wrong, "words": words}


def _let_run(desks: list, others: list, stop: threading.Event) -> None:
    """Let all work until the desks are through."""
    for thread in [*desks, *others]:
        thread.start()
    for thread in desks:
        thread.join()
    stop.set()
    for thread in others:
        thread.join()


def _desk(node, plan: dict, desk: int, share: int, created: list[str], counts: Counter) -> None:
    """Create tickets and let their performers, who work on this node, finish them."""
    creator = Browser(node, plan["creators"][desk % len(plan["creators"])], PASSWORD)
    mine = plan["agents"][desk::DESKS]
    people = {agent["uid"]: Browser(node, agent["login"], PASSWORD) for agent in mine}
    for number in range(share):
        name = f"Desk {desk}.{number}"
        group_id = plan["group_ids"][number % GROUPS]
        creator.call(TICKET, "create", {"name": name, "group_id": group_id})
        created.append(name)
        counts["create"] += 1
        for uid, browser in people.items():
            held = [("user_id", "=", uid), ("state", "in", ["todo", "in_progress"])]
            for ticket in browser.call(TICKET, "search_read", held, ["state"], limit=1):
                if ticket["state"] == "todo":
                    browser.call(TICKET, "action_start", [ticket["id"]])
                browser.call(TICKET, "action_complete", [ticket["id"]], "Xong")
                counts["complete"] += 1


def _read(boss: Browser, customer: Browser, plan: dict, stop: threading.Event, counts) -> None:
    """Read the list, the dashboard where there is one, and the customer's portal."""
    while not stop.is_set():
        boss.call(TICKET, "web_search_read", [("is_open", "=", True)], {"name": {}}, limit=80)
        counts["list"] += 1
        if plan["dashboard"]:
            boss.call("caredesk.ticket.dashboard", "get_figures", {})
            counts["dashboard"] += 1
        for path in ("/my", "/my/tickets", f"/my/tickets/{plan['ticket_id']}"):
            customer.page(path)
            counts["page"] += 1
        stop.wait(0.1)


def _wake(ctx: Context, stop: threading.Event) -> None:
    """Make the scheduled actions due again and again; both nodes hear of it."""
    while not stop.wait(2):
        _wake_schedulers(ctx)


def _wake_schedulers(ctx: Context) -> None:
    ctx.sql(_WAKE)
    with contextlib.closing(psycopg2.connect(dbname="postgres")) as connection:
        connection.autocommit = True
        connection.cursor().execute("SELECT pg_notify('cron_trigger', %s)", [ctx.db])


def _finish(ctx: Context) -> int:
    """Wait until the scheduled actions have told everybody; return how many notices are left."""
    deadline = time.monotonic() + QUIET
    while time.monotonic() < deadline:
        _wake_schedulers(ctx)
        time.sleep(2)
        ((left,),) = ctx.sql(_PENDING)
        if not left:
            break
    return left


# --- in a process of its own ---


def prepare(worker) -> dict:
    """Hire a department whose people can log in, and a customer with access to the portal."""
    from . import staff as departments

    hired = departments.hire(worker, GROUPS, AGENTS, [2], seed=0, varied=False)
    with worker.env() as env:
        people = env["res.users"].browse(
            [*(agent["uid"] for agent in hired["agents"]), *hired["creator_uids"]]
        )
        boss = env["res.users"].browse(hired["manager_uids"][0])
        customer = env["res.users"].create(
            {
                "name": "Chị Lan",
                "login": "two_nodes_customer",
                "partner_id": hired["partner_ids"][0],
                "group_ids": [(6, 0, [env.ref("base.group_portal").id])],
            }
        )
        (people | boss | customer).write({"password": PASSWORD})
        policy = env[POLICY].search([("group_id", "=", hired["group_ids"][0])], limit=1)
        return {
            "group_ids": hired["group_ids"],
            "policy_id": policy.id,
            "agents": [
                {"uid": user.id, "login": user.login, "group_id": agent["group_ids"][0]}
                for user, agent in zip(people, hired["agents"], strict=False)
            ],
            "creators": env["res.users"].browse(hired["creator_uids"]).mapped("login"),
            "boss": boss.login,
            "customer": customer.login,
            "type_id": hired["type_of_group"][hired["group_ids"][0]],
            "dashboard": "caredesk.ticket.dashboard" in env,
        }
