"""What comes in and what goes out, without a socket: so the sandbox can be mounted anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    """One HTTP request.

    :ivar target: path and query, as on the request line.
    :ivar headers: names in lower case.
    """

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path alone."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The first value of each parameter of the query."""
        return {key: values[0] for key, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def form(self) -> dict[str, str]:
        """The first value of each field of a form."""
        fields = parse_qs(self.body.decode("utf-8", "replace"))
        return {key: values[0] for key, values in fields.items()}

    def json(self) -> dict[str, Any]:
        """The body as an object; an empty one when it is none."""
        return _object(self.body)

    def data(self) -> dict[str, Any]:
        """The one parameter in which questions to an account carry their arguments."""
        return _object(self.query.get("data", "").encode())

    def file(self) -> tuple[str, str, bytes] | None:
        """Return name, type and content of the part ``file`` of a form with files."""
        head = f"Content-Type: {self.headers.get('content-type', '')}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        for part in message.iter_parts() if message.is_multipart() else ():
            if part.get_param("name", header="content-disposition") == "file":
                content = part.get_payload(decode=True) or b""
                return part.get_filename() or "", part.get_content_type(), content
        return None


@dataclass
class Response:
    """One HTTP answer.

    :ivar delay: seconds to wait before it is given.
    :ivar drop: close the connection instead.
    :ivar after: called once the answer is on its way.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False
    after: Callable[[], None] | None = None


def as_json(value: Any, status: int = 200) -> Response:
    """Return an answer that holds JSON."""
    return Response(status, json.dumps(value, ensure_ascii=False).encode())


def success(data: Any = None) -> Response:
    """Return the envelope of a call that worked."""
    answer = {"error": 0, "message": "Success"}
    return as_json({"data": data, **answer} if data is not None else answer)


def failure(code: int, message: str) -> Response:
    """Return the envelope of a call that did not: HTTP says 200 all the same."""
    return as_json({"error": code, "message": message})


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
