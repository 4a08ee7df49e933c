"""OAuth of Official Accounts, version 4: consent, first pair of tokens, next pair.

A refresh token counts once. Whoever refreshes must keep the new pair before he uses it, and no
two processes may refresh at once; both are the caller's duty.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlencode

from .errors import ZaloNeedsHuman, ZaloRetryable, ZaloUncertain
from .transport import Transport, excerpt

#: Seconds an access token lives when Zalo does not say so: 25 hours.
DEFAULT_LIFETIME = 90_000


class PkceMode(Enum):
    """How the proof key of a consent is made; it depends on how the app's console is set."""

    NONE = "none"
    FIXED = "fixed"
    PER_REQUEST = "per_request"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a consent or a refresh gives.

    :ivar expires_in: seconds the access token lives from now.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int = DEFAULT_LIFETIME


def new_verifier() -> str:
    """Return a random code verifier of 43 characters."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """Return the code challenge of a verifier (RFC 7636, S256)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class OAuthService:
    """Consent and tokens of one app."""

    def __init__(self, transport: Transport):
        self._transport = transport
        self._options = transport.options

    def consent_url(self, redirect_uri: str, state: str, verifier: str | None = None) -> str:
        """Return the page on which an administrator of the account gives his consent.

        :param redirect_uri: byte for byte the address saved in the app's console
        :param state: comes back unchanged with the code
        :param verifier: the code verifier; None when the app uses no proof key
        """
        query = {"app_id": self._options.app_id, "redirect_uri": redirect_uri, "state": state}
        if verifier:
            query["code_challenge"] = challenge(verifier)
        return f"{self._options.oauth_url}/v4/oa/permission?{urlencode(query)}"

    def exchange(self, code: str, verifier: str | None = None) -> TokenPair:
        """Return the tokens a consent's code stands for; a code counts once, ten minutes.

        :raise ZaloNeedsHuman: Zalo gave no tokens; the consent has to be given again
        :raise ZaloRetryable: Zalo could not be reached
        """
        form = {"grant_type": "authorization_code", "code": code}
        if verifier:
            form["code_verifier"] = verifier
        return self._tokens(form)

    def refresh(self, refresh_token: str) -> TokenPair:
        """Return the next pair of tokens; the refresh token given is spent.

        :raise ZaloNeedsHuman: the refresh token does not count any more: connect again
        :raise ZaloRetryable: surely not spent; try again
        :raise ZaloUncertain: the answer was lost; the token may be spent
        """
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def _tokens(self, form: dict[str, str]) -> TokenPair:
        status, body = self._transport.exchange(
            "POST",
            f"{self._options.oauth_url}/v4/oa/access_token",
            {"secret_key": self._options.app_secret},
            sends=True,
            data={"app_id": self._options.app_id, **form},
        )
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if isinstance(answer, dict) and answer.get("access_token"):
            return TokenPair(
                str(answer["access_token"]),
                str(answer.get("refresh_token") or ""),
                _lifetime(answer.get("expires_in")),
            )
        raise self._failure(status, body, answer)

    def _failure(self, status: int, body: bytes, answer: object):
        """Return the error of an answer without tokens.

        The token host reports failures with HTTP 200, with other keys than the API and
        sometimes without a number.
        """
        details = {"http_status": status, "excerpt": excerpt(body)}
        if not isinstance(answer, dict):
            kind = ZaloRetryable if status in (429, 503) else ZaloUncertain
            return kind(f"Zalo's answer could not be read (HTTP {status}).", **details)
        code = answer.get("error")
        code = int(code) if str(code).lstrip("-").isdigit() else None
        if code == -32:
            return ZaloRetryable("Too many calls in one minute.", code=code, **details)
        keys = ("message", "error_description", "error_reason", "error_name")
        said = next((str(answer[key]) for key in keys if answer.get(key)), "no reason given")
        return ZaloNeedsHuman(f"Zalo gave no access: {said}", code=code, **details)


def _lifetime(value: object) -> int:
    """Return seconds that Zalo writes as text, as a number, or not at all."""
    try:
        return max(int(str(value)), 0)
    except ValueError:
        return DEFAULT_LIFETIME
