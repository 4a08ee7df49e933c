"""Questions and answers as PostgreSQL's text search and people's chats need them.

Everything is folded first (no accents, no case) and holds nothing but words, so that what is
stored and what is typed fall into the same pieces, and no operator comes in from outside.
"""

import re
from collections.abc import Iterable

from lxml import etree, html

from .search_text import fold

#: Longest slices that are made searchable or searched with, in characters and words.
MAX_TEXT = 20_000
MAX_WORDS_TYPED = 12
MAX_WORDS_READ = 150

_NO_WORD = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{3,}")
#: Words that say nothing about the matter. Two of them side by side find no article.
_FILLERS = frozenset(
    """
    a ai anh ban bi bang bao cac cai can cho chi chua chung co con cua cung da dang day de deu
    di do duoc em gi giup hay khi khong la lai lam len luc ma minh moi mot nao nay ne neu nhe
    nhu nhung o qua ra rat roi se sao shop tai tam the theo thi thoi toi tren trong tu va van
    vao vay ve vi voi xin vui long chao cam on nho a an and are as at be but by can do does
    dear for from had has have hello help hi how i if in is it its me my no not of on or our
    please so thank thanks that the there this to us was we what when where which who why will
    with you your
    """.split()
)
_BLOCKS = frozenset(
    "address article blockquote div dl dt dd figure footer h1 h2 h3 h4 h5 h6 header hr ol p pre "
    "section table tr ul".split()
)
_LINKS = ("http://", "https://", "mailto:", "tel:")
_SILENT = frozenset(("script", "style", "head", "title"))


def words_of(text: str | None) -> str:
    """Return the folded words of ``text``, one space apart.

    >>> words_of("Máy in: «không» in_được?")
    'may in khong in duoc'
    """
    return _NO_WORD.sub(" ", fold((text or "")[:MAX_TEXT])).strip()


def typed_query(text: str | None) -> str:
    """Return the tsquery of what somebody types: every word, the last one perhaps unfinished.

    Empty when there is no word in it.

    >>> typed_query("máy i")
    "'may' & 'i':*"
    """
    words = words_of(text).split()[:MAX_WORDS_TYPED]
    return " & ".join([f"'{word}'" for word in words[:-1]] + [f"'{word}':*" for word in words[-1:]])


def reading_query(*texts: str | None) -> str:
    """Return the tsquery of whole texts, such as title and content of a request.

    Two words that stand side by side must do so in the article too: single syllables of
    Vietnamese occur in every text. Empty when there is nothing to go by.

    >>> reading_query("Máy in không được")
    "'may'<->'in' | 'in'<->'khong'"
    """
    pairs = {}
    for text in texts:
        words = words_of(text).split()[:MAX_WORDS_READ]
        if len(words) == 1 and words[0] not in _FILLERS:
            pairs[f"'{words[0]}'"] = True
        for first, second in zip(words, words[1:], strict=False):
            if first not in _FILLERS or second not in _FILLERS:
                pairs[f"'{first}'<->'{second}'"] = True
    return " | ".join(pairs)


def phrases_of(keywords: str | None) -> list[str]:
    """Return the folded phrases of a list with commas, semicolons or line breaks.

    >>> phrases_of("Bảo hành; đổi trả,")
    ['bao hanh', 'doi tra']
    """
    phrases = (words_of(part) for part in re.split(r"[,;\n]", keywords or ""))
    return list(dict.fromkeys(phrase for phrase in phrases if phrase))


def occurring(phrases: Iterable[str], text: str) -> list[str]:
    """Return the folded ``phrases`` that occur in ``text`` (folded words) as whole words."""
    padded = f" {text} "
    return [phrase for phrase in phrases if f" {phrase} " in padded]


def plain_answer(source: str | None) -> str:
    """Return HTML as text for a chat: lines, dashes and numbers of lists, addresses of links."""
    if not (source or "").strip():
        return ""
    root = html.fragment_fromstring(source, create_parent="div")
    lines = "".join(_pieces(root)).split("\n")
    text = "\n".join(_SPACES.sub(" ", line).strip() for line in lines)
    return _BLANK_LINES.sub("\n\n", text).strip()


def _pieces(node):
    """Yield the text of ``node`` in order, with line breaks where HTML has them."""
    tag = node.tag if isinstance(node.tag, str) else None
    if tag is None or tag in _SILENT:
        return
    breaks = tag in _BLOCKS or tag == "li"
    if breaks:
        yield "\n"
    if tag == "br":
        yield "\n"
    if tag == "li":
        yield _mark_of(node)
    if tag in ("td", "th") and node.getprevious() is not None:
        yield " | "
    yield (node.text or "").replace("\n", " ")
    for child in node:
        yield from _pieces(child)
        yield (child.tail or "").replace("\n", " ")
    if tag == "a":
        yield _address_of(node)
    if breaks:
        yield "\n"


def _mark_of(item: etree._Element) -> str:
    parent = item.getparent()
    if parent is not None and parent.tag == "ol":
        return f"{parent.findall('li').index(item) + 1}. "
    return "- "


def _address_of(link: etree._Element) -> str:
    """Return where a link leads, unless its text says so already."""
    address = link.get("href") or ""
    if not address.lower().startswith(_LINKS):
        return ""
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    return "" if bare in (link.text_content() or "") else f" ({bare})"
