"""What Zalo takes: lengths, sizes, kinds. Checked before a call, to spare the customer waiting."""

import unicodedata

from .errors import ZaloInvalid

TEXT_CHARACTERS = 2000
BUTTONS = 5
BUTTON_TITLE_CHARACTERS = 100
BUTTON_QUERY_CHARACTERS = 1000
REQUEST_TITLE_CHARACTERS = 100
REQUEST_SUBTITLE_CHARACTERS = 500
TRACKING_ID_CHARACTERS = 48

#: Kind of upload → (content types, bytes).
UPLOADS = {
    "image": (frozenset({"image/jpeg", "image/png"}), 1_048_576),
    "gif": (frozenset({"image/gif"}), 5_242_880),
    "file": (
        frozenset(
            {
                "application/pdf",
                "application/msword",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "text/csv",
            }
        ),
        5_242_880,
    ),
}


def text(value: str) -> str:
    """Return a message's text as it is sent: composed characters, so «ệ» counts as one.

    :raise ZaloInvalid: it is empty or too long
    """
    composed = unicodedata.normalize("NFC", value)
    if not composed.strip():
        raise ZaloInvalid("text_empty", TEXT_CHARACTERS)
    return at_most("text_characters", composed, TEXT_CHARACTERS)


def at_most(limit: str, value: str, maximum: int) -> str:
    """Return ``value``.

    :raise ZaloInvalid: it is longer than ``maximum`` characters
    """
    if len(value) > maximum:
        raise ZaloInvalid(limit, maximum)
    return value


def upload_kind(mimetype: str) -> str | None:
    """Return how a file of this type is uploaded, None when Zalo takes no such file."""
    return next((kind for kind, (types, _size) in UPLOADS.items() if mimetype in types), None)


def check_upload(kind: str, mimetype: str, size: int) -> None:
    """Check a file before it is uploaded.

    :param size: bytes
    :raise ZaloInvalid: the type or the size is not taken
    """
    types, maximum = UPLOADS[kind]
    if mimetype not in types:
        raise ZaloInvalid(f"{kind}_type", ", ".join(sorted(types)))
    if size > maximum:
        raise ZaloInvalid(f"{kind}_bytes", maximum)
