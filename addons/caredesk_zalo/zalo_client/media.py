"""Files: those we upload to Zalo, and those customers sent, fetched from Zalo's hosts only."""

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from . import limits
from .errors import ZaloRejected, ZaloRetryable
from .transport import Transport

#: What a host is made of. Programs differ in where they let a host with anything else end.
_HOST = re.compile(r"[a-z0-9.-]+")
#: Times a fetch follows a host of Zalo to another one.
MAX_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class Media:
    """A fetched file.

    :ivar mimetype: as the host names it, without its parameters; empty when it does not.
    """

    content: bytes = field(repr=False)
    mimetype: str


class MediaService:
    """Files of one Official Account."""

    def __init__(self, transport: Transport, session: requests.Session, access_token: str):
        self._transport = transport
        self._session = session
        self._token = access_token

    def upload(self, kind: str, name: str, content: bytes, mimetype: str) -> str:
        """Upload a file and return the id or token to send it by; it counts for seven days.

        :param kind: image, gif or file
        :raise ZaloInvalid: Zalo takes no such file; nothing was called
        """
        limits.check_upload(kind, mimetype, len(content))
        data = self._transport.call(
            "POST",
            f"{self._transport.options.openapi_url}/v2.0/oa/upload/{kind}",
            self._transport.token_headers(self._token),
            files={"file": (name, content, mimetype)},
        )
        key = "token" if kind == "file" else "attachment_id"
        if not isinstance(data, dict) or not data.get(key):
            raise ZaloRejected("Zalo gave no id for the uploaded file.")
        return str(data[key])

    def fetch(self, url: str, max_bytes: int | None = None) -> Media:
        """Fetch a file that a customer sent, or his picture.

        The address comes from outside, so only Zalo's hosts are asked, a host they send us on to
        is checked alike, no token goes along, and a file over the limit is not read to its end.

        :param max_bytes: of the longest file that is fetched; that of the options without
        :raise ZaloRejected: the address is not Zalo's, or the file is too large or gone
        :raise ZaloRetryable: try again; Zalo's addresses live for about half an hour
        """
        for _hop in range(MAX_REDIRECTS + 1):
            self._check_address(url)
            try:
                with self._session.get(
                    url,
                    timeout=(
                        self._transport.options.connect_timeout,
                        self._transport.options.read_timeout,
                    ),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    if not response.is_redirect:
                        return self._read(response, max_bytes)
                    url = requests.compat.urljoin(url, response.headers["location"])
            except requests.RequestException as error:
                raise ZaloRetryable("The file could not be fetched.") from error
        raise ZaloRejected("The file's address leads in a circle.")

    def _check_address(self, url: str) -> None:
        """Refuse an address that is not one of Zalo's media hosts."""
        options = self._transport.options
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").rstrip(".").lower()
        except ValueError as error:
            raise ZaloRejected("The file's address cannot be read.") from error
        known = any(
            host == domain or host.endswith(f".{domain}") for domain in options.media_domains
        )
        known = known and _HOST.fullmatch(host)
        if parts.scheme not in options.media_schemes or not known or "@" in parts.netloc:
            raise ZaloRejected(f"The file's address is not Zalo's: {host[:80]}")

    def _read(self, response: requests.Response, max_bytes: int | None) -> Media:
        if response.status_code in (403, 404, 410):
            raise ZaloRejected("The file is gone.", http_status=response.status_code)
        if response.status_code != 200:
            raise ZaloRetryable("The file could not be fetched.", http_status=response.status_code)
        limit = max_bytes or self._transport.options.max_media_bytes
        last_moment = time.monotonic() + self._transport.options.media_timeout
        content = bytearray()
        for chunk in response.iter_content(65536):
            content += chunk
            if time.monotonic() > last_moment:
                raise ZaloRetryable("The file could not be fetched.")
            if len(content) > limit:
                raise ZaloRejected(f"The file is larger than {limit} bytes.")
        mimetype = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Media(bytes(content), mimetype)
