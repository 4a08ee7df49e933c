"""Where Zalo is reached, as which app, and with what patience."""

from dataclasses import dataclass, field

#: Zalo's own hosts. Each can be replaced: by the sandbox, a proxy or a test server.
OAUTH_URL = "https://oauth.zaloapp.com"
OPENAPI_URL = "https://openapi.zalo.me"
BUSINESS_URL = "https://business.openapi.zalo.me"

#: Hosts whose media may be fetched: the domain itself and everything below it.
MEDIA_DOMAINS = ("zdn.vn", "zadn.vn", "zalo.me")


@dataclass(frozen=True, slots=True)
class ZaloOptions:
    """What a client needs to know before its first call.

    :ivar app_id: decimal digits; longer than a float can hold, so always text.
    :ivar app_secret: the app's secret key: opens the token endpoint and signs the proof.
    :ivar send_proof: add ``appsecret_proof`` to each call, as the app's console may demand.
    :ivar connect_timeout: seconds to wait for a connection.
    :ivar read_timeout: seconds to wait between two bytes of an answer.
    :ivar answer_timeout: seconds an answer may take as a whole, however it trickles.
    :ivar media_timeout: seconds a file of a customer may take as a whole.
    :ivar max_answer_bytes: an answer of the API longer than this is not read to its end.
    :ivar max_media_bytes: a file of a customer longer than this is not fetched.
    :ivar media_domains: domains whose files may be fetched.
    :ivar media_schemes: schemes a fetched address may have; the sandbox adds ``http``.
    """

    app_id: str
    app_secret: str = field(default="", repr=False)
    oauth_url: str = OAUTH_URL
    openapi_url: str = OPENAPI_URL
    business_url: str = BUSINESS_URL
    send_proof: bool = False
    connect_timeout: float = 5.0
    read_timeout: float = 20.0
    answer_timeout: float = 60.0
    media_timeout: float = 90.0
    max_answer_bytes: int = 2_000_000
    max_media_bytes: int = 25_000_000
    media_domains: tuple[str, ...] = MEDIA_DOMAINS
    media_schemes: tuple[str, ...] = ("https",)
