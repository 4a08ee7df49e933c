"""Words of questions and answers: search, suggestions, keywords and text for chats."""

import doctest
import re

import pytest
from caredesk_ticket.domain import knowledge_text
from hypothesis import given
from hypothesis import strategies as st

_QUERY = re.compile(r"^('\w+'(:\*|<->'\w+')?( [&|] (?!$)|$))*$")


def test_examples_of_the_documentation():
    """S2-KBR-03: what the docstrings promise."""
    assert doctest.testmod(knowledge_text).failed == 0


@given(st.text())
def test_no_text_makes_a_broken_query(text):
    """S2-KBR-03: whatever is typed, the query holds quoted words and our own operators only."""
    for query in (knowledge_text.typed_query(text), knowledge_text.reading_query(text, text)):
        assert _QUERY.match(query), query
        assert "_" not in query


@given(st.text())
def test_any_text_can_be_made_plain(text):
    """S2-KBR-03: broken markup is no reason to fail."""
    knowledge_text.plain_answer(text)
    knowledge_text.plain_answer(f"<p>{text}")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (None, ""),
        ("<p><br></p>", ""),
        ("plain", "plain"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br/>b", "a\nb"),
        ("<ul><li>a</li><li>b <b>c</b></li></ul>", "- a\n- b c"),
        ("<ol><li>a</li><li><p>b</p></li></ol>", "1. a\n2. b"),
        ('<a href="https://x.vn/a">here</a>', "here (https://x.vn/a)"),
        ('<a href="https://x.vn">https://x.vn</a>', "https://x.vn"),
        ('<a href="tel:0900">0900</a>', "0900"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ("<script>x()</script><style>y</style>z", "z"),
        ("<!-- c -->a", "a"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a | b"),
        ("a\n  b", "a b"),
        ("a<div>b</div><div>c</div>d", "a\nb\nc\nd"),
        ("<p>a</p><ul><li>b</li></ul><p>c</p>", "a\n\n- b\n\nc"),
        ("<p>a<br><br>b</p>", "a\n\nb"),
    ],
)
def test_html_as_a_person_would_type_it(source, text):
    """S2-KBR-03: lines, lists and addresses survive, marks do not."""
    assert knowledge_text.plain_answer(source) == text


def test_pairs_of_fillers_say_nothing():
    """S2-KBR-01: «không được» stands in every request, «bảo hành» does not."""
    assert knowledge_text.reading_query("không được") == ""
    assert knowledge_text.reading_query("không bảo hành được") == (
        "'bao'<->'hanh' | 'hanh'<->'duoc'"
    )


def test_keywords_are_whole_phrases():
    """S4-ARP-01: neither parts of words nor words in another order."""
    phrases = knowledge_text.phrases_of("Mở cửa, giờ làm việc")
    assert knowledge_text.occurring(phrases, "cho hoi gio lam viec a") == ["gio lam viec"]
    assert knowledge_text.occurring(phrases, "cua mo khong") == []
    assert knowledge_text.occurring(phrases, "mo cuaa") == []
