"""What happened to the customers of `automation_race` while the scheduled actions stood still."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

RULE = "caredesk.automation.rule"
DOWN_DAYS = 3
SILENT_DAYS = 90
#: What sets rules off is done to every tenth of a share: saving a ticket takes longer than a date.
FEWER = 10
LIMITS = {
    "automation_quiet_from": 0,
    "automation_quiet_to": 0,
    "automation_bulk_limit": 0,
    "automation_hourly_cap": 0,
    "automation_catch_up_days": DOWN_DAYS,
}
_TIMETABLES = ("daily", "weekly", "monthly")


def prepare(worker, share: int) -> list:
    """Make rules of every trigger and customers, then pretend that nothing ran for three days.

    :return: ``[trigger, id of the customer]`` of each message that has to go out
    """
    with worker.env() as env:
        env.company.write(LIMITS)
        env[RULE].search([]).action_stop()
        today = datetime.now(ZoneInfo(env.company._caredesk_tz())).date()
        # The last of these days lies before the window: nobody must hear of it any more.
        days = [today - timedelta(days=number) for number in range(DOWN_DAYS + 1)]
        tag = env["res.partner.category"].create({"name": "Race"})
        counts = dict.fromkeys((*_TIMETABLES, "active"), share // FEWER)
        counts |= dict.fromkeys(("born", "bound", "daily"), share)
        groups = {key: _customers(env, key, count, tag) for key, count in counts.items()}
        listed = {key: groups[key] for key in _TIMETABLES}
        born, bound, active = groups["born"], groups["bound"], groups["active"]
        rules = _rules(env, tag, listed, today)
        expected = _events(env, born, bound, days)
        expected += [[key, partner.id] for key in listed for partner in listed[key]]
        expected += _actions(env, active) + _accounts(env, active, today)
        begun = _customers(env, "Mới", share, tag)  # sets off the cycle
        # The repetitions that were missed too are told by the one message that is late.
        expected += [["partner_create", partner.id] for partner in begun]
        env.flush_all()
        _let_pass(env, rules)
    return expected


def _customers(env, name: str, count: int, tag):
    return env["res.partner"].create(
        [
            {
                "name": f"{name} {number}",
                "email": f"{name}{number}@khach.example",
                "category_id": [(4, tag.id)],
            }
            for number in range(count)
        ]
    )


def _rules(env, tag, listed: dict, today):
    """Make one rule of each trigger, about ours only; the one about new customers repeats."""
    special = {
        "partner_create": {"cycle_on": True, "cycle_every_days": 1, "cycle_within_days": 2},
        "no_contact": {"silent_days": SILENT_DAYS},
        "weekly": {f"weekday_{number}": True for number in range(7)},
        "monthly": {"day": today.day},
    }
    tags = dict.fromkeys(env[RULE]._triggers(), tag)
    for key, customers in listed.items():
        tags[key] = env["res.partner.category"].create({"name": key})
        customers.category_id += tags[key]
    message = {"channel": "email", "body_html": "<p>Kính chào {{customer_name}}</p>"}
    return env[RULE].create(
        [
            {
                "name": key,
                "hour": 0,
                "trigger_kind": trigger.kind,
                f"{trigger.kind}_kind": key,
                "domain": _about(trigger, tags[key]),
                "content_ids": [(0, 0, {**message, "subject": key})],
                **special.get(key, {}),
            }
            for key, trigger in env[RULE]._triggers().items()
        ]
    )


def _about(trigger, tag) -> str:
    """Return the conditions that keep other customers of the database out."""
    path = f"{trigger.customer}.category_id" if trigger.customer else "category_id"
    return f"[('{path}', 'in', [{tag.id}])]"


def _events(env, born, bound, days) -> list:
    """Give customers birthdays and silence, contracts that end and instalments that are due."""
    contracts = env["caredesk.contract"].create(
        [
            {
                "name": f"Bảo trì {number}",
                "partner_id": partner.id,
                "state": "running",
                "date_start": days[-1] - timedelta(days=400),
                "date_end": days[number % len(days)],
                "amount": 100,
            }
            for number, partner in enumerate(bound)
        ]
    )
    env["caredesk.contract.installment"].create(
        [
            {
                "name": "Đợt 1",
                "contract_id": contract.id,
                "due_date": days[number % len(days)],
                "amount": 100,
            }
            for number, contract in enumerate(contracts)
        ]
    )
    expected = [["contract_create", partner.id] for partner in bound]
    for number, (partner, customer) in enumerate(zip(born, bound, strict=True)):
        day = days[number % len(days)]
        partner.write(
            {
                # Born in a leap year, so that every day of the year has a birthday.
                "birthday": day.replace(year=1988),
                "caredesk_last_contact": day - timedelta(days=SILENT_DAYS),
            }
        )
        if day in days[:DOWN_DAYS]:
            expected += [["birthday", partner.id], ["no_contact", partner.id]]
            expected += [["contract_end", customer.id], ["installment_due", customer.id]]
    return expected


def _actions(env, customers) -> list:
    """Let each customer order, complain, be asked about something and be cared for."""
    orders = env["sale.order"].create([{"partner_id": one.id} for one in customers])
    orders.action_confirm()
    env["crm.lead"].create([{"name": "Máy lọc", "partner_id": one.id} for one in customers])
    env["caredesk.care.task"].create([{"name": "Gọi", "partner_id": one.id} for one in customers])
    tickets = _tickets(env, customers)
    # Their own paths, from the watch and from the rating page, belong to other tests.
    env[RULE]._fire("sla_missed", tickets)
    env[RULE]._fire("low_score", tickets)
    kinds = ["quotation_create", "order_confirm", "lead_create", "care_task_create"]
    kinds += ["ticket_create", "ticket_done", "sla_missed", "low_score"]
    return [[kind, customer.id] for kind in kinds for customer in customers]


def _tickets(env, customers):
    """Have one agent finish a ticket of each customer."""
    agent = env["res.users"].create(
        {
            "name": "Lan",
            "login": "race_agent",
            "group_ids": [(4, env.ref("caredesk_ticket.group_agent").id)],
        }
    )
    group = env["caredesk.support.group"].create({"name": "Desk", "allow_parallel_work": True})
    env["caredesk.support.member"].create(
        {"group_id": group.id, "user_id": agent.id, "capacity": 10_000}
    )
    tickets = env["caredesk.ticket"].create(
        [
            {
                "name": "Hỏng",
                "description": "Hỏng",
                "group_id": group.id,
                "partner_id": customer.id,
                "user_id": agent.id,
            }
            for customer in customers
        ]
    )
    for ticket in tickets.with_user(agent):
        ticket.action_start()
        ticket.action_complete(result="Đã sửa")
    return tickets


def _accounts(env, customers, today) -> list:
    """Let an unpaid invoice of each customer be due, and most of a contract be paid."""
    contracts = env["caredesk.contract"].create(
        [
            {
                "name": "Trả góp",
                "partner_id": customer.id,
                "state": "running",
                "date_start": today,
                "amount": 100,
            }
            for customer in customers
        ]
    )
    env["caredesk.contract.installment"].create(
        [
            {
                "name": "Đợt 1",
                "contract_id": contract.id,
                "due_date": today + timedelta(days=90),
                "amount": 80,
                "paid_amount": 80,
            }
            for contract in contracts
        ]
    )
    _invoices(env, customers, today).action_post()
    kinds = ["contract_create", "paid_share", "invoice_due"]
    return [[kind, customer.id] for kind in kinds for customer in customers]


def _invoices(env, customers, today):
    sales = [("type", "=", "sale"), ("company_id", "=", env.company.id)]
    if not env["account.journal"].search_count(sales, limit=1):
        env["account.chart.template"].try_loading("generic_coa", env.company, False)
    income = [("account_type", "=", "income"), ("company_ids", "in", env.company.ids)]
    account = env["account.account"].search(income, limit=1)
    line = {"name": "Bảo trì", "price_unit": 100, "account_id": account.id, "tax_ids": False}
    return env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": today - timedelta(days=30),
                "invoice_date_due": today - timedelta(days=1),
                "invoice_line_ids": [(0, 0, line)],
            }
            for customer in customers
        ]
    )


def _let_pass(env, rules) -> None:
    """Move what has been entered, and what rules remember, three days into the past."""
    env.cr.execute(
        "UPDATE caredesk_automation_run SET due_at = due_at - %(down)s,"
        " first_due_at = first_due_at - %(down)s",
        {"down": timedelta(days=DOWN_DAYS)},
    )
    for rule in rules:
        since = rule.scanned_at - timedelta(days=DOWN_DAYS)
        table = rule._timetable()
        rule.write({"scanned_at": since, "next_run_at": table and table.next_after(since)})
