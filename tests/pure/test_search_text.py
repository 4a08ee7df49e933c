"""Search without accents and with phone numbers in any form."""

import re
import unicodedata

import pytest
from caredesk_ticket.domain import search_text
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Nguyễn Đình  Đức", "nguyen dinh duc"),
        ("LỖI ĐĂNG NHẬP", "loi dang nhap"),
        ("Ưu đãi tháng Tư", "uu dai thang tu"),
        ("tab\tand\nline", "tab and line"),
        ("khoảng\u00a0trắng cứng", "khoang trang cung"),
        ("nul\0byte", "nul byte"),
        (None, ""),
        ("   ", ""),
    ],
)
def test_vietnamese_folds_to_plain_letters(typed, folded):
    """S1-MGT-05: whoever types without accents finds what was written with them."""
    assert search_text.fold(typed) == folded


def test_composed_and_decomposed_accents_are_equal():
    """S1-MGT-05: macOS sends decomposed accents; both forms find each other."""
    name = "Trần Thị Hương Giang, Đắk Lắk"
    forms = {unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len(forms) > 1
    assert {search_text.fold(form) for form in forms} == {"tran thi huong giang, dak lak"}


@given(st.text())
def test_folding_twice_changes_nothing(text):
    """S1-MGT-05: stored text and typed text are folded alike, in any script."""
    once = search_text.fold(text)
    assert search_text.fold(once) == once
    assert not any(unicodedata.combining(char) for char in once)


@pytest.mark.parametrize(
    "typed",
    [
        "0901234567",
        "0901 234 567",
        "84901234567",
        "+84901234567",
        "+84 (901) 234-567",
        "0084 901 234 567",
        "(+84) 901.234.567",
    ],
)
def test_every_form_of_a_phone_number_gives_the_same_digits(typed):
    """S1-MGT-05: 0…, 84…, +84… and 0084… are one number, as stored and as typed."""
    assert search_text.national_digits(typed) == "901234567"
    assert search_text.search_terms(typed) == ["901234567"]


@pytest.mark.parametrize("typed", ["", None, "12345", "ext.", "000000000"])
def test_too_few_digits_are_no_phone_number(typed):
    """S1-MGT-05: a number of a few digits does not match everybody's phone."""
    assert search_text.national_digits(typed) == ""


def test_other_countries_keep_their_country_code():
    """S1-MGT-05: only Vietnam's own code is dropped."""
    assert search_text.national_digits("+1 202 555 0101") == "12025550101"
    assert search_text.national_digits("0243 9421 234") == "2439421234"


@given(st.from_regex(r"[1-9][0-9]{8,9}", fullmatch=True))
def test_any_national_number_is_found_by_each_prefix(number):
    """S1-MGT-05: for every number, what is stored contains what each way of typing gives."""
    stored = search_text.searchable("Máy in", phones=(f"0{number}",))
    for prefix in ("0", "84", "+84", "0084"):
        (term,) = search_text.search_terms(prefix + number)
        assert term in stored


@given(st.lists(st.text(), max_size=4), st.text())
def test_each_stored_text_is_found_by_its_own_words(texts, query):
    """S1-MGT-05: every word of a text occurs in what is stored for it, whatever the script."""
    stored = search_text.searchable(query, *texts)
    for term in search_text.fold(query).split():
        assert term in stored


def test_a_long_content_is_cut_and_does_not_hide_what_follows():
    """S1-MGT-05: a huge body neither bloats the index nor pushes out the phone number."""
    stored = search_text.searchable("x" * 100_000, "tiêu đề", phones=("0901234567",))
    assert len(stored) < search_text.MAX_BODY + 100
    assert stored.endswith("tieu de 901234567")


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("an", "an goi lai", True),
        ("an", "may (an toan)", True),
        ("an", "ban lan", False),
        ("may", "may in", True),
        ("may", "chi thi may", True),
    ],
)
def test_short_words_are_looked_for_where_words_begin(term, text, found):
    """S1-MGT-05: the expression matches at the start of the text and after what ends a word."""
    assert bool(re.search(search_text.word_regex(term), text)) is found


@pytest.mark.parametrize("term", ["toan", "12", "a1", "h@x.vn", "%", "_", "100%"])
def test_other_terms_are_looked_for_anywhere(term):
    """S1-MGT-05: longer words, figures and signs; no wildcard gets into a pattern."""
    assert search_text.word_regex(term) == ""


def test_names_are_found_where_a_word_begins():
    """S1-MGT-05: by several words too, with or without accents."""
    assert search_text.begins_word("thi an", "Trần Thị Ánh")
    assert not search_text.begins_word("an", "Nguyễn Thị Lan")
    assert not search_text.begins_word("an", None)
