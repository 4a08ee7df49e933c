"""Customers of an Official Account: who they are, their tags, what was said before."""

from collections.abc import Iterator, Mapping
from typing import Any

from .transport import Transport

#: The most Zalo gives in one answer.
USERS_PER_PAGE = 50
MESSAGES_PER_PAGE = 10

#: The last offset Zalo takes in a list of users; the rest is out of reach.
LAST_OFFSET = 9951


class UserService:
    """Customers of one Official Account. Ids are texts: they are longer than a float holds."""

    def __init__(self, transport: Transport, access_token: str):
        self._transport = transport
        self._token = access_token
        self._base = transport.options.openapi_url

    def detail(self, user_id: str) -> dict[str, Any]:
        """Return a customer's profile: ``display_name, avatar, user_is_follower, shared_info, …``

        :raise ZaloRejected: he has nothing to do with the account (-213)
        """
        profile = self._get("/v3.0/oa/user/detail", {"user_id": user_id})
        return profile if isinstance(profile, dict) else {}

    def ids(self, **filters: Any) -> Iterator[str]:
        """Yield the customers' ids, page by page; at most about 10,000, Zalo gives no more.

        :param filters: ``tag_name, last_interaction_period, is_follower``, as Zalo writes them
        """
        offset = 0
        while offset <= LAST_OFFSET:
            data = {"offset": offset, "count": USERS_PER_PAGE, **filters}
            users = (self._get("/v3.0/oa/user/getlist", data) or {}).get("users") or []
            yield from (str(user["user_id"]) for user in users)
            if len(users) < USERS_PER_PAGE:
                return
            offset += USERS_PER_PAGE

    def update(self, user_id: str, values: Mapping[str, Any]) -> None:
        """Write what the account knows of a customer; ``shared_info`` only when complete."""
        self._post("/v3.0/oa/user/update", {"user_id": user_id, **values})

    def forget(self, user_id: str) -> None:
        """Delete what the account stored of a customer at Zalo."""
        self._post("/v2.0/oa/deletefollowerinfo", {"user_id": user_id})

    def tag(self, user_id: str, name: str) -> None:
        """Give a customer a tag; Zalo makes it when it is new."""
        self._post("/v2.0/oa/tag/tagfollower", {"user_id": user_id, "tag_name": name})

    def untag(self, user_id: str, name: str) -> None:
        """Take a tag from a customer."""
        self._post("/v2.0/oa/tag/rmfollowerfromtag", {"user_id": user_id, "tag_name": name})

    def tags(self) -> list[str]:
        """Return the names of the account's tags."""
        return list(self._get("/v2.0/oa/tag/gettagsofoa") or [])

    def conversation(self, user_id: str, offset: int = 0) -> list[dict[str, Any]]:
        """Return ten messages of a conversation, newest first, from ``offset`` on.

        Each has ``src`` (1 customer, 0 account), ``time`` (milliseconds since 1970), ``type``,
        ``message_id``, ``message`` and, for media, ``url``.
        """
        data = {"user_id": user_id, "offset": offset, "count": MESSAGES_PER_PAGE}
        return list(self._get("/v2.0/oa/conversation", data) or [])

    def _get(self, path: str, data: Mapping[str, Any] | None = None) -> Any:
        headers = self._transport.token_headers(self._token)
        return self._transport.get(f"{self._base}{path}", headers, data)

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = self._transport.token_headers(self._token)
        return self._transport.call("POST", f"{self._base}{path}", headers, json=body)
