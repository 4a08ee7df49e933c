import logging
from functools import partial

import psycopg2
from psycopg2 import errors

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ConcurrencyError, LockError
from odoo.fields import Domain
from odoo.service.model import retrying

from ..domain.mail_headers import Headers
from ..domain.mail_repair import Limits, repair
from ..domain.mail_source import split_source
from .conflicts import CONFLICTS
from .mail_job import MailJob, number_of
from .mail_thread import OtherRouteError

_logger = logging.getLogger(__name__)

#: Unique indexes that say: this mail is here already, another process was faster.
_DUPLICATE_INDEXES = ("source_message_uniq", "parked_message_uniq")


class CaredeskMailGateway(models.AbstractModel):
    """Takes every mail for a support group to a ticket, to a note on one, or to the parked ones.

    What happens to a mail is decided per route: the same mail may go to two groups and to
    another application. Nothing is dropped, and nothing that one mail does stops the next.
    """

    _name = "caredesk.mail.gateway"
    _description = "Mail Gateway of Tickets"

    # === WHICH MAIL IS OURS ===

    @api.model
    def _job_for(self, raw, model):
        """Return the job for a mail that concerns tickets, None for any other.

        :param raw: bytes of the mail
        :param model: model given by the caller for mail without a route
        """
        headers = Headers.parse(split_source(raw)[0])
        aliases = self._aliases_of(headers)
        if not aliases.filtered(self._is_ours):
            if aliases:
                return None
            if model != "caredesk.ticket" and not self._answered_ticket(headers):
                return None
        return self._make_job(raw)

    @api.model
    def _make_job(self, raw, **options):
        mail = repair(raw, self._limits())
        if parked := options.get("parked"):
            mail.message_id = parked.message_id  # another than the mail's where that was taken
            trusts = self.env["caredesk.mail.guard"]._is_mail_server(parked.create_uid)
        else:
            user = self.env.user
            trusts = self.env.su or self.env["caredesk.mail.guard"]._is_mail_server(user)
        options["is_trusted"] = trusts
        aliases = self._aliases_of(mail.headers).filtered(self._is_ours)
        job = MailJob(mail, self._groups_of(aliases), tuple(aliases.ids), **options)
        job.identity = self.env["caredesk.mail.guard"]._identity_of(job)
        return job

    @api.model
    def _is_ours(self, alias):
        return alias.alias_model_id.model == "caredesk.ticket"

    @api.model
    def _limits(self):
        return Limits(
            max_bytes=number_of(self.env, "mail_max_mb", 50) * 1024 * 1024,
            max_parts=number_of(self.env, "mail_max_parts", 100),
        )

    @api.model
    def _aliases_of(self, headers):
        addresses = [
            address
            for _name, address in headers.addresses(
                "delivered-to", "to", "cc", "resent-to", "resent-cc"
            )
        ]
        locals_ = [address.partition("@")[0] for address in addresses]
        # sudo: which address is whose is no secret to the gateway
        return (
            self.env["mail.alias"]
            .sudo()
            .search(
                Domain("alias_full_name", "in", addresses)
                | (Domain("alias_name", "in", locals_) & Domain("alias_incoming_local", "=", True))
            )
        )

    @api.model
    def _groups_of(self, aliases):
        parents = aliases.filtered(
            lambda alias: alias.alias_parent_model_id.model == "caredesk.support.group"
        )
        groups = self.env["caredesk.support.group"].sudo()
        return groups.browse(parents.mapped("alias_parent_thread_id")).exists()

    @api.model
    def _answered_ticket(self, headers):
        """Return the ticket that a mail answers by its references, or an empty recordset."""
        ids = headers.message_ids("references", "in-reply-to")
        # sudo: the gateway looks threads up for everybody, as Odoo's own does
        message = self.env["mail.message"].sudo().search(
            [("message_id", "in", ids), ("model", "=", "caredesk.ticket")],
            order="id desc",
            limit=1,
        ) if ids else self.env["mail.message"]  # fmt: skip
        return self.env["caredesk.ticket"].sudo().browse(message.res_id or ()).exists()

    # === PROCESSING ===

    @api.model
    def _process(self, job, run, kept=None):
        """Process one mail in a savepoint of its own; park what cannot be processed.

        :param run: function of the mail's source that passes it through Odoo's gateway
        :param kept: dict, what the settings of the mail server say of originals and files
        :return: what ``message_process`` returns: id of the thread, or False
        :raise psycopg2.OperationalError: conflicts with other transactions, for a retry
        """
        if self._is_known(job):
            self._park_unless_same(job)
            _logger.info("Mail %s is here already", job.mail.message_id)
            return False
        try:
            result = self._run_guarded(job, run)
        except OtherRouteError as wrapped:
            raise wrapped.__cause__ from None
        except psycopg2.OperationalError:
            is_fetched = "default_fetchmail_server_id" in self.env.context and job.is_trusted
            if not is_fetched or job.parked:
                raise
            return self._process_apart(job, kept)
        if not job.stored and not job.is_forced:
            reason = job.fallback_reason or ("automatic" if job.is_machine else "broken")
            self._park(job, self._default_group(job), reason)
        if job.ticket_ids:
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return result

    @api.model
    def _run_guarded(self, job, run):
        """Run the mail as it is, then written anew; park it when both fail."""
        error = None
        for source in (job.mail.source, None):
            try:
                with self.env.cr.savepoint():
                    return run(source or repair(job.mail.raw, self._limits(), force=True).source)
            except OtherRouteError:
                raise
            except Exception as caught:  # noqa: BLE001 - whatever one mail does stays with it
                self._raise_if_retryable(caught)
                if self._is_duplicate_error(caught):
                    _logger.info("Mail %s is here already", job.mail.message_id)
                    job.stored = True
                    return False
                error = caught
                job.ticket_ids.clear()
                job.stored = False
                _logger.info("Mail %s failed", job.mail.message_id, exc_info=True)
        if job.is_forced:
            raise error
        self._park(job, self._default_group(job), "broken", error=repr(error))
        return False

    @api.model
    def _process_route(self, job, route, run, guarded):
        """Take one mail to one group, or to the ticket it answers.

        :param guarded: use a savepoint of its own, because other routes go on without it
        """
        self._set_route(job, route)
        if not guarded:
            return self._finish_route(job, run())
        try:
            with self.env.cr.savepoint():
                return self._finish_route(job, run())
        except Exception as error:  # noqa: BLE001 - one group's failure is not the others'
            self._raise_if_retryable(error)
            if not self._is_duplicate_error(error):
                self._park(job, self._route_group(job, route), "broken", error=repr(error))
        return False

    @api.model
    def _set_route(self, job, route):
        decision = (route[2] or {}).pop("caredesk_decision", {})
        job.is_new = not route[1]
        job.as_note = decision.get("as_note", False)
        job.mentioned_ids = decision.get("mentioned_ids", [])

    @api.model
    def _finish_route(self, job, ticket_id):
        ticket = self.env["caredesk.ticket"].sudo().browse(ticket_id)
        job.stored = True
        job.ticket_ids.append(ticket_id)
        if job.mail.exceeds_limits and not job.parked:
            self._park(job, ticket.group_id, "too_big", ticket=ticket)
        return ticket_id

    @api.model
    def _process_apart(self, job, kept):
        """Process a fetched mail once more in a transaction of its own; else park it there.

        The fetcher takes a mail off the server whatever happens; conflicts with other
        transactions must not lose it.
        """
        raw = job.mail.raw
        try:
            with self.env.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                process = env["mail.thread"].message_process
                return retrying(partial(process, "caredesk.ticket", raw, **(kept or {})), env)
        except CONFLICTS as error:
            with self.env.registry.cursor() as cr:
                gateway = api.Environment(cr, SUPERUSER_ID, {})["caredesk.mail.gateway"]
                again = gateway._make_job(raw)
                gateway._park(again, gateway._default_group(again), "broken", error=repr(error))
            return False

    @api.model
    def _raise_if_retryable(self, error):
        if isinstance(error, errors.ProgramLimitExceeded):
            return
        if isinstance(
            error,
            (psycopg2.OperationalError, psycopg2.InterfaceError, ConcurrencyError, LockError),
        ):
            raise error

    @api.model
    def _is_duplicate_error(self, error):
        name = isinstance(error, errors.UniqueViolation) and error.diag.constraint_name or ""
        return name.endswith(_DUPLICATE_INDEXES)
