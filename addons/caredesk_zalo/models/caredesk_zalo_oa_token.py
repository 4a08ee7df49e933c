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
    ZaloNeedsHuman,
    new_verifier,
)

_logger = logging.getLogger(__name__)

#: Hours before its end at which an access token is renewed; it lives for 25.
REFRESH_HOURS = 5
#: Hours a consent may take from the button to the way back.
CONSENT_HOURS = 1
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
        if self.oa_id and oa_id and self.oa_id != oa_id:
            raise UserError(
                self.env._(
                    "You gave the consent for another Official Account. Choose %s.", self.name
                )
            )
        verifier = self.sudo().consent_verifier or None  # goes into the client only
        with ZaloClient(self.app_id._options()) as client:
            pair = client.oauth.exchange(code, verifier)
        self._keep_tokens(pair)
        with self._client() as client:
            profile = client.account.profile()
        self.sudo().write(
            {
                "oa_id": self.oa_id or profile.oa_id or oa_id,
                "package": profile.package,
                "follower_count": profile.followers,
                "connected_at": fields.Datetime.now(),
            }
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

    def _call(self, work):
        """Return ``work(client)``; when the token does not count any more, renew it once.

        Only for the background: Zalo is waited for.

        :raise ZaloError: what the call or the renewal met
        """
        self.ensure_one()
        token = self._access_token()
        try:
            with ZaloClient(self.app_id._options(), token) as client:
                return work(client)
        except ZaloAuthExpired:
            token = self._renew(token)
            with ZaloClient(self.app_id._options(), token) as client:
                return work(client)

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
                SQL("SELECT access_token FROM %s WHERE id = %s FOR UPDATE",
                    SQL.identifier(self._table), self.id)
            )  # fmt: skip
            (current,) = cr.fetchone()
            is_newer = current and current != stale
            token = current if is_newer else account._renew_locked()
        # The transaction ended here, committed: a pair that Zalo spent its predecessor for must
        # be kept even if whatever asked for it fails.
        self.invalidate_recordset()
        if not token:
            raise ZaloNeedsHuman(self.sudo().last_error or "not connected")
        return token

    def _renew_locked(self):
        """Ask Zalo for the next pair, the row being locked; return nothing when it refuses."""
        try:
            with ZaloClient(self.app_id._options()) as client:
                pair = client.oauth.refresh(self.refresh_token or "")
        except ZaloNeedsHuman as error:
            _logger.info("Zalo account %s has to be connected again: %s", self.id, error.reason)
            self.write({"state": "broken", "last_error": error.reason})
            return None
        except ZaloError as error:
            self.last_error = error.reason
            return None
        self._keep_tokens(pair)
        return pair.access_token

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
