import pytest

from longwave.core.estimate import Estimate, Grade, Sample
from longwave.core.message import say
from longwave.measure.wording import doubts, pace, points_pace, verdict


def made(value, low, high, grade=Grade.B, sample=None, persistence=0.2):
    caution = (
        say("measure.persistent", persistence=persistence) if persistence > 0.7 else say("measure.nothing")
    )
    method = say("measure.method_mean", count=20, first="1990", last="2009", caution=caution)
    sample = sample or Sample(20, "1990", "2009")
    return Estimate("x", value, low, high, "share a year", method, sample, grade)


def test_a_mean_that_may_be_zero_neither_grew_nor_fell():
    told = pace(made(0.041, -0.01, 0.09))
    assert "+4.1% a year, not distinguishable from zero" in str(told)
    assert "grew" not in str(told)
    assert str(pace(made(-0.024, -0.03, -0.01))) == "fell 2.4% a year"
    assert pace(made(-0.024, -0.03, -0.01)).text("zh") == "年均下降2.4%"


def test_points_carry_their_direction_in_the_verb():
    assert points_pace(made(0.00077, 0.0001, 0.001), 3).text("zh") == "年均上升0.077个百分点"
    assert "not distinguishable" in str(points_pace(made(0.001, -0.001, 0.002), 1))


@pytest.mark.parametrize(("value", "word"), [(-0.0132, "低1.32个百分点"), (0.0132, "高1.32个百分点")])
def test_a_difference_is_higher_or_lower(value, word):
    assert verdict(made(value, value - 0.001, value + 0.001)).text("zh").startswith(word)


def test_nine_years_are_thin_only_where_the_convention_gives_more():
    full, short = Sample(9, "1996", "2004"), Sample(7, "1998", "2004")
    assert str(doubts(made(0.01, 0, 0.02, Grade.D, full))) == ""
    assert "only 7 observations for 1998–2004" in str(doubts(made(0.01, 0, 0.02, Grade.D, short)))


def test_modelled_figures_are_not_told_as_few():
    told = str(doubts(made(0.01, 0, 0.02, Grade.D, Sample(15, "2005", "2019"))))
    assert "modelled in part" in told
    assert "only 15" not in told


def test_persistence_reaches_the_reader():
    assert "may cover less than 95%" in str(doubts(made(0.01, 0, 0.02, persistence=0.8)))
