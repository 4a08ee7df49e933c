from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from .mail_job import CONTEXT_KEY, number_of

REASONS = [
    ("bulk", "List or bulk mail"),
    ("automatic", "Automatic mail"),
    ("loop", "Too many from one sender, or from ourselves"),
    ("spoofed", "Sender is not who it claims to be"),
    ("no_sender", "No sender"),
    ("refused", "Sender may not write to this address"),
    ("too_big", "Over the limits"),
    ("duplicate", "Duplicate Message-ID"),
    ("broken", "Could not be processed"),
]
#: Reasons that come in floods: of one sender only so many are kept, the others counted.
CAPPED = ("bulk", "automatic", "loop", "refused", "duplicate")


class CaredeskMailParked(models.Model):
    """A mail that made no ticket by itself: kept whole until somebody decides."""

    _name = "caredesk.mail.parked"
    _description = "Parked Mail"
    _order = "last_at desc, id desc"
    _rec_name = "subject"

    # identity
    subject = fields.Char(readonly=True)
    email_from = fields.Char("From", readonly=True)
    sender_key = fields.Char(readonly=True, export_string_translation=False)
    message_id = fields.Char("Message-ID", readonly=True, required=True)
    preview = fields.Text(
        "Text of the Mail",
        readonly=True,
        help="The beginning of the mail, as plain text without pictures.",
    )
    size = fields.Integer("Size (bytes)", readonly=True)
    source_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")

    # relations
    group_id = fields.Many2one(
        "caredesk.support.group", string="Support Group", readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", readonly=True, required=True)
    ticket_id = fields.Many2one(
        "caredesk.ticket", readonly=True, ondelete="set null", index="btree_not_null"
    )

    # state
    state = fields.Selection(
        [("new", "New"), ("ticket", "Ticket"), ("discarded", "Discarded")],
        default="new",
        required=True,
        readonly=True,
    )
    reason = fields.Selection(REASONS, readonly=True, required=True)
    signs = fields.Char(readonly=True, help="What in the mail speaks for the reason.")
    error = fields.Text(readonly=True)
    first_at = fields.Datetime("Received", readonly=True, default=fields.Datetime.now)
    last_at = fields.Datetime("Last Received", readonly=True, default=fields.Datetime.now)
    repeat_count = fields.Integer(
        "Repeated", readonly=True, help="Further mails like this one that were only counted."
    )
    discarded_at = fields.Datetime(readonly=True)

    _parked_message_uniq = models.UniqueIndex(
        "(message_id, (COALESCE(group_id, 0)))", "This mail is parked already."
    )
    _sender_idx = models.Index("(sender_key, group_id, reason, first_at)")
    _state_idx = models.Index("(state, last_at DESC)")

    # === ACTIONS ===

    def action_create_ticket(self):
        """Make a ticket of the mail, whatever spoke against it."""
        for parked in self._checked("new"):
            ticket = parked._make_ticket()
            parked.write({"state": "ticket", "ticket_id": ticket.id, "error": False})
        return self.action_open_ticket() if len(self) == 1 else True

    def action_try_again(self):
        """Pass the mail through the gateway once more, by its ordinary rules."""
        for parked in self._checked("new"):
            parked._run(is_forced=False)
        return True

    def action_discard(self):
        self._checked("new").write({"state": "discarded", "discarded_at": fields.Datetime.now()})
        return True

    def action_download(self):
        """Hand the raw mail out as a download; a browser must never show it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.sudo().source_id.id}?download=true",
            "target": "download",
        }

    def action_open_ticket(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "caredesk.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
        }

    def _checked(self, state):
        """Return ``self`` as the system, when the user may decide and all are in ``state``."""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("caredesk_ticket.group_intake")):
            raise AccessError(self.env._("Only intake agents and managers decide on parked mail."))
        if any(parked.state != state for parked in self):
            raise UserError(self.env._("Somebody has decided on this mail already."))
        # sudo: checked above; the rows are the system's and nobody may write them by hand
        return self.sudo()

    # === BUSINESS ===

    @api.model
    def _park(self, job, group, reason, error="", ticket=None):
        """Keep the mail of ``job``, or count it where the same sender has enough here already.

        :param group: support group it was sent to; may be empty
        :param ticket: ticket made of what could be taken over of the mail
        """
        values = {
            "reason": reason,
            "error": error,
            "last_at": fields.Datetime.now(),
            "signs": ", ".join([*job.verdict.signs, *sorted(job.mail.problems)]),
            "state": "ticket" if ticket else "new",
            "ticket_id": ticket.id if ticket else False,
        }
        if job.parked:
            job.parked.write(values)
            return job.parked
        if reason in CAPPED and (last := self._count_flood(job, group, reason)):
            return last
        parked = self.create(
            {
                **values,
                "subject": job.mail.subject,
                "preview": job.mail.text.strip(),
                "email_from": job.sender,
                "sender_key": job.loop_key,
                "message_id": job.mail.message_id,
                "size": len(job.mail.raw),
                "group_id": group.id,
                "company_id": (group.company_id or self.env.company).id,
            }
        )
        parked.source_id = self.env["ir.attachment"].create(
            {
                "name": "mail.eml",
                "raw": job.mail.raw,
                "res_model": self._name,
                "res_id": parked.id,
            }
        )
        return parked

    @api.model
    def _count_flood(self, job, group, reason):
        """Count the mail on the sender's last row and return that, when there are too many."""
        recent = self.search(
            [
                ("sender_key", "=", job.loop_key),
                ("group_id", "=", group.id),
                ("reason", "=", reason),
                ("first_at", ">=", fields.Datetime.now() - timedelta(hours=1)),
            ],
            order="id desc",
        )
        if len(recent) < number_of(self.env, "mail_max_parked_per_hour", 20):
            return None
        last = recent[0]
        last.write({"repeat_count": last.repeat_count + 1, "last_at": fields.Datetime.now()})
        return last

    def _run(self, is_forced):
        """Pass the kept mail through the gateway as the system and return its job."""
        self.ensure_one()
        gateway = self.env["caredesk.mail.gateway"].with_user(self.env.ref("base.user_root")).sudo()
        job = gateway._make_job(self.source_id.raw, is_forced=is_forced, parked=self)
        thread = gateway.env["mail.thread"]
        options = {"custom_values": {"group_id": self.group_id.id}}

        def run(source):
            return thread._caredesk_process_once(job, "caredesk.ticket", options, source)

        gateway._process(job, run)
        if job.ticket_ids:
            self.write({"state": "ticket", "ticket_id": job.ticket_ids[0], "error": False})
        return job

    def _make_ticket(self):
        """Return a ticket made of the mail; of its bare text when Odoo cannot read it at all."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                job = self._run(is_forced=True)
                ticket_id = job.ticket_ids[0] if job.ticket_ids else None
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
            ticket_id = None
        tickets = self.env["caredesk.ticket"]
        return tickets.browse(ticket_id) if ticket_id else self._make_bare_ticket()

    def _make_bare_ticket(self):
        gateway = self.env["caredesk.mail.gateway"]
        job = gateway._make_job(self.source_id.raw, is_forced=True, parked=self)
        ticket = (
            self.env["caredesk.ticket"]
            .with_context(**{CONTEXT_KEY: job})
            ._create_from_channel(
                "email",
                [
                    {
                        "name": self.subject or self.env._("(no subject)"),
                        "description": plaintext2html(job.mail.text),
                        "group_id": self.group_id.id,
                        "email_from": self.email_from,
                        "partner_name": job.sender_name or self.email_from,
                        "source_message_id": self.message_id,
                        "mail_sender_key": self.sender_key,
                        "mail_unverified": job.is_stranger_by_identity,
                        "auto_reply_pending": False,  # a person has just looked at it
                    }
                ],
            )
        )
        self.source_id.copy({"res_model": ticket._name, "res_id": ticket.id})
        return ticket

    # === CRON ===

    @api.autovacuum
    def _gc_discarded(self):
        """Delete what was discarded long enough ago, sources included.

        :return: (number deleted, whether there is more)
        """
        days = number_of(self.env, "mail_discarded_days", 30)
        limit = 500
        old = self.search(
            [
                ("state", "=", "discarded"),
                ("discarded_at", "<", fields.Datetime.now() - timedelta(days=days)),
            ],
            limit=limit,
        )
        count = len(old)
        old.unlink()
        return count, count == limit
