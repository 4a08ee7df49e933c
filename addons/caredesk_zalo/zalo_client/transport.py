"""One HTTP call to Zalo: sent once, read within bounds, its failure sorted by consequence."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from typing import Any

import requests

from . import error_table
from .errors import ZaloRetryable, ZaloUncertain
from .options import ZaloOptions

#: Characters of an unreadable answer kept for the log.
EXCERPT_LENGTH = 200

#: What may stand in an answer and must never stand in a log.
_SECRETS = re.compile(
    r"""("?(?:access_token|refresh_token|secret_key|code|code_verifier)"?\s*[:=]\s*"?)[^"&\s,}]+"""
)


def excerpt(body: bytes) -> str:
    """Return the beginning of an answer as one line of text, its secrets blotted out."""
    text = body[: EXCERPT_LENGTH * 4].decode("utf-8", "replace")
    return _SECRETS.sub(r"\1***", " ".join(text.split()))[:EXCERPT_LENGTH]


class Transport:
    """The way to Zalo's hosts, with one pool of connections.

    :param options: hosts, app and patience
    :param session: a session of requests; a new one when not given
    :ivar has_sent: whether a call went out that reaches a customer
    """

    def __init__(self, options: ZaloOptions, session: requests.Session | None = None):
        self.options = options
        self.has_sent = False
        self._session = session or requests.Session()

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def token_headers(self, access_token: str) -> dict[str, str]:
        """Return the headers that show who calls: the bare token, and its proof if wanted."""
        headers = {"access_token": access_token}
        if self.options.send_proof:
            proof = hmac.new(
                self.options.app_secret.encode(), access_token.encode(), hashlib.sha256
            )
            headers["appsecret_proof"] = proof.hexdigest()
        return headers

    def get(self, url: str, headers: Mapping[str, str], data: Mapping[str, Any] | None = None):
        """Return the ``data`` of an answer to a question.

        The Official Account API takes its arguments as one parameter that holds JSON.
        """
        params = {"data": json.dumps(data, separators=(",", ":"))} if data is not None else None
        return self.call("GET", url, headers, params=params)

    def call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        table: dict[int, error_table.Row] = error_table.OPENAPI,
        sends: bool = False,
        **request: Any,
    ) -> Any:
        """Call Zalo once and return the ``data`` of its answer.

        :param table: what the host's error numbers mean
        :param sends: whether the call reaches a customer: when its answer is lost, nobody knows
            whether it did
        :param request: what requests is to send: ``json``, ``data``, ``files``, ``params``
        :raise ZaloError: sorted by consequence
        """
        status, body = self.exchange(method, url, headers, sends=sends, **request)
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise self._unreadable(status, body, sends=sends)
        code = _number(answer.get("error"))
        if code:
            row = error_table.row(code, table)
            raise row.error(row.reason, code=code, http_status=status, excerpt=excerpt(body))
        if status == 401:
            raise error_table.row(-216, table).error(
                "The access token was refused.", http_status=status, excerpt=excerpt(body)
            )
        if status >= 300 or code is None:
            raise self._unreadable(status, body, sends=sends)
        return answer.get("data")

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], *, sends: bool, **request: Any
    ) -> tuple[int, bytes]:
        """Send one request and return the answer's status and body.

        A redirect is not followed: it would carry the token to a host nobody chose.

        :raise ZaloRetryable: the request did not go out
        :raise ZaloUncertain: it went out and no answer came, and ``sends`` is true
        """
        timeouts = (self.options.connect_timeout, self.options.read_timeout)
        lost = ZaloUncertain if sends else ZaloRetryable
        self.has_sent = self.has_sent or sends
        try:
            with self._session.request(
                method,
                url,
                headers=dict(headers),
                timeout=timeouts,
                allow_redirects=False,
                stream=True,
                **request,
            ) as response:
                return response.status_code, self._read(response)
        except requests.ConnectTimeout as error:
            raise ZaloRetryable("Zalo could not be reached.") from error
        except requests.ConnectionError as error:
            kind = ZaloRetryable if _never_connected(error) else lost
            raise kind("The connection to Zalo was lost.") from error
        except requests.RequestException as error:
            raise lost("Zalo did not answer in time.") from error

    def _read(self, response: requests.Response) -> bytes:
        """Return the body of an answer, cut after the longest that is accepted.

        :raise requests.Timeout: it trickles on and on
        """
        body = bytearray()
        last_moment = time.monotonic() + self.options.answer_timeout
        for chunk in response.iter_content(65536):
            body += chunk
            if len(body) > self.options.max_answer_bytes:
                break
            if time.monotonic() > last_moment:
                raise requests.Timeout("the answer took too long")
        return bytes(body)

    def _unreadable(self, status: int, body: bytes, *, sends: bool):
        """Return the error of an answer that is not Zalo's: a gateway's page, half a text.

        A gateway refuses with 429 or 503 before the call is done. Any other answer to a message
        leaves open whether it was sent.
        """
        kind = ZaloUncertain if sends and status not in (429, 503) else ZaloRetryable
        return kind(
            f"Zalo's answer could not be read (HTTP {status}).",
            http_status=status,
            excerpt=excerpt(body),
        )


def _number(value: Any) -> int | None:
    """Return a number that some endpoints write as text; None when it is neither."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _never_connected(error: requests.ConnectionError) -> bool:
    """Tell whether the connection failed before anything was sent over it."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "SSLError")
