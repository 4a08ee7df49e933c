"""What a gift or a deduction makes of a customer's points and money.

Money stands twice: as the accumulated amount, which decides the level, and as credit the customer
may spend. A move of money changes both; spending changes the credit alone.
"""

from dataclasses import dataclass, replace

GIVE_POINTS, DEDUCT_POINTS = "give_points", "deduct_points"
GIVE_MONEY, DEDUCT_MONEY = "give_money", "deduct_money"
POINT_ACTIONS = (GIVE_POINTS, DEDUCT_POINTS)
MONEY_ACTIONS = (GIVE_MONEY, DEDUCT_MONEY)
GIFT_ACTIONS = (*POINT_ACTIONS, *MONEY_ACTIONS)
#: More than this in one entry is a slip of the keyboard.
MOST_POINTS = 10_000_000
MOST_MONEY = 100_000_000_000
#: Points are counted in hundredths, as sales orders give them.
DIGITS = 2


class BalanceError(ValueError):
    """The move is not possible; ``args[0]``: ``points, credit, accumulated, size``."""


@dataclass(frozen=True)
class Balance:
    """What a customer has: points, spendable credit, accumulated amount."""

    points: float = 0.0
    credit: float = 0.0
    accumulated: float = 0.0


def delta(action: str, quantity: float) -> float:
    """Return the signed change; ``quantity`` is always written as a positive figure.

    :raise BalanceError: it is not positive, or beyond what one entry may hold
    """
    most = MOST_POINTS if action in POINT_ACTIONS else MOST_MONEY
    if not 0 < quantity <= most:  # refuses a NaN as well
        raise BalanceError("size")
    return quantity if action in (GIVE_POINTS, GIVE_MONEY) else -quantity


def move(balance: Balance, action: str, change: float) -> Balance:
    """Return the balance after ``change`` (signed) by an action; a reversal passes ``-change``.

    :raise BalanceError: something would fall below zero; names what
    """
    if action in POINT_ACTIONS:
        points = round(balance.points + change, DIGITS)
        if points < 0 > change:
            raise BalanceError("points")
        return replace(balance, points=points)
    credit = round(balance.credit + change, DIGITS)
    accumulated = round(balance.accumulated + change, DIGITS)
    if credit < 0 > change:
        raise BalanceError("credit")
    if accumulated < 0:
        raise BalanceError("accumulated")
    return replace(balance, credit=credit, accumulated=accumulated)


def level_for(accumulated: float, thresholds: list[tuple[float, int]]) -> int | None:
    """Return the key of the highest threshold (minimum, key) that is reached, None below all."""
    reached = [pair for pair in thresholds if pair[0] <= accumulated]
    return max(reached)[1] if reached else None
