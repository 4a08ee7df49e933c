"""Raw mails into Odoo's gateway, over an SMTP conversation on this machine.

The way of a mail in a real installation: the client hands it to a mail server, which notes the
envelope in the header and passes it to `mail.thread.message_process`.
"""

import email
import email.policy
import email.utils
import hashlib
import re
import smtplib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from odoo.modules.registry import Registry

from tools.demo_data import company, history, smtp_receiver
from tools.demo_data.company import MAIL_DOMAIN
from tools.demo_data.odoo_env import retried, transaction

DEFAULT_RECIPIENT = f"hotro@{MAIL_DOMAIN}"
NOBODY = "nobody@example.com"
#: In a sample: «the answer we gave to that mail». Its id is known only when we have answered.
_ANSWER_TO = re.compile(rb"<answer-to:([^<>\s]+)>")
QUESTION = (
    "Chào anh/chị, em đã nhận được thư. Anh/chị cho em xin ảnh chụp màn hình và số máy để em "
    "kiểm tra nhé. Em cảm ơn ạ!"
)


def feed(registry: Registry, files: list[Path]) -> Iterator[str]:
    """Send the mails in ``files`` one after the other; say of each what became of it."""
    deliver = partial(_deliver, registry)
    with smtp_receiver.serve(deliver) as port:
        for file in files:
            raw = _with_id(_with_answers(registry, file.read_bytes()))
            refusal = _send(port, raw)
            yield f"{file.name}: {refusal or _fate(registry, raw)}"


def _deliver(registry: Registry, raw: bytes, sender: str, recipients: list[str]) -> None:
    """Do what a mail server's transport to Odoo does.

    :raise Exception: whatever the gateway raises; the mail is not delivered then
    """
    trace = f"Return-Path: <{sender}>\r\n"
    trace += "".join(f"Delivered-To: {recipient}\r\n" for recipient in recipients)
    if not re.search(rb"^Date:", raw.partition(b"\r\n\r\n")[0], re.IGNORECASE | re.MULTILINE):
        # The samples are written just now, whenever that is.
        trace += f"Date: {email.utils.formatdate()}\r\n"
    message = trace.encode() + raw
    retried(registry, partial(_process, message=message))
    registry.signal_changes()


def _process(env, message: bytes) -> None:
    env = company.in_its_language(env)
    ticket_id = env["mail.thread"].message_process(None, message)
    if ticket_id and company.has_demo_people(env):
        history.file_letters(env["caredesk.ticket"].browse(ticket_id).exists())


def _send(port: int, raw: bytes) -> str | None:
    """Send one mail; return why it was refused, None if it was taken."""
    sender, recipients = _envelope(raw)
    try:
        with smtplib.SMTP(smtp_receiver.HOST, port, timeout=120) as client:
            client.sendmail(sender, recipients, raw, ["BODY=8BITMIME"])
    except smtplib.SMTPDataError as error:
        return f"refused: {error.smtp_error.decode('utf-8', 'replace')}"
    return None


def _envelope(raw: bytes) -> tuple[str, list[str]]:
    """Return sender and recipients; a broken header still gets its mail to the front desk."""
    head = email.message_from_bytes(raw.partition(b"\r\n\r\n")[0], policy=email.policy.compat32)
    senders = _addresses(head, "Return-Path", "From")
    recipients = [
        address for address in _addresses(head, "To", "Cc") if address.endswith(f"@{MAIL_DOMAIN}")
    ]
    return (senders or [NOBODY])[0], recipients or [DEFAULT_RECIPIENT]


def _addresses(head, *names: str) -> list[str]:
    values = [str(value) for name in names for value in head.get_all(name, [])]
    found = [address for _name, address in email.utils.getaddresses(values)]
    return [address for address in found if address.isascii() and address.count("@") == 1]


def _with_answers(registry: Registry, raw: bytes) -> bytes:
    """Put the real ids of our answers in place, answering first where nobody has yet."""
    for match in {found.group(1) for found in _ANSWER_TO.finditer(raw)}:
        with transaction(registry) as env:
            answer = _answer(env, f"<{match.decode('ascii')}>")
        raw = raw.replace(b"<answer-to:%s>" % match, (answer or f"<{match.decode()}>").encode())
    return raw


def _with_id(raw: bytes) -> bytes:
    """Give a mail without an id one, as the first mail server on its way does."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if re.search(rb"^Message-ID:", head, re.IGNORECASE | re.MULTILINE):
        return raw
    key = hashlib.sha256(raw).hexdigest()
    return f"Message-ID: <{key}@{MAIL_DOMAIN}>\r\n".encode() + raw


def _answer(env, message_id: str) -> str | None:
    """Have the performer ask the customer back; return the id of that message."""
    ticket = _record_of(company.in_its_language(env), message_id)
    if not ticket or ticket._name != "caredesk.ticket" or not ticket.user_id:
        return None
    performer = ticket.with_user(ticket.user_id).with_context(mail_notify_force_send=False)
    if ticket.state == "todo" and not ticket._in_progress_of_performer():
        performer.action_start()
    message = performer.message_post(
        body=QUESTION, message_type="comment", subtype_xmlid="mail.mt_comment"
    )
    if ticket.state in ("todo", "in_progress"):
        performer.action_wait("customer")
    message_id = message.sudo().message_id
    history.file_letters(ticket)
    return message_id


def _record_of(env, message_id: str):
    message = env["mail.message"].search([("message_id", "=", message_id)], limit=1)
    if message.model and message.res_id:
        return env[message.model].browse(message.res_id).exists()
    return None


def _fate(registry: Registry, raw: bytes) -> str:
    """Say in which record a mail ended, and who has it."""
    ids = re.search(rb"^Message-ID:\s*(<[^<>\r\n]+>)", raw, re.IGNORECASE | re.MULTILINE)
    with transaction(registry) as env:
        record = _record_of(env, ids.group(1).decode("ascii", "replace")) if ids else None
        if not record:
            return "taken, no conversation made of it (parked, or known already)"
        if record._name != "caredesk.ticket":
            return f"{record._description} {record.display_name}"
        performer = record.user_id.name or "in the queue"
        state = dict(record._fields["state"]._description_selection(env))[record.state]
        return f"{record.display_name} [{record.group_id.name}, {state}, {performer}]"
