"""What can go wrong with Zalo, sorted by what the caller has to do about it."""


class ZaloError(Exception):
    """A call to Zalo that did not do what was asked.

    :ivar code: Zalo's error number, None when there was none.
    :ivar reason: what went wrong, in English, without secrets.
    :ivar http_status: None when no answer came.
    :ivar excerpt: the beginning of an answer that could not be read, for a log.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: int | None = None,
        http_status: int | None = None,
        excerpt: str = "",
    ):
        super().__init__(f"{reason} ({code})" if code is not None else reason)
        self.code = code
        self.reason = reason
        self.http_status = http_status
        self.excerpt = excerpt


class ZaloRetryable(ZaloError):
    """It was surely not done; the same call may work soon.

    :ivar retry_after: seconds to wait at least.
    """

    retry_after = 5


class ZaloHeld(ZaloRetryable):
    """Nothing was called: there were too many calls, or Zalo does not answer for now.

    :ivar retry_after: seconds until calls are made again.
    """

    def __init__(self, retry_after: float):
        super().__init__("Zalo is not called for a moment.")
        self.retry_after = retry_after


class ZaloLater(ZaloRetryable):
    """It was not done; a quota or the night stands against it, so seconds do not help."""

    retry_after = 3600


class ZaloNight(ZaloLater):
    """It is not sent at night: try again in the morning, at six in Vietnam."""


class ZaloTomorrow(ZaloLater):
    """The quota of the day is used up: try again tomorrow."""


class ZaloAuthExpired(ZaloError):
    """The access token does not count any more: refresh once, call once more."""


class ZaloUploadExpired(ZaloRetryable):
    """The uploaded file is too old: it was not sent; upload it again, then send."""


class ZaloNeedsHuman(ZaloError):
    """The app or the account is not set up for this: an administrator has to act at Zalo."""


class ZaloRejected(ZaloError):
    """It will not be done, however often it is tried."""


class ZaloUncertain(ZaloError):
    """The connection was lost after the request went out: it may have been done, or not."""


class ZaloInvalid(ValueError):
    """What was to be sent breaks a limit of Zalo; nothing was called.

    :ivar limit: a stable key of the limit, see ``limits.py``.
    :ivar maximum: the limit itself, in the unit the key names.
    """

    def __init__(self, limit: str, maximum: int | str):
        super().__init__(f"{limit}: at most {maximum}")
        self.limit = limit
        self.maximum = maximum
