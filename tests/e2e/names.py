"""Names as Vietnamese people and shops have them, of nobody else in the database.

They stand in the pictures of the guides, so they look like real ones and not like keys.
"""

from __future__ import annotations

import secrets
import unicodedata

from tests.e2e.rpc import Rpc

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
_MIDDLES = ("Thị", "Ngọc", "Thu", "Minh", "Thanh", "Hồng", "Bảo", "Khánh", "Kim", "Mai")
_FIRSTS = ("An", "Bích", "Diễm", "Hải", "Lan", "Mỹ", "Phương", "Quỳnh", "Thảo", "Tuyết", "Xuân")
_LASTS = ("Anh", "Châu", "Dung", "Giang", "Hà", "Hương", "Linh", "Ngân", "Nhi", "Trang", "Vy")
_TRADES = ("Điện lạnh", "Điện máy", "Nội thất", "Spa", "Nhà hàng", "Khách sạn")


def person(rpc: Rpc) -> str:
    """Return the name of somebody who is not there yet, found by its last three words too."""
    while True:
        words = [secrets.choice(part) for part in (_FAMILIES, _MIDDLES, _FIRSTS, _LASTS)]
        if not _is_known(rpc, " ".join(words[1:])):
            return " ".join(words)


def company(rpc: Rpc, trade: str = "") -> str:
    """Return the name of a company that is not there yet."""
    while True:
        name = [trade or secrets.choice(_TRADES), secrets.choice(_FIRSTS), secrets.choice(_LASTS)]
        if not _is_known(rpc, " ".join(name)):
            return " ".join(name)


def plain(text: str) -> str:
    """Return a text as somebody types it who leaves out accents and capitals."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _is_known(rpc: Rpc, name: str) -> bool:
    domain = [["name", "ilike", name]]
    models = ("res.partner", "caredesk.zalo.contact", "caredesk.zalo.oa")
    return any(rpc.call(model, "search_count", domain) for model in models)
