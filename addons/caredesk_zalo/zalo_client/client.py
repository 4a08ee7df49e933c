"""The one object the rest of CareDesk talks to Zalo with."""

import requests

from .account import AccountService
from .media import MediaService
from .messages import MessageService
from .oauth import OAuthService
from .options import ZaloOptions
from .transport import Transport
from .users import UserService


class ZaloClient:
    """Zalo as one Official Account of one app.

    A client does what it is told, once: it neither refreshes tokens nor tries again, for only
    its caller can remember, over a crash, what was done.

    :param access_token: empty for a client that only gets tokens
    """

    def __init__(
        self,
        options: ZaloOptions,
        access_token: str = "",
        session: requests.Session | None = None,
    ):
        session = session or requests.Session()
        self._transport = Transport(options, session)
        self.oauth = OAuthService(self._transport)
        self.messages = MessageService(self._transport, access_token)
        self.media = MediaService(self._transport, session, access_token)
        self.users = UserService(self._transport, access_token)
        self.account = AccountService(self._transport, access_token)

    @property
    def has_sent(self) -> bool:
        """Whether a call went out that reaches a customer, whatever became of it."""
        return self._transport.has_sent

    def __enter__(self) -> "ZaloClient":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._transport.close()
