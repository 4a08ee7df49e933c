"""What the mail scenarios share: a group with an address, and a postman who tries again."""

import contextlib
import random
import time

from odoo import SUPERUSER_ID
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.caredesk_ticket.domain.mail_repair import repair

from .worker import GaveUp

DOMAIN = "faults.example.com"
#: How often a mail server delivers again what was put off.
DELIVERIES = 8


def open_mailroom(worker, alias: str, **params: str) -> str:
    """Give a new support group the address `alias` and return the address.

    :param params: system parameters of the gateway, without their prefix
    """
    with worker.env() as env:
        domain = env["mail.alias.domain"].search([("name", "=", DOMAIN)])
        domain = domain or env["mail.alias.domain"].create({"name": DOMAIN})
        env.company.alias_domain_id = domain
        env["caredesk.support.group"].create({"name": alias.title(), "alias_name": alias})
        for name, value in params.items():
            env["ir.config_parameter"].set_param(f"caredesk_ticket.{name}", value)
    return f"{alias}@{DOMAIN}"


def deliver(worker, raw: bytes) -> str:
    """Hand one mail to the gateway as a mail server does; return the error that stopped it.

    Puts off and comes again, like any mail server, when conflicts outlast Odoo's retries.
    """
    for delivery in range(DELIVERIES):
        try:
            with contextlib.suppress(GaveUp):
                worker.rpc(SUPERUSER_ID, "mail.thread", "message_process", False, raw)
                return ""
        except Exception as error:  # a verdict on the gateway, whatever it is
            return repr(error)
        time.sleep(random.uniform(0, 0.2) * delivery)
    return "given up after many deliveries"


def send_auto_replies(worker) -> None:
    """Queue the automatic answers that are due, as the scheduled action does every minute."""
    for delivery in range(DELIVERIES):
        try:
            with worker.env() as env:
                while env["caredesk.auto.reply"]._send_due()[1]:
                    env.cr.commit()
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            time.sleep(random.uniform(0, 0.2) * delivery)  # others write the same tickets


def message_id(raw: bytes) -> str:
    """Return the id under which the gateway stores a mail."""
    return repair(raw).message_id


def whereabouts(worker, ids: list[str]) -> dict[str, list[int]]:
    """Return for each message id: tickets it made, messages stored, rows parked."""
    found = {key: [0, 0, 0] for key in ids}
    tables = (
        ("caredesk.ticket", "source_message_id"),
        ("mail.message", "message_id"),
        ("caredesk.mail.parked", "message_id"),
    )
    with worker.env() as env:
        for place, (model, field) in enumerate(tables):
            for key, count in env[model]._read_group([(field, "in", ids)], [field], ["__count"]):
                found[key][place] = count
    return found
