"""The Official Account itself: who it is, what it may still send, its templates."""

from dataclasses import dataclass
from typing import Any

from . import error_table
from .transport import Transport

#: The most templates Zalo lists in one answer.
TEMPLATES_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Profile:
    """What an Official Account tells of itself.

    :ivar oa_id: decimal digits.
    """

    oa_id: str
    name: str
    is_verified: bool
    package: str
    followers: int


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of something may be sent, and how much of it is left."""

    total: int
    left: int


class AccountService:
    """One Official Account."""

    def __init__(self, transport: Transport, access_token: str):
        self._transport = transport
        self._headers = transport.token_headers(access_token)
        self._openapi = transport.options.openapi_url
        self._business = transport.options.business_url

    def profile(self) -> Profile:
        """Return who the account is; the cheapest call that shows whether the token counts."""
        data = self._transport.get(f"{self._openapi}/v2.0/oa/getoa", self._headers) or {}
        return Profile(
            str(data.get("oaid") or data.get("oa_id") or ""),
            str(data.get("name") or ""),
            bool(data.get("is_verified")),
            str(data.get("package_name") or ""),
            _count(data.get("num_follower")),
        )

    def last_interaction(self, user_id: str) -> int:
        """Return when a customer last interacted: milliseconds since 1970, 0 for never."""
        url = f"{self._openapi}/v3.0/oa/quota/message"
        data = self._transport.call("POST", url, self._headers, json={"user_id": user_id})
        moment = str((data or {}).get("last_interaction") or "")
        return int(moment) if moment.isdigit() else 0

    def message_quota(self) -> Quota:
        """Return the messages of the package that may be sent after the free 48 hours."""
        url = f"{self._openapi}/v3.0/oa/quota/message"
        asked = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
        rows = self._transport.call("POST", url, self._headers, json=asked)
        found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        total, left = (sum(_count(row.get(key)) for row in found) for key in ("total", "remain"))
        return Quota(total, left)

    def template_quota(self) -> Quota:
        """Return the templates that may be sent today."""
        data = self._business_get("/message/quota")
        data = data if isinstance(data, dict) else {}
        return Quota(_count(data.get("dailyQuota")), _count(data.get("remainingQuota")))

    def templates(self, offset: int = 0) -> list[dict[str, Any]]:
        """Return up to 100 templates that may be sent: ``templateId, templateName, status, …``"""
        query = {"offset": offset, "limit": TEMPLATES_PER_PAGE, "status": 1}
        return list(self._business_get("/template/all", query) or [])

    def template(self, template_id: str) -> dict[str, Any]:
        """Return a template with its ``listParams``, ``previewUrl`` and ``price``."""
        return self._business_get("/template/info/v2", {"template_id": template_id}) or {}

    def delivery(self, message_id: str, phone: str) -> int:
        """Return where a template is: -1 unknown, 0 on its way, 1 delivered."""
        query = {"message_id": message_id, "phone": phone}
        data = self._business_get("/message/status", query) or {}
        return int(data.get("status", -1))

    def _business_get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        return self._transport.call(
            "GET",
            f"{self._business}{path}",
            self._headers,
            table=error_table.BUSINESS,
            params=query,
        )


def _count(value: Any) -> int:
    """Return a number that some endpoints write as text; 0 for none."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
