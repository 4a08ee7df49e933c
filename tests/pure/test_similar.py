"""How alike two titles are."""

import pytest
from caredesk_ticket.domain.similar import THRESHOLD, similarity
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Máy in không chạy", "may in khong chay"),
        ("Máy in không chạy", "Máy in tầng 2 không chạy"),
        ("Re: Invoice 2026/17 is wrong", "Invoice 2026/17 is wrong"),
        ("Cannot log in", "Can not log in"),
    ],
)
def test_the_same_matter_is_alike(one, other):
    """IE-12: accents, case, a word more or less do not hide a duplicate."""
    assert similarity(one, other) >= THRESHOLD


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Máy in không chạy", "Xin báo giá máy chiếu"),
        ("Cannot log in", "Invoice is wrong"),
        ("Printer is silent", ""),
        (None, None),
    ],
)
def test_other_matters_are_not(one, other):
    """IE-12: titles that share a word by chance are not offered."""
    assert similarity(one, other) < THRESHOLD


@given(st.text(), st.text())
def test_a_measure(one, other):
    """IE-12: from 0 to 1, the same both ways, 1 for a text and itself unless it is blank."""
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) in (0, 1)
