"""One mail on its way through the gateway: what came in, and what became of it."""

from contextlib import suppress
from dataclasses import dataclass, field

from markupsafe import Markup

from ..domain import mail_triage
from ..domain.mail_headers import clean_text
from ..domain.mail_repair import Repaired
from ..domain.mail_source import Part

#: Key of the context under which the job travels through Odoo's gateway.
CONTEXT_KEY = "caredesk_mail_job"

INTERNAL = "internal"  # one of our users, and our mail server vouches for it
UNVERIFIED = "unverified"  # claims to be one of our users; nobody vouches for it
FORGED = "forged"  # our mail server says that the sender is not who it claims to be
OUTSIDE = "outside"  # anybody else


@dataclass
class MailJob:
    """Carried in the context by the gateway's own code, never built from a request."""

    mail: Repaired
    groups: object  # support groups addressed, in the order of their aliases
    alias_ids: tuple = ()  # their addresses
    identity: str = OUTSIDE
    is_forced: bool = False
    is_trusted: bool = False  # handed in by the system or an administrator: a mail server
    parked: object = None  # the parked row that is tried again
    fallback_reason: str = ""
    #: What the present route is about; set for each route anew.
    as_note: bool = False
    is_new: bool = False
    merged_from_id: int = 0  # the merged ticket that the mail answers
    mentioned_ids: list = field(default_factory=list)
    #: Whether anything was stored for this mail.
    stored: bool = False
    ticket_ids: list = field(default_factory=list)

    def __post_init__(self):
        headers = self.mail.headers
        kind = Part(headers, b"").kind
        self.verdict = mail_triage.judge(headers, kind)
        boxes = headers.addresses("from") or headers.addresses("sender")
        self.sender_name, self.sender = boxes[0] if boxes else ("", "")
        self.loop_key = mail_triage.loop_key(self.sender) if self.sender else ""

    @property
    def is_machine(self) -> bool:
        return self.verdict.kind != mail_triage.HUMAN

    @property
    def is_stranger_by_identity(self) -> bool:
        return self.identity in (UNVERIFIED, FORGED)

    @property
    def may_be_answered(self) -> bool:
        """Whether a machine may answer: a person wrote, and nothing says he is somebody else."""
        return (
            self.verdict.is_answerable and not self.is_stranger_by_identity and not self.is_forced
        )

    def tidy(self, values, attachment_class):
        """Make what Odoo parsed fit for the database; add the source where something was lost.

        :param values: what ``message_parse`` returned; changed in place
        """
        values["message_id"] = self.mail.message_id
        if self.parked:
            # Another route of the same mail may have been taken: Odoo must not stop at its id.
            values["message_id"] = f"<parked-{self.parked.id}@parked.invalid>"
        values["subject"] = self.mail.subject
        for key in ("email_from", "from", "to", "cc", "recipients", "cc_filtered", "to_filtered"):
            values[key] = clean_text(values.get(key) or "")
        # What was HTML before the cleaning is HTML after it; the field sanitises it.
        body = values.get("body") or ""
        values["body"] = (
            type(body)(clean_text(body)) if isinstance(body, Markup) else clean_text(body)
        )
        values["attachments"] = [
            item._replace(fname=clean_text(item.fname)[-200:]) for item in values["attachments"]
        ]
        if self.mail.keeps_source and not self.mail.exceeds_limits:
            source = attachment_class("original_mail.eml", self.mail.raw, {})
            values["attachments"].append(source)


def job_of(env) -> MailJob | None:
    """Return the mail that is being processed in ``env``, if any."""
    job = env.context.get(CONTEXT_KEY)
    return job if isinstance(job, MailJob) else None


def number_of(env, name: str, default: int) -> int:
    """Return the whole number in the system parameter ``caredesk_ticket.<name>``."""
    # sudo: a setting, not a secret
    value = env["ir.config_parameter"].sudo().get_param(f"caredesk_ticket.{name}")
    with suppress(ValueError):
        return max(int(value or default), 0)
    return default
