"""Scores of surveys: what must hold for every question and every answer."""

from caredesk_survey.domain import scores
from caredesk_survey.domain.scores import Question
from hypothesis import given
from hypothesis import strategies as st

#: As people enter them, with two decimals.
points = st.integers(-10_000, 10_000).map(lambda hundredths: hundredths / 100)
weights = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)


@st.composite
def scales(draw):
    """Scales as Odoo allows them: growing, between 0 and 10."""
    low = draw(st.integers(0, 9))
    high = draw(st.integers(low + 1, 10))
    style = draw(st.sampled_from(["", scores.STARS, scores.NPS]))
    return Question(scores.SCALE, draw(weights), low=low, high=high, style=style)


@given(scales(), st.integers(-5, 20))
def test_scale_stays_between_nothing_and_the_most(question, value):
    """IE-21: no answer, however wrong, earns less than nothing or more than the most."""
    earned = scores.scale_points(question, value)
    assert 0 <= earned <= scores.most_points(question) + 1e-9


@given(scales())
def test_upper_end_earns_all(question):
    """IE-21: the best answer is worth 100 per cent."""
    earned = scores.scale_points(question, question.high)
    assert abs(earned - scores.most_points(question)) < 1e-9


@given(scales(), st.integers(0, 10), st.integers(0, 10))
def test_better_answer_never_earns_less(question, one, other):
    """IE-21: points grow with the scale."""
    low, high = sorted((one, other))
    assert scores.scale_points(question, low) <= scores.scale_points(question, high)


@given(st.lists(points, max_size=6))
def test_most_of_choices(choices):
    """IE-21: of one choice the best, of several all that gain."""
    one = scores.most_points(Question(scores.CHOICE, choices=tuple(choices)))
    several = scores.most_points(Question(scores.CHOICES, choices=tuple(choices)))
    assert one == max([0.0, *choices])
    assert abs(several - sum(score for score in choices if score > 0)) < 1e-6
    assert 0 <= one <= several + 1e-9


@given(points, points)
def test_percentage_is_never_negative(earned, most):
    """IE-21: nothing is divided by zero, nothing goes below zero."""
    assert scores.percentage(earned, most) >= 0
    if most > 0 and earned >= 0:
        assert abs(scores.percentage(earned, most) - 100 * earned / most) <= 0.005 + 1e-9


def test_text_and_matrix_are_not_scored():
    """IE-21: free text scores 0."""
    assert scores.most_points(Question("text_box", 5)) == 0
    assert scores.most_points(Question("matrix", choices=(1.0, 2.0))) == 0
    assert scores.most_points(Question("date", 3)) == 0
    assert scores.most_points(Question("date", 3, is_scored=True)) == 3


def test_stars_count_each_the_same():
    """IE-21: four stars of five are 80 per cent, one is 20."""
    stars = Question(scores.SCALE, 5, low=1, high=5, style=scores.STARS)
    assert [scores.scale_points(stars, value) for value in (1, 3, 4, 5)] == [1, 3, 4, 5]


def test_groups_of_the_recommendation():
    """S0-SVY-03: 0 to 6 detract, 7 and 8 are passive, 9 and 10 promote."""
    groups = [scores.nps_group(value) for value in range(11)]
    wanted = [scores.DETRACTOR] * 7 + [scores.PASSIVE] * 2 + [scores.PROMOTER] * 2
    assert groups == wanted


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_net_promoter_score(promoters, passives, detractors):
    """S0-SVY-03: between -100 and 100; its mirror image has the opposite sign."""
    score = scores.net_promoter_score(promoters, passives, detractors)
    if not promoters + passives + detractors:
        assert score is None
        return
    assert -100 <= score <= 100
    assert score == -scores.net_promoter_score(detractors, passives, promoters)


@given(st.integers(0, 500), st.integers(0, 500))
def test_satisfaction(satisfied, others):
    """S0-SVY-03: a percentage, and none where nobody answered."""
    share = scores.satisfaction(satisfied, satisfied + others)
    if not satisfied + others:
        assert share is None
        return
    assert 0 <= share <= 100
    assert abs(share + scores.satisfaction(others, satisfied + others) - 100) <= 0.1 + 1e-9
