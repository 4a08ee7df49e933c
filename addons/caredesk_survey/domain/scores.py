"""What answers are worth, and what they add up to: plain arithmetic, without Odoo.

Points of an answer, the most there is to get, the percentage of it, and the two figures firms
compare themselves by: satisfaction (CSAT) and the Net Promoter Score (NPS).
"""

from dataclasses import dataclass

CHOICE = "simple_choice"
CHOICES = "multiple_choice"
SCALE = "scale"
#: Styles of a scale.
STARS = "stars"
NPS = "nps"

PROMOTER, PASSIVE, DETRACTOR = "promoter", "passive", "detractor"
PROMOTER_FROM = 9
PASSIVE_FROM = 7
#: Percentage of the points from which on a customer counts as satisfied: four stars of five.
SATISFIED_FROM = 80.0


@dataclass(frozen=True)
class Question:
    """What the score of a question depends on.

    :param kind: Odoo's question type
    :param weight: points of the right answer, or of the upper end of a scale
    :param choices: points of each choice, which may be negative
    :param is_scored: whether a number or date has a right answer
    :param low, high: ends of a scale
    :param style: ``stars``, ``nps`` or empty
    """

    kind: str
    weight: float = 0.0
    choices: tuple[float, ...] = ()
    is_scored: bool = False
    low: int = 0
    high: int = 10
    style: str = ""


def most_points(question: Question) -> float:
    """Return the most points an answer can get; zero for what is not scored."""
    gains = [score for score in question.choices if score > 0]
    if question.kind == CHOICE:
        return max(gains, default=0.0)
    if question.kind == CHOICES:
        return sum(gains)
    if question.kind == SCALE or question.is_scored:
        return max(question.weight, 0.0)
    return 0.0


def scale_points(question: Question, value: int) -> float:
    """Return the points of ``value`` on a scale.

    Of stars each counts the same, so three of five are 60 %. On other scales the lower end is
    nothing and the upper end is all: the middle of 1 to 5 is 50 %.

    >>> scale_points(Question(SCALE, weight=5, low=1, high=5, style=STARS), 4)
    4.0
    >>> scale_points(Question(SCALE, weight=10), 7)
    7.0
    """
    value = min(max(value, question.low), question.high)
    if question.style == STARS:
        share = value / question.high if question.high else 0.0
    else:
        width = question.high - question.low
        share = (value - question.low) / width if width else 0.0
    return share * max(question.weight, 0.0)


def percentage(points: float, most: float) -> float:
    """Return ``points`` as a percentage of ``most``, two decimals, never below zero.

    >>> percentage(4, 7)
    57.14
    """
    return max(round(100.0 * points / most, 2), 0.0) if most > 0 else 0.0


def nps_group(value: int) -> str:
    """Return whether who answered ``value`` (0 to 10) is a promoter, passive or a detractor."""
    if value >= PROMOTER_FROM:
        return PROMOTER
    return PASSIVE if value >= PASSIVE_FROM else DETRACTOR


def net_promoter_score(promoters: int, passives: int, detractors: int) -> float | None:
    """Return the score, -100 to 100, one decimal; None without answers.

    >>> net_promoter_score(6, 2, 2)
    40.0
    """
    answers = promoters + passives + detractors
    return round(100.0 * (promoters - detractors) / answers, 1) if answers else None


def satisfaction(satisfied: int, answers: int) -> float | None:
    """Return the share of satisfied answers in per cent, one decimal; None without answers.

    >>> satisfaction(2, 3)
    66.7
    """
    return round(100.0 * satisfied / answers, 1) if answers else None
