"""Row `schedule_generate_100k`: the care of 100,000 bought lines, four occasions each.

The peer makes bare tasks, as many and with the same content, by the ORM's `create` in batches. Both
commit after each batch; the peer's tasks are bare: without conversation, tracking or assignees.
"""

import time

from tools.devkit import database
from tools.devkit.log import Log
from tools.devkit.toolchain import Toolchain

from .metric import Metric
from .subject import Subject

ROW = "schedule_generate_100k"
LINES = 100_000
OCCASIONS = 4
#: Lines planned a batch by both; the peer makes a part and is rated by it.
BATCH = 1000
PEER_BATCHES = 10
ROUNDS = 3
TARGET = 0.7
DB = "caredesk_bench_care"


def measure(tools: Toolchain, log: Log) -> Metric:
    """Let the planner and the peer take turns in one database."""
    source = database.template(tools, ["caredesk_automation"], log=log)
    database.copy(tools, source, DB)
    subject = Subject(tools, DB, "bench.care")
    ours, theirs, wrong = [], [], []
    try:
        subject.ask("prepare", LINES)
        tools.psql("VACUUM ANALYZE sale_order_line", DB)
        for _number in range(ROUNDS):
            theirs.append(subject.ask("bare_tasks", PEER_BATCHES))
            seconds, made = subject.ask("plan")
            ours.append(made / seconds)
            if made != LINES * OCCASIONS:
                wrong.append(f"{made} tasks were made, not {LINES * OCCASIONS}")
            subject.ask("forget")
            tools.psql("VACUUM ANALYZE caredesk_care_task", DB)
        return Metric(ROW, "tasks/s", "ORM batch create of bare tasks", TARGET, ours, theirs, wrong)
    finally:
        subject.close()
        database.drop(tools, DB)


# --- in a process of its own ---


def prepare(worker, count: int) -> None:
    """Make a schedule of four occasions and `count` confirmed order lines it covers."""
    with worker.env() as env:
        product = env["product.product"].create({"name": "Course", "type": "service"})
        env["caredesk.care.schedule"].create(
            {
                "name": "Bench",
                "product_ids": [(4, product.product_tmpl_id.id)],
                "earlier_since": "2020-01-01",
                "responsible_kind": "user",
                "user_id": env.ref("base.user_admin").id,
                "line_ids": [
                    (0, 0, {"name": f"Occasion {offset}", "offset": offset, "unit": "weeks"})
                    for offset in range(1, OCCASIONS + 1)
                ],
            }
        )
        partners = env["res.partner"].create([{"name": f"Buyer {n}"} for n in range(1000)])
        order = env["sale.order"].create(
            {
                "partner_id": partners[0].id,
                "order_line": [(0, 0, {"product_id": product.id})],
            }
        )
        order.state = "sale"
        env.flush_all()
        _multiply(env, order, partners, count)


def _multiply(env, order, partners, count: int) -> None:
    """Copy the order and its line in SQL, ten lines an order."""
    from odoo.tools import SQL  # only in the measured process

    columns = {
        table: [name for name in _columns(env, table) if name != "id"]
        for table in ("sale_order", "sale_order_line")
    }
    whole = _names(columns["sale_order"])
    env.cr.execute(
        SQL(
            "INSERT INTO sale_order (%s) SELECT %s FROM sale_order, generate_series(2, %s)"
            " WHERE id = %s",
            whole,
            whole,
            count // 10,
            order.id,
        )
    )
    env.cr.execute(
        "UPDATE sale_order SET partner_id = (%s)[1 + id %% %s], name = 'B' || id WHERE id >= %s",
        (partners.ids, len(partners), order.id),
    )
    names = [name for name in columns["sale_order_line"] if name != "order_id"]
    env.cr.execute(
        SQL(
            "INSERT INTO sale_order_line (order_id, %s) SELECT sale.id, %s"
            " FROM sale_order sale, sale_order_line line, generate_series(1, 10)"
            " WHERE sale.id >= %s AND line.order_id = %s",
            _names(names),
            _names(names, "line"),
            order.id,
            order.id,
        )
    )
    env.cr.execute("DELETE FROM sale_order_line WHERE id = %s", (order.order_line.id,))


def _names(names, table=None):
    """Return column names as a list in SQL."""
    from odoo.tools import SQL  # only in the measured process

    parts = [SQL.identifier(*((table, name) if table else (name,))) for name in names]
    return SQL(", ").join(parts)


def _columns(env, table: str) -> list[str]:
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s", (table,)
    )
    return [name for (name,) in env.cr.fetchall()]


def plan(worker) -> tuple[float, int]:
    """Run the scheduled action's work over all lines; return seconds and tasks made."""
    with worker.env() as env:
        schedule = env["caredesk.care.schedule"].search([("name", "=", "Bench")])
        schedule.write({"earlier_running": True, "earlier_after_id": 0})
        env.cr.commit()
        begin = time.perf_counter()
        while schedule.earlier_running:
            schedule._plan_earlier_batch()
            env.cr.commit()
        seconds = time.perf_counter() - begin
        return seconds, env["caredesk.care.task"].search_count([("schedule_id", "=", schedule.id)])


def bare_tasks(worker, batches: int) -> float:
    """Make tasks by `create`, nothing but the row; return how many a second."""
    with worker.env() as env:
        tasks = env["caredesk.care.task"].with_context(
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            mail_notrack=True,
            tracking_disable=True,
        )
        partner_ids = env["res.partner"].search([("name", "=like", "Buyer %")]).ids
        schedule = env["caredesk.care.schedule"].search([("name", "=", "Bench")])
        lines = schedule.line_ids
        begin = time.perf_counter()
        for number in range(batches):
            tasks.create(
                [
                    {
                        "name": lines[place % OCCASIONS].name,
                        "form_id": lines[place % OCCASIONS].form_id.id,
                        "partner_id": partner_ids[(number + place) % len(partner_ids)],
                        "date_start": "2026-03-02 02:00:00",
                        "date_deadline": "2026-03-02 02:30:00",
                        "user_ids": [],
                    }
                    for place in range(BATCH * OCCASIONS)
                ]
            )
            env.cr.commit()
        rate = batches * BATCH * OCCASIONS / (time.perf_counter() - begin)
        env.cr.execute("DELETE FROM caredesk_care_task")
        return rate


def forget(worker) -> None:
    """Delete all tasks, for the next round."""
    with worker.env() as env:
        env.cr.execute("DELETE FROM caredesk_care_task")
