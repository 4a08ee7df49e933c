"""Zalo's Official Account API in plain Python: no Odoo, no state, no retries."""

from . import bodies, events, limits, selftest, webhook
from .client import ZaloClient
from .errors import (
    ZaloAuthExpired,
    ZaloError,
    ZaloHeld,
    ZaloInvalid,
    ZaloLater,
    ZaloNeedsHuman,
    ZaloNight,
    ZaloRejected,
    ZaloRetryable,
    ZaloTomorrow,
    ZaloUncertain,
    ZaloUploadExpired,
)
from .oauth import PkceMode, TokenPair, challenge, new_verifier
from .options import ZaloOptions
