import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.sql_db import Cursor
from odoo.tools import SQL
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..zalo_client import (
    PkceMode,
    ZaloAuthExpired,
    ZaloClient,
    ZaloError,
    ZaloHeld,
    ZaloNeedsHuman,
    ZaloRetryable,
    new_verifier,
)
from .caredesk_zalo_gate import FAILURES

_logger = logging.getLogger(__name__)

#: Hours before its end at which an access token is renewed; it lives for 25.
REFRESH_HOURS = 5
#: Hours a consent may take from the button to the way back.
CONSENT_HOURS = 1
#: Zalo's error number for more calls in a minute than it takes.
TOO_MANY_CALLS = -32
_STATE_SCOPE = "caredesk_zalo.consent"


class CaredeskZaloOa(models.Model):
    """The tokens of an account: got by consent, renewed one after the other.

    A refresh token counts once, and whoever loses its successor loses the connection. So the
    row is locked while Zalo is asked, and the new pair is committed before anybody uses it: in
    a transaction of its own, which no failure of the caller takes back.
    """

    _inherit = "caredesk.zalo.oa"

    consent_verifier = fields.Char(groups="base.group_system", copy=False, readonly=True)

    # === CONSENT ===

    def _consent_url(self):
        """Return the page of consent; the answer comes to ``/caredesk/zalo/oauth``."""
        self.ensure_one()
        app_sudo = self.app_id.sudo()  # the verifier is an administrator's; it stays signed
        verifier = {
            PkceMode.NONE.value: None,
            PkceMode.FIXED.value: app_sudo.code_verifier,
            PkceMode.PER_REQUEST.value: new_verifier(),
        }[app_sudo.pkce_mode]
        state = hash_sign(
            self.env(su=True),
            _STATE_SCOPE,
            {"account": self.id, "user": self.env.uid},
            expiration_hours=CONSENT_HOURS,
        )
        # The verifier must not travel over Zalo with the state, so it waits here.
        self._hold()
        self.sudo().consent_verifier = verifier
        with ZaloClient(app_sudo._options()) as client:
            return client.oauth.consent_url(app_sudo.redirect_uri, state, verifier)

    @api.model
    def _account_of_state(self, state):
        """Return the account a consent was asked for by the present user, or nothing."""
        try:
            values = verify_hash_signed(self.env(su=True), _STATE_SCOPE, state)
        except ValueError:
            return self.browse()
        if not values or values["user"] != self.env.uid:
            return self.browse()
        return self.browse(values["account"]).exists()

    def _connect(self, code, oa_id):
        """Exchange the code of a consent for tokens and note who gave it.

        :param oa_id: the account that gave it, as Zalo says
        :raise UserError: it is another account than the one connected before
        :raise ZaloError: Zalo gave no tokens
        """
        self.ensure_one()
        if oa_id:
            self._check_identity(oa_id)
        self._hold()
        verifier = self.sudo().consent_verifier or None  # goes into the client only
        with ZaloClient(self.app_id._options()) as client:
            pair = client.oauth.exchange(code, verifier)
        with ZaloClient(self.app_id._options(), pair.access_token) as client:
            profile = client.account.profile()
        found = profile.oa_id or oa_id
        self._check_identity(found)
        self._keep_tokens(pair)
        self.sudo().write(
            {
                "oa_id": self.oa_id or found,
                "package": profile.package,
                "follower_count": profile.followers,
                "connected_at": fields.Datetime.now(),
            }
        )

    def _check_identity(self, oa_id):
        """Check that the account which gave its consent is this one, and nobody else's.

        :raise UserError: it is not
        """
        if self.oa_id and self.oa_id != oa_id:
            raise UserError(
                self.env._(
                    "You gave the consent for another Official Account. Choose %s.", self.name
                )
            )
        # sudo: the account may be one of a company the user does not see
        others = self.sudo().with_context(active_test=False)
        if others.search_count([("oa_id", "=", oa_id), ("id", "!=", self.id)], limit=1):
            raise UserError(
                self.env._("This Official Account is set up already, perhaps in another company.")
            )

    # === TOKENS ===

    def _keep_tokens(self, pair):
        """Store a new pair of tokens."""
        self.sudo().write(
            {
                "state": "connected",
                "access_token": pair.access_token,
                "refresh_token": pair.refresh_token,
                "token_expires_at": fields.Datetime.now() + timedelta(seconds=pair.expires_in),
                "last_error": False,
            }
        )

    def _access_token(self):
        """Return the token to call with.

        :raise UserError: the account is not connected
        """
        self.ensure_one()
        token = self.sudo().access_token  # goes into the client and nowhere else
        if not token:
            raise UserError(self.env._("%s is not connected to Zalo.", self.name))
        return token

    def _call(self, work, calls=1):
        """Return ``work(client)``; when the token does not count any more, renew it once.

        Only for the background: Zalo is waited for.

        :param calls: how many calls ``work`` makes, for the limit of a minute
        :raise ZaloHeld: calls are held back for the moment; nothing was called
        :raise ZaloError: what the call or the renewal met
        """
        self.ensure_one()
        gate = self.env["caredesk.zalo.gate"]
        token = self._access_token()
        wait, failures = gate._enter(self.app_id, calls)
        if wait:
            raise ZaloHeld(wait)
        try:
            if failures >= FAILURES:
                # Whether Zalo answers again is found out by what reaches no customer.
                self._speak(token, lambda client: client.account.profile())
                gate._answered(self.app_id)
            result = self._speak(token, work)
        except ZaloError as error:
            self._note_answer(error)
            raise
        if failures:
            gate._answered(self.app_id)
        return result

    def _speak(self, token, work):
        """Return ``work(client)`` with this token, or with its successor if it is too old."""
        try:
            with ZaloClient(self.app_id._options(), token) as client:
                return work(client)
        except ZaloAuthExpired:
            token = self._renew(token)
            with ZaloClient(self.app_id._options(), token) as client:
                return work(client)

    def _note_answer(self, error):
        """Tell the gate what kind of answer a failure was, the account what a person must do."""
        gate = self.env["caredesk.zalo.gate"]
        needs_human = isinstance(error, ZaloNeedsHuman)
        if error.code == TOO_MANY_CALLS:
            gate._limited(self.app_id)
        elif error.code is not None:
            gate._answered(self.app_id)
        elif not needs_human and (error.http_status is None or error.http_status >= 500):
            gate._unanswered(self.app_id, error.reason)
        if needs_human:
            self._write_aside(last_error=error.reason)

    def _write_aside(self, **values):
        """Note something about the account in a transaction of its own that waits for nobody.

        The row is everybody's: a conflict on it must not undo the work of whoever has news.
        """
        columns = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()
        )
        with self.env["caredesk.zalo.gate"]._aside() as cr:
            cr.execute(
                SQL(
                    """UPDATE %(table)s SET %(columns)s WHERE id IN (
                           SELECT id FROM %(table)s WHERE id = ANY(%(ids)s)
                              FOR NO KEY UPDATE SKIP LOCKED)""",
                    table=SQL.identifier(self._table),
                    columns=columns,
                    ids=self.ids,
                )
            )
        self.invalidate_recordset(list(values))

    def _renew(self, stale):
        """Return a newer access token than ``stale``; whoever comes second gets the first's.

        :raise ZaloError: Zalo gave none
        """
        self.ensure_one()
        with self.env.registry.cursor() as cr:
            if isinstance(cr, Cursor):  # not the cursor of a test, which is one transaction
                # Who waited for the lock must read what the one before him wrote.
                cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            account = api.Environment(cr, SUPERUSER_ID, {})[self._name].browse(self.id)
            cr.execute(
                # NO KEY: an event that refers to the account is stored meanwhile.
                SQL("SELECT access_token FROM %s WHERE id = %s FOR NO KEY UPDATE",
                    SQL.identifier(self._table), self.id)
            )  # fmt: skip
            (current,) = cr.fetchone()
            is_newer = current and current != stale
            found = current if is_newer else account._renew_locked()
        # The transaction ended here, committed: a pair that Zalo spent its predecessor for must
        # be kept even if whatever asked for it fails.
        self.invalidate_recordset()
        if isinstance(found, ZaloError):
            raise found
        return found

    def _renew_locked(self):
        """Ask Zalo for the next pair, the row being locked; return the error when there is none.

        What Zalo refused once is not asked again: it takes a new consent.
        """
        if self.state == "broken":
            return ZaloNeedsHuman(self.last_error or "Zalo gave no access.")
        try:
            with ZaloClient(self.app_id._options()) as client:
                pair = client.oauth.refresh(self.refresh_token or "")
        except ZaloNeedsHuman as error:
            _logger.info("Zalo account %s has to be connected again: %s", self.id, error.reason)
            self.write({"state": "broken", "last_error": error.reason})
            self._tell_broken()
            return error
        except ZaloError as error:
            self.last_error = error.reason
            # Whatever was to be said did not leave: it can be tried again.
            return ZaloRetryable(error.reason, code=error.code, http_status=error.http_status)
        self._keep_tokens(pair)
        return pair.access_token

    def _tell_broken(self):
        """Tell the administrators of the account that it has to be connected again."""
        everybody = self.env.ref("caredesk_zalo.group_admin").all_user_ids
        people = everybody.filtered(lambda user: self.company_id in user.company_ids)
        for lang, users in people.grouped("lang").items():
            account = self.with_context(lang=lang)
            account.message_notify(
                partner_ids=users.partner_id.ids,
                subject=account.env._("Zalo: %s has to be connected again", self.name),
                body=account.env._(
                    "Zalo does not accept our access any more: %s Customers are not answered "
                    "until somebody opens the Official Account and presses Connect.",
                    self.last_error,
                ),
                force_send=False,
            )

    @api.model
    def _cron_renew(self):
        """Cron: renew the tokens that end soon, one account after the other."""
        horizon = fields.Datetime.now() + timedelta(hours=REFRESH_HOURS)
        due = self.search([("state", "=", "connected"), ("token_expires_at", "<", horizon)])
        for number, account in enumerate(due, start=1):
            try:
                account._renew(account.access_token)
            except ZaloError as error:
                _logger.info("Zalo account %s was not renewed: %s", account.id, error.reason)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - number):
                break
