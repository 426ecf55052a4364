"""Places and ticks: round numbers within the axis, periods where they belong, names broken but whole."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import report_example as example
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.message import Names
from longwave.report.document import Chart, Curve
from longwave.report.frame import log_ticks, places, time_ticks, value_ticks, when, wrap
from longwave.report.typeface import chinese, latin


def lines(*series: pd.Series) -> Chart:
    word = example.given("A")
    return Chart("k", "lines", word, word, word, tuple(Curve(word, one) for one in series), ())


def test_periods_come_in_order_of_time_and_categories_as_they_come() -> None:
    where = places(lines(pd.Series([1, 2], ["2001", "1999"]), pd.Series([3.0], ["2000"])), "en")
    assert (
        where.timed
        and where.labels == ("1999", "2000", "2001")
        and list(where.positions) == [1999, 2000, 2001]
    )
    assert list(where.align(pd.Series([7.0, 8.0], ["2001", "1999"]))) == pytest.approx(
        [8, np.nan, 7], nan_ok=True
    )
    names = places(lines(pd.Series([1, 2], [Names("b", "乙"), Names("a", "甲")])), "zh")
    assert not names.timed and names.labels == ("乙", "甲")
    mixed = places(lines(pd.Series([1, 2], ["2001", "2001-Q2"])), "en")
    assert not mixed.timed


def test_quarters_and_months_lie_within_their_year() -> None:
    assert list(places(lines(pd.Series([1, 2], ["2000-Q1", "2000-Q3"])), "en").positions) == [2000, 2000.5]
    assert when("2000-07") == 2000.5 and when("1999") == 1999 and when("soon") is None


def test_an_entry_twice_is_refused() -> None:
    chart = lines(pd.Series([1.0, 2.0], ["2000", "2000"]))
    with pytest.raises(ValueError, match="twice"):
        places(chart, "en").align(chart.curves[0].values)


def test_far_apart_periods_of_bars_stand_side_by_side() -> None:
    census = places(lines(pd.Series([1, 2, 3], ["1950", "2000", "2020"])), "en").evenly()
    assert (
        not census.timed and list(census.positions) == [0, 1, 2] and census.labels == ("1950", "2000", "2020")
    )
    yearly = places(lines(example.series(2000, [1, 2, 3])), "en")
    assert yearly.evenly() is yearly


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e3))
def test_value_ticks_are_few_apart_and_within(middle: float, breadth: float) -> None:
    width = breadth * max(1.0, abs(middle))
    ticks = value_ticks(middle, middle + width)
    slack = 1e-6 * width
    assert 2 <= len(ticks) <= 8
    assert all(middle - slack <= tick <= middle + width + slack for tick in ticks)
    assert all(b - a > width / 12 for a, b in pairwise(ticks))


def test_value_ticks_by_hand() -> None:
    assert value_ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert value_ticks(-3.2, 9.7) == [-2.5, 0, 2.5, 5, 7.5]
    assert value_ticks(86, 88.4) == [86, 86.5, 87, 87.5, 88]


@given(st.floats(-12, 12), st.floats(0.01, 12))
def test_log_ticks_are_few_and_within(first: float, decades: float) -> None:
    low, high = 10.0**first, 10.0 ** (first + decades)
    ticks = log_ticks(low, high)
    assert 1 <= len(ticks) <= 9 and all(low * 0.999 <= tick <= high * 1.001 for tick in ticks)


@given(st.integers(1500, 2100), st.integers(1, 300), st.floats(150, 700))
def test_year_labels_never_touch(first: int, years: int, width: float) -> None:
    where = places(lines(example.series(first, np.ones(years))), "en")
    ticks, labels = time_ticks(where, width, latin(), 11)
    assert 1 <= len(ticks) == len(labels) and len(ticks) * latin().width("2000", 11) < width


@given(st.text(max_size=80), st.floats(20, 300), st.integers(1, 4))
def test_wrapping_keeps_within_the_width_and_loses_no_word_unless_it_says_so(
    text: str, width: float, count: int
) -> None:
    rows = wrap(" ".join(text.split()), width, chinese(), 11, count)
    assert len(rows) <= count
    assert all(chinese().width(row, 11) <= width + 11 for row in rows)
    kept = "".join("".join(rows).split())
    assert kept == "".join(text.split()) or kept.endswith("…")


def test_wrapping_by_hand() -> None:
    assert wrap("Cost of long-term finance", 80, latin(), 11, 3) == ["Cost of", "long-term", "finance"]
    assert wrap("各地规则、标准与许可", 60, chinese(), 11, 3) == ["各地规则、", "标准与许可"]
    assert wrap("one two three four", 40, latin(), 11, 2)[-1].endswith("…")
