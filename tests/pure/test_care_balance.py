"""Points, credit and accumulated amount under any row of gifts, deductions and reversals."""

import math

import pytest
from caredesk_automation.domain.care_balance import (
    GIFT_ACTIONS,
    MONEY_ACTIONS,
    POINT_ACTIONS,
    Balance,
    BalanceError,
    delta,
    level_for,
    move,
)
from hypothesis import given
from hypothesis import strategies as st

quantities = st.integers(1, 100_000).map(lambda cents: cents / 100)
moves = st.lists(st.tuples(st.sampled_from(GIFT_ACTIONS), quantities), max_size=30)


@given(moves)
def test_never_below_zero_and_equal_to_the_sum(entries):
    """IE-31, S3-FLT-04, S3-FLT-06: no balance falls below zero; it is the sum of what applied."""
    balance, points, money = Balance(accumulated=500), 0.0, 0.0
    for action, quantity in entries:
        change = delta(action, quantity)
        try:
            balance = move(balance, action, change)
        except BalanceError:
            continue
        points += change if action in POINT_ACTIONS else 0
        money += change if action in MONEY_ACTIONS else 0
    assert min(balance.points, balance.credit, balance.accumulated) >= 0
    assert math.isclose(balance.points, points, abs_tol=0.01)
    assert math.isclose(balance.credit, money, abs_tol=0.01)
    assert math.isclose(balance.accumulated, 500 + money, abs_tol=0.01)


@given(st.sampled_from(GIFT_ACTIONS), quantities)
def test_a_reversal_gives_back_what_was(action, quantity):
    """IE-31: applied and reversed, everything is as before."""
    before = Balance(5000, 5000, 9000)
    change = delta(action, quantity)
    assert move(move(before, action, change), action, -change) == before


def test_examples_of_the_requirements():
    """S3-FLT-03, S3-FLT-04, S3-FLT-06, C-13, C-34: 100 + 50, 150 − 200, 5,100,000 − 200,000."""
    assert move(Balance(points=100), "give_points", 50).points == 150
    with pytest.raises(BalanceError, match="points"):
        move(Balance(points=150), "deduct_points", delta("deduct_points", 200))
    after = move(
        Balance(credit=300_000, accumulated=5_100_000),
        "deduct_money",
        delta("deduct_money", 200_000),
    )
    assert (after.credit, after.accumulated) == (100_000, 4_900_000)
    with pytest.raises(BalanceError, match="credit"):
        move(Balance(accumulated=500), "deduct_money", -100)


@pytest.mark.parametrize("quantity", [0, -5, float("nan"), float("inf"), 1e15])
@pytest.mark.parametrize("action", GIFT_ACTIONS)
def test_impossible_quantities_are_refused(action, quantity):
    """S3-FLT-03: negative or huge quantities have an answer."""
    with pytest.raises(BalanceError, match="size"):
        delta(action, quantity)


@given(st.integers(0, 10_000), st.lists(st.integers(0, 10_000), unique=True, max_size=8))
def test_the_highest_level_that_is_reached(amount, minima):
    """S3-FLT-05: the level is the highest whose minimum is reached."""
    found = level_for(amount, [(minimum, minimum) for minimum in minima])
    assert found == max((minimum for minimum in minima if minimum <= amount), default=None)
