"""Two auto-responders answer each other and us for 1,000 rounds: the noise stays bounded.

One marks its mail as automatic as it should; the other is rude and does not. Both keep the
support group in copy and answer whatever they get from it. Other customers write meanwhile.
"""

from tests.mail_sources import samples

from .harness import Context

ROUNDS = 1_000
CUSTOMERS = 100
POLITE = "polite.robot@example.com"
RUDE = "rude.robot@example.com"
#: What two robots may cause in an hour, whatever they do.
MAX_TICKETS = 45
MAX_SENT = 60
MAX_PARKED = 130


def run(ctx: Context) -> dict:
    """Let the robots write while customers do, then count.

    tried: mails delivered; lost: mails of which nothing is stored, not even a count;
    duplicated: customers with more than one ticket; violations: bounds that were passed,
    answers to the wrong mail, errors that reached the mail server.
    """
    rounds, customers = (60, 15) if ctx.small else (ROUNDS, CUSTOMERS)
    to = ctx.call("tests.system.mailroom:open_mailroom", "storm")
    robots = ctx.spawn("tests.system.mail_storm:robots", to, rounds)
    people = ctx.spawn("tests.system.mail_storm:people", to, customers)
    storm, errors = robots.result(), people.result()
    verdict = ctx.call("tests.system.mail_storm:judge", storm["sent"], customers)
    violations = [*errors, *storm["errors"], *verdict["violations"]]
    return {
        "id": "mail_storm",
        "tried": storm["sent"] + customers,
        "lost": verdict["lost"],
        "duplicated": verdict["duplicated"],
        "violations": len(violations),
        "ok": not (verdict["lost"] or verdict["duplicated"] or violations),
        "details": violations,
        "notes": [verdict["words"]],
    }


def robots(worker, to: str, rounds: int) -> dict:
    """Play both robots: each answers the other's last mail, and each mail it gets from us."""
    from .mailroom import deliver

    state = {"number": 0, "seen": 0, "errors": []}
    last = {POLITE: "<start@example.com>", RUDE: "<start@example.com>"}

    def write(sender: str, other: str, answered: str) -> None:
        state["number"] += 1
        tag = f"storm.{state['number']}"
        marks = {"Auto_Submitted": "auto-replied"} if sender == POLITE else {}
        raw = samples.good(
            tag, other, From=sender, Cc=to, Subject="Re: I am away", In_Reply_To=answered, **marks
        )
        last[sender] = f"<{tag}@mail.example.com>"
        if error := deliver(worker, raw):
            state["errors"].append(f"{tag}: {error}")

    for _round in range(rounds):
        for sender, other in ((RUDE, POLITE), (POLITE, RUDE)):
            write(sender, other, last[other])
            for answered in _new_mail_to(worker, sender, state):
                write(sender, to, answered)
    return {"sent": state["number"], "errors": state["errors"]}


def _new_mail_to(worker, address: str, state: dict) -> list[str]:
    """Return the ids of the mails that we have queued for a robot since it last looked."""
    from .mailroom import send_auto_replies

    send_auto_replies(worker)
    seen = state.setdefault(address, 0)
    with worker.env() as env:
        mails = env["mail.mail"].search([("id", ">", seen)], order="id")
        mine = mails.filtered(
            lambda mail: address in f"{mail.email_to} {mail.recipient_ids.mapped('email')}"
        )
        state[address] = max(mails.ids, default=seen)
        return mine.mapped("message_id")


def people(worker, to: str, count: int) -> list[str]:
    """Deliver the mails of customers who have nothing to do with the storm."""
    from .mailroom import deliver

    errors = (deliver(worker, samples.good(f"customer.{n}", to)) for n in range(count))
    return [error for error in errors if error]


def judge(worker, sent: int, customers: int) -> dict:
    """Count what is there afterwards."""
    from .mailroom import send_auto_replies

    send_auto_replies(worker)
    robots_ = (POLITE, RUDE)
    with worker.env() as env:
        tickets = env["caredesk.ticket"].search([("mail_sender_key", "in", robots_)])
        messages = env["mail.message"].search_count(
            [("message_id", "=like", "<storm.%"), ("model", "=", "caredesk.ticket")]
        )
        parked = env["caredesk.mail.parked"].search([("sender_key", "in", robots_)])
        kept = messages + len(parked) + sum(parked.mapped("repeat_count"))
        mails = env["mail.mail"].search([])
        answers = mails.filtered(
            lambda mail: any(
                robot in f"{mail.email_to} {mail.recipient_ids.mapped('email')}"
                for robot in robots_
            )
        )
        served = env["caredesk.ticket"]._read_group(
            [("source_message_id", "=like", "<customer.%")], ["source_message_id"], ["__count"]
        )
        told = mails.filtered(lambda mail: "khach.customer." in (mail.email_to or ""))
        polite = tickets.filtered(lambda ticket: ticket.mail_sender_key == POLITE)
    bounds = {
        f"{len(tickets)} tickets of robots": len(tickets) <= MAX_TICKETS,
        f"{len(polite)} tickets of the polite robot": not polite,
        f"{len(answers)} mails to robots": len(answers) <= MAX_SENT,
        f"{len(parked)} parked mails": len(parked) <= MAX_PARKED,
        f"{len(told)} of {customers} customers told": len(told) == customers,
    }
    return {
        "lost": max(sent - kept, 0) + customers - len(served),
        "duplicated": sum(count > 1 for _id, count in served) + max(kept - sent, 0),
        "violations": [text for text, holds in bounds.items() if not holds],
        "words": ", ".join(bounds),
    }
