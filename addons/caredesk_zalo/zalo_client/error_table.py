"""Zalo's error numbers and what each one asks of the caller, in one table.

An application error arrives with HTTP status 200 and a number other than 0 in the body, so the
number decides and not the status. The two hosts give some numbers different meanings. Texts are
ours: Zalo's own are often empty or misleading. Source: the error pages of the Official Account
API and of the template (ZNS/ZBS) API on developers.zalo.me, as of autumn 2026.
"""

from typing import NamedTuple

from .errors import (
    ZaloAuthExpired,
    ZaloError,
    ZaloLater,
    ZaloNeedsHuman,
    ZaloNight,
    ZaloRejected,
    ZaloRetryable,
    ZaloTomorrow,
    ZaloUploadExpired,
)


class Row(NamedTuple):
    """What an error number means: the kind of error to raise, and why in English."""

    error: type[ZaloError]
    reason: str


#: Numbers that mean the same on both hosts: the access token is to be refreshed.
TOKEN_CODES = frozenset({-124, -216, -220})

_TOKEN = Row(ZaloAuthExpired, "The access token is invalid or has expired.")

#: https://developers.zalo.me/docs/official-account/phu-luc/ma-loi
OPENAPI = {
    **dict.fromkeys(TOKEN_CODES, _TOKEN),
    -32: Row(ZaloRetryable, "Too many calls in one minute."),
    -100: Row(ZaloUploadExpired, "The uploaded file has expired."),
    -200: Row(ZaloRetryable, "Zalo could not send the message."),
    -201: Row(ZaloRejected, "Zalo does not accept a value of the message."),
    -202: Row(ZaloNeedsHuman, "The signature of the call is wrong."),
    -204: Row(ZaloNeedsHuman, "The Official Account is disabled."),
    -205: Row(ZaloNeedsHuman, "The Official Account does not exist."),
    -209: Row(ZaloNeedsHuman, "The app is not activated."),
    -210: Row(ZaloRejected, "A value of the message exceeds its limit."),
    -211: Row(ZaloLater, "The quota of the Official Account is used up."),
    -212: Row(ZaloNeedsHuman, "The app has no permission for this; grant it and connect again."),
    -213: Row(ZaloRejected, "The customer does not follow the Official Account."),
    -214: Row(ZaloLater, "Zalo is still processing the article."),
    -217: Row(ZaloRejected, "The customer has blocked invitations of the Official Account."),
    -218: Row(ZaloLater, "This customer cannot receive more messages for now."),
    -219: Row(ZaloNeedsHuman, "The app was removed or disabled."),
    -221: Row(ZaloNeedsHuman, "The Official Account is not verified."),
    -222: Row(ZaloRejected, "The customer is inactive or has blocked the Official Account."),
    -223: Row(ZaloNeedsHuman, "The Official Account has not authorised the app for this."),
    -224: Row(ZaloNeedsHuman, "The package of the Official Account does not include this."),
    -227: Row(ZaloRejected, "The customer is banned or was inactive for more than 45 days."),
    -230: Row(ZaloRejected, "The customer has not interacted in the past 7 days."),
    -232: Row(ZaloRejected, "The customer has never interacted, or too long ago."),
    -233: Row(ZaloRejected, "This kind of message is not supported."),
    -234: Row(ZaloNight, "This kind of message is not sent between 22:00 and 06:00."),
    -235: Row(ZaloRejected, "This type of Official Account cannot do this."),
    -237: Row(ZaloNeedsHuman, "The group chat has expired or is disabled."),
    -238: Row(ZaloNeedsHuman, "The package of the group chat is not valid."),
    -240: Row(ZaloRejected, "This interface of Zalo has been shut down."),
    -241: Row(ZaloNeedsHuman, "The package of the group chat is in use or not valid."),
    -242: Row(ZaloNeedsHuman, "The proof made with the app's secret key is wrong."),
    -244: Row(ZaloRejected, "The customer does not want this kind of message."),
    -248: Row(ZaloRejected, "The message violates the rules of Zalo."),
    -249: Row(ZaloRejected, "This template can be sent by phone number only."),
    -305: Row(ZaloRejected, "The 48 hours for a reply are over."),
    -311: Row(ZaloRejected, "The replies of this conversation are used up."),
    -320: Row(ZaloNeedsHuman, "The app is not connected to a Zalo Cloud Account."),
    -321: Row(ZaloNeedsHuman, "The Zalo Cloud Account has run out of money."),
    -403: Row(ZaloRejected, "The Official Account is not in this group chat."),
}

