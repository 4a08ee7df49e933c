"""The signature of calls to the inbound hook.

The caller signs ``<timestamp>.<body>`` with the secret of its source: HMAC with SHA-256, written
as ``sha256=<64 hex digits>``. The timestamp is in seconds since 1970, so a call that somebody
recorded is worth nothing some minutes later.
"""

import hashlib
import hmac
import re

PREFIX = "sha256="
#: What :func:`refusal` returns.
NO_TIMESTAMP = "no_timestamp"
STALE = "stale"
BAD_SIGNATURE = "bad_signature"

_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def sign(secret: str, timestamp: int | str, body: bytes) -> str:
    """Return the value of the signature header for ``body`` sent at ``timestamp``."""
    text = str(timestamp).encode() + b"." + body
    return PREFIX + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def timestamp_refusal(timestamp: str, now: float, max_age: int) -> str:
    """Return why a call of this age is refused, an empty string when it is not.

    :param timestamp: the header as it came in
    :param now: seconds since 1970
    :param max_age: seconds that the clocks of caller and server may be apart, either way
    """
    if not _TIMESTAMP.fullmatch(timestamp or ""):
        return NO_TIMESTAMP
    return STALE if abs(now - int(timestamp)) > max_age else ""


def signature_refusal(signature: str, timestamp: str, body: bytes, secrets: list[str]) -> str:
    """Return why the signature is refused, an empty string when one of ``secrets`` made it.

    All secrets are tried in constant time: an answer does not tell how far a guess was right.
    """
    given = (signature or "").encode("utf-8", "replace")
    matches = [
        hmac.compare_digest(sign(secret, timestamp, body).encode(), given)
        for secret in secrets
        if secret
    ]
    return "" if any(matches) else BAD_SIGNATURE
