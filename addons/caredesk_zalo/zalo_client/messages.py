"""Messages to one customer: free ones in a conversation, and templates by customer or phone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import error_table, limits
from .transport import Transport


@dataclass(frozen=True, slots=True)
class Sent:
    """What Zalo says of a message it took.

    :ivar message_id: Zalo's id; the echo and the read marks name it.
    :ivar sent_ms: milliseconds since 1970; 0 when Zalo did not say.
    :ivar quota: what remains, as Zalo tells it: texts or numbers, keys may be missing.
    """

    message_id: str
    sent_ms: int = 0
    quota: Mapping[str, Any] = field(default_factory=dict)


class MessageService:
    """Messages of one Official Account."""

    def __init__(self, transport: Transport, access_token: str):
        self._transport = transport
        self._token = access_token

    def send(self, user_id: str, body: Mapping[str, Any]) -> Sent:
        """Send a message in a conversation («tin Tư vấn»).

        :param body: made by ``bodies``
        :raise ZaloUncertain: it may have been sent; sending again could send it twice
        :raise ZaloError: it was not sent
        """
        return self._send(
            f"{self._transport.options.openapi_url}/v3.0/oa/message/cs",
            {"recipient": {"user_id": user_id}, "message": dict(body)},
        )

    def react(self, user_id: str, message_id: str, icon: str) -> Sent:
        """Put a sign on a customer's message, such as ``/-heart``; ``/-remove`` takes it away."""
        action = {"react_icon": icon, "react_message_id": message_id}
        return self._send(
            f"{self._transport.options.openapi_url}/v2.0/oa/message",
            {"recipient": {"user_id": user_id}, "sender_action": action},
        )

    def send_template(self, user_id: str, template_id: str, values: Mapping[str, str]) -> Sent:
        """Send an approved template to a customer of the account."""
        return self._send(
            f"{self._transport.options.openapi_url}/v3.0/oa/message/template",
            {"user_id": user_id, "template_id": template_id, "template_data": dict(values)},
        )

    def send_template_by_phone(
        self,
        phone: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        tracking_id: str,
        development: bool = False,
    ) -> Sent:
        """Send an approved template to whoever owns a phone number.

        :param phone: written 84…, as Zalo wants it
        :param tracking_id: comes back with the delivery
        :param development: only to administrators of the account, from a purse of its own
        """
        body: dict[str, Any] = {
            "phone": phone,
            "template_id": template_id,
            "template_data": dict(values),
            "tracking_id": limits.at_most(
                "tracking_id", tracking_id, limits.TRACKING_ID_CHARACTERS
            ),
        }
        if development:
            body["mode"] = "development"
        url = f"{self._transport.options.business_url}/message/template"
        return self._send(url, body, table=error_table.BUSINESS)

    def _send(self, url: str, body: Mapping[str, Any], **how: Any) -> Sent:
        headers = self._transport.token_headers(self._token)
        data = self._transport.call("POST", url, headers, sends=True, json=body, **how) or {}
        sent = str(data.get("sent_time") or "")
        return Sent(
            str(data.get("message_id") or data.get("msg_id") or ""),
            int(sent) if sent.isdigit() else 0,
            data.get("quota") or {},
        )