#: https://zalo.cloud/zns/guidelines/handle-error-code
BUSINESS = {
    **dict.fromkeys(TOKEN_CODES, _TOKEN),
    -32: Row(ZaloRetryable, "Too many calls in one minute."),
    -100: Row(ZaloRetryable, "Zalo met an unknown error."),
    -101: Row(ZaloNeedsHuman, "The app is not valid."),
    -102: Row(ZaloNeedsHuman, "The app does not exist."),
    -103: Row(ZaloNeedsHuman, "The app is not activated."),
    -104: Row(ZaloNeedsHuman, "The secret key of the app is wrong."),
    -105: Row(ZaloNeedsHuman, "The app is not linked to an Official Account."),
    -108: Row(ZaloRejected, "The phone number is not valid."),
    -109: Row(ZaloRejected, "The template does not exist."),
    -110: Row(ZaloRejected, "The customer's Zalo is too old for this template."),
    -111: Row(ZaloRejected, "The template needs values."),
    -112: Row(ZaloRejected, "A value of the template has the wrong type."),
    -1121: Row(ZaloRejected, "A value of the template is too long."),
    -1122: Row(ZaloRejected, "A value of the template is missing."),
    -1124: Row(ZaloRejected, "A value of the template has the wrong format."),
    -114: Row(ZaloRejected, "The customer cannot receive the message."),
    -115: Row(ZaloNeedsHuman, "The account has no money or quota left."),
    -117: Row(ZaloNeedsHuman, "The Official Account may not use this template."),
    -118: Row(ZaloRejected, "The phone number has no Zalo account."),
    -119: Row(ZaloRejected, "The customer's account cannot receive the message."),
    -1241: Row(ZaloNeedsHuman, "The proof made with the app's secret key is wrong."),
    -126: Row(ZaloLater, "The quota of the development mode is used up."),
    -127: Row(ZaloRejected, "A test template goes to administrators only."),
    -131: Row(ZaloNeedsHuman, "The template is not approved."),
    -132: Row(ZaloRejected, "A parameter of the call is wrong."),
    -133: Row(ZaloNight, "This template is not sent between 22:00 and 06:00."),
    -135: Row(ZaloNeedsHuman, "The Official Account may not send templates."),
    -136: Row(ZaloNeedsHuman, "The app is not connected to a Zalo Cloud Account."),
    -137: Row(ZaloNeedsHuman, "The Zalo Cloud Account could not be charged."),
    -138: Row(ZaloNeedsHuman, "The app has no permission for this."),
    -139: Row(ZaloRejected, "The customer does not want this kind of message."),
    -140: Row(ZaloRejected, "The customer may not receive this kind of message."),
    -141: Row(ZaloRejected, "The customer refuses messages of the Official Account."),
    -144: Row(ZaloTomorrow, "The daily quota of the Official Account is used up."),
    -1441: Row(ZaloLater, "The monthly quota of promotions is used up."),
    -146: Row(ZaloNeedsHuman, "The template was disabled for low quality."),
    -147: Row(ZaloTomorrow, "The daily quota of the template is used up."),
}


def row(code: int, table: dict[int, Row]) -> Row:
    """Return the meaning of an error number; one that is not listed is final."""
    return table.get(code) or Row(ZaloRejected, f"Zalo refused with error {code}.")
