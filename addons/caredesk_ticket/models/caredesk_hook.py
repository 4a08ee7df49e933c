import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from psycopg2 import InterfaceError, OperationalError

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError

from ..domain import hook_payload, hook_signature
from .caredesk_hook_call import REASONS
from .mail_job import number_of

_logger = logging.getLogger(__name__)

#: Not the call's fault: Odoo tries the request again, or the caller does after a 5xx.
_TO_BE_REPEATED = (OperationalError, InterfaceError, ConcurrencyError)


@dataclass(frozen=True)
class Incoming:
    """One call as it arrives; the body is read only when nothing in the head speaks against it."""

    ip: str
    length: int | None
    mimetype: str
    token: str
    timestamp: str
    signature: str
    read: Callable[[], bytes]


class CaredeskHook(models.AbstractModel):
    """Receives the calls of other systems: one guard after the other, each call done once."""

    _name = "caredesk.hook"
    _description = "Inbound Hook"

    @api.model
    def _most_bytes(self):
        return number_of(self.env, "hook_max_mb", 12) * 1024 * 1024

    @api.model
    def _receive(self, key, incoming):
        """Take one call.

        :param key: of the source, from the address
        :return: status of the answer and its content as a dict
        """
        source_sudo = self.env["caredesk.hook.source"]._of_key(key)
        # sudo: only counted
        reason, body = self._refusal(source_sudo, incoming, self.env["caredesk.hook.call"].sudo())
        if reason:
            return self._refuse(reason, source_sudo, incoming)
        try:
            payload = hook_payload.parse(body)
        except hook_payload.PayloadError as error:
            return self._refuse("payload", source_sudo, incoming, str(error), body)
        return self._take(source_sudo, payload, body, incoming)

    @api.model
    def _refusal(self, source, incoming, taken):
        """Return why the call is refused, an empty string when not, and its body once read.

        :param taken: model that tells how many calls of the source it took in the last minute
        """
        if reason := self._refusal_of_head(source, incoming, taken):
            return reason, b""
        body = incoming.read()
        reason = hook_signature.signature_refusal(
            incoming.signature, incoming.timestamp, body, source._secrets()
        )
        return reason, body

    @api.model
    def _refusal_of_head(self, source, incoming, taken):
        """Return why the call is refused before its body is read, an empty string when not."""
        if incoming.length is None:
            return "no_length"
        if incoming.length > self._most_bytes():
            return "too_big"
        if incoming.mimetype != "application/json":
            return "no_json_type"
        if not source:
            return "unknown_source"
        if not source._is_allowed_from(incoming.ip):
            return "address"
        if not source._has_token(incoming.token):
            return "token"
        # Only what was taken counts: who cannot sign cannot use up the limit of who can.
        if taken._taken_last_minute(source) >= source.per_minute:
            return "limit"
        return hook_signature.timestamp_refusal(incoming.timestamp, time.time(), source.max_age)

    @api.model
    def _refuse(self, reason, source, incoming, detail="", body=b""):
        # sudo: the log is the system's; strangers only ever add a capped number of rows
        calls_sudo = self.env["caredesk.hook.call"].sudo()
        calls_sudo._log_refused(reason, source, incoming.ip, detail, body)
        status, words = REASONS[reason]
        answer = {"status": "refused", "reason": reason, "message": words}
        return status, answer | ({"detail": detail} if detail else {})

    @api.model
    def _take(self, source, payload, body, incoming):
        """Do the call, or answer what was answered when it came before."""
        company = source.company_id
        env = self.sudo().with_company(company).with_context(lang=company.partner_id.lang).env
        # sudo: the caller proved to be the source; he has no user of ours
        calls_sudo = env["caredesk.hook.call"]
        try:
            with self.env.cr.savepoint():
                call, is_new = calls_sudo._claim(source, payload, body, incoming.ip)
                if is_new:
                    env["caredesk.hook.work"]._do(call, payload)
                    return 200, self._answer(call, "done")
        except _TO_BE_REPEATED:
            raise
        except UserError as error:
            return self._refuse("content", source, incoming, error.args[0], body)
        except Exception:
            _logger.warning("A call of hook source %s failed", source.id, exc_info=True)
            return self._refuse("error", source, incoming, "", body)
        if call.body_digest != calls_sudo._digest(body):
            return self._refuse("conflict", source, incoming, payload.idempotency_key, body)
        calls_sudo._log_repeated(call, incoming.ip)
        return 200, self._answer(call, "repeated")

    @api.model
    def _answer(self, call, status):
        answer = {"status": status, "action": call.action}
        if call.ticket_id:
            answer["ticket"] = call.ticket_id.number
        if call.lead_id:
            answer["lead"] = call.lead_id.id
        return answer
