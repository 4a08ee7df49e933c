"""Questions and answers as PostgreSQL's text search and people's chats need them.

Everything is folded first (no accents, no case) and holds nothing but words, so that what is
stored and what is typed fall into the same pieces, and no operator comes in from outside.
"""

import re
from collections.abc import Iterable, Iterator

from lxml import etree, html

from .search_text import fold

#: Longest slices that are made searchable or searched with, in characters and words.
MAX_TEXT = 20_000
MAX_WORDS_TYPED = 12
MAX_WORDS_READ = 150

_NO_WORD = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")
#: Words that say nothing about the matter. Two of them side by side find no article.
_FILLER_WORDS = """
    a ai anh ban bang bao bi cac cai cam can chao cho chi chua chung co con cua cung da dang day
    de deu di do duoc em gi giup hay khi khong la lai lam len long luc ma minh moi mot nao nay ne
    neu nhe nho nhu nhung o on qua ra rat roi sao se shop tai tam the theo thi thoi toi tren trong
    tu va van vao vay ve vi voi vui xin
    an and are as at be but by dear does for from had has have hello help hi how i if is it its
    me my no not of or our please so thank thanks that there this to us was we what when where
    which who why will with you your
"""
_FILLERS = frozenset(_FILLER_WORDS.split())
_PARAGRAPHS = frozenset(("blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "ul"))
_BLOCK_TAGS = """
    address article div dl dt dd figure footer header hr li pre section table tr
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
#: Marks for breaks while a text is put together; characters no HTML can hold.
_LINE, _NEW_LINE, _PARAGRAPH, _MARKED = "\x01", "\x02", "\x03", "\x04"
_BREAKS = re.compile(r" *[\x01-\x04][ \x01-\x04]*")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
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
    source = _NOT_XML.sub("", source or "")
    if not source.strip():
        return ""
    pieces = "".join(_pieces(html.fragment_fromstring(source, create_parent="div")))
    return _BREAKS.sub(_as_lines, _SPACES.sub(" ", pieces)).strip()


def _as_lines(breaks: re.Match) -> str:
    """Return the line breaks for what was found between two texts."""
    found = breaks[0]
    if _MARKED in found:
        return " "  # what follows the dash of a list stands on its line
    return "\n\n" if _PARAGRAPH in found else "\n" * max(found.count(_LINE), 1)


def _pieces(node: etree._Element, in_list: bool = False) -> Iterator[str]:
    """Yield the text of ``node`` in order, with marks where HTML breaks the line."""
    tag = node.tag if isinstance(node.tag, str) else None
    if tag is None or tag in _SILENT:
        return
    around = _break_of(tag, in_list)
    yield around
    if tag == "li":
        yield _mark_of(node) + _MARKED
    if tag in ("td", "th") and node.getprevious() is not None:
        yield " | "
    yield node.text or ""
    for child in node:
        yield from _pieces(child, in_list or tag == "li")
        yield child.tail or ""
    if tag == "a":
        yield _address_of(node)
    yield "" if tag == "br" else around


def _break_of(tag: str, in_list: bool) -> str:
    """Return the mark of the break before and after an element."""
    if tag == "br":
        return _LINE
    if tag in _PARAGRAPHS:
        return _NEW_LINE if in_list else _PARAGRAPH
    return _NEW_LINE if tag in _BLOCKS else ""


def _mark_of(item: etree._Element) -> str:
    parent = item.getparent()
    if parent is not None and parent.tag == "ol":
        return f"{parent.findall('li').index(item) + 1}."
    return "-"


def _address_of(link: etree._Element) -> str:
    """Return where a link leads, unless its text says so already."""
    address = link.get("href") or ""
    if not address.lower().startswith(_LINKS):
        return ""
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    return "" if bare in (link.text_content() or "") else f" ({bare})"
