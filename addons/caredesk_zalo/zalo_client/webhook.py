"""The signature of a webhook: who may say that a customer wrote.

Zalo signs with plain SHA-256 over four texts joined: the app's id, the body byte for byte, the
timestamp, the secret key of the Official Account (not of the app). It is not an HMAC, so the
order and the very bytes matter: a body read as JSON and written anew has another signature.
Source: ``MacUtils.buildMac`` of Zalo's Java SDK.
"""

import hashlib
import hmac

#: What Zalo writes before the digits; some relays cut it off.
PREFIX = "mac="


def signature(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """Return the signature of a body: 64 lower-case hexadecimal digits.

    :param body: the bytes as they came over the wire
    :param timestamp: milliseconds since 1970, as text
    :param secret: the secret key of the Official Account
    """
    digest = hashlib.sha256(app_id.encode())
    digest.update(body)
    digest.update(timestamp.encode())
    digest.update(secret.encode())
    return digest.hexdigest()


def is_signed(header: str, app_id: str, body: bytes, timestamps: tuple[str, ...], secret: str):
    """Tell whether ``header`` is the signature of ``body`` at one of ``timestamps``.

    Integrations differ in which timestamp is signed, the one in the body or the one of the
    header ``X-ZEvent-Timestamp``; they are believed equal, and both are tried. Without a secret
    nothing is rightly signed.
    """
    if not secret or not header:
        return False
    given = header.strip().removeprefix(PREFIX).lower().encode("utf-8", "replace")
    matches = False
    for timestamp in timestamps:
        expected = signature(app_id, body, timestamp, secret).encode()
        matches |= hmac.compare_digest(given, expected)
    return matches
