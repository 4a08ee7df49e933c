"""Text as people search it: no accents, no case, phone numbers in any form."""

import re
import unicodedata

#: Longest slice of a ticket's content that is made searchable, in characters.
MAX_BODY = 4000

#: Up to this many letters a term is found at the beginning of words only: «an» is looked for in
#: «An», not in «Lan» or «toàn». It also lets a trigram index help, which inside words it cannot.
MAX_SHORT = 3
#: What stands before a word that is found.
_BEFORE_WORD = ' ("-/@*['

#: NUL goes too: PostgreSQL accepts it neither in a stored text nor in a query.
_NOT_STRIPPED = str.maketrans({"đ": "d", "Đ": "d", "\xa0": " ", "\0": " "})
_PHONE = re.compile(r"^[+(]{0,2}\d[\d\s().\-]{5,}$")
_NON_DIGIT = re.compile(r"\D+")
_SPACES = re.compile(r"\s+")


def fold(text: str | None) -> str:
    """Return ``text`` in lower case without accents, white space folded.

    >>> fold("Nguyễn Đình  Đức")
    'nguyen dinh duc'
    """
    decomposed = unicodedata.normalize("NFD", (text or "").translate(_NOT_STRIPPED))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SPACES.sub(" ", bare).strip().lower()


def national_digits(phone: str | None) -> str:
    """Return the significant digits of a phone number: no trunk zero, no 84 in front.

    ``0901 234 567``, ``84901234567`` and ``+84 (901) 234-567`` give ``901234567``; numbers of
    other countries keep their country code. Empty when there are fewer than six digits.
    """
    digits = _NON_DIGIT.sub("", phone or "")
    if digits.startswith("0084"):
        digits = digits[4:]
    elif digits.startswith("84") and len(digits) >= 11:
        digits = digits[2:]
    digits = digits.lstrip("0")
    return digits if len(digits) >= 6 else ""


def search_terms(query: str | None) -> list[str]:
    """Return the folded terms of which each must occur; a phone number is one term.

    >>> search_terms("lỗi  đăng nhập")
    ['loi', 'dang', 'nhap']
    >>> search_terms("+84 901-234-567")
    ['901234567']
    """
    query = (query or "").strip()
    if _PHONE.match(query):
        digits = national_digits(query)
        if digits:
            return [digits]
    return fold(query).split()


def word_regex(term: str) -> str:
    """Return the regular expression that finds a short word where words begin; empty for others.

    PostgreSQL and Python read it alike.

    >>> word_regex("toan"), word_regex("12")
    ('', '')
    >>> bool(re.search(word_regex("an"), "may (an toan)"))
    True
    """
    if len(term) > MAX_SHORT or not term.isalpha():
        return ""
    return f"(^|[{re.escape(_BEFORE_WORD)}]){term}"


def begins_word(text: str, name: str | None) -> bool:
    """Whether ``text`` (folded) is the beginning of a word of ``name`` and what follows it.

    >>> begins_word("thi l", "Nguyễn Thị Lan"), begins_word("an", "Lan")
    (True, False)
    """
    return f" {text}" in f" {fold(name)}"


def searchable(*texts: str | None, phones: tuple[str | None, ...] = ()) -> str:
    """Return one folded string out of all ``texts`` and the digits of ``phones``."""
    parts = [fold(text)[:MAX_BODY] for text in dict.fromkeys(texts)]
    parts += [national_digits(phone) for phone in dict.fromkeys(phones)]
    return " ".join(dict.fromkeys(part for part in parts if part))
