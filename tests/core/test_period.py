"""Periods: writing, order and arithmetic hold together."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import BadInput, UsageError
from longwave.core.period import Frequency, Period, as_period, frequency_of, normalise_periods, span

periods = st.one_of(
    st.builds(Period, st.just(Frequency.ANNUAL), st.integers(1000, 9999)),
    st.builds(Period, st.just(Frequency.QUARTERLY), st.integers(4000, 39999)),
    st.builds(Period, st.just(Frequency.MONTHLY), st.integers(12000, 119999)),
)


@given(periods)
def test_what_is_written_is_read_back(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(periods, st.integers(-500, 500))
def test_adding_and_subtracting_undo_each_other(period: Period, steps: int) -> None:
    assert (period + steps) - period == steps


@given(st.sampled_from(list(Frequency)), st.integers(2000, 2100), st.integers(2000, 2100))
def test_written_forms_sort_as_time_does(frequency: Frequency, one: int, two: int) -> None:
    first, second = Period(frequency, one * frequency.value), Period(frequency, two * frequency.value)
    assert (first < second) == (str(first) < str(second))


@pytest.mark.parametrize(
    ("text", "year", "step"), [("2019", 2019, 1), ("2019-Q3", 2019, 3), ("2019-07", 2019, 7)]
)
def test_reading(text: str, year: int, step: int) -> None:
    period = Period.parse(text)
    assert (period.year, period.step) == (year, step)


@pytest.mark.parametrize(
    "text", ["", "19", "2019-Q5", "2019-13", "2019-00", "2019/07", "year 2019", "20190", "2019-Q"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="is not a period"):
        Period.parse(text)


def test_tolerated_forms_become_the_houses_own() -> None:
    written = pd.Series(["2019", "2019.0", "2019Q3", "2019-q3", "2019M07", "2019-07-01", " 2019 "])
    expected = ["2019", "2019", "2019-Q3", "2019-Q3", "2019-07", "2019-07", "2019"]
    assert normalise_periods(written).tolist() == expected


def test_a_missing_period_is_refused() -> None:
    with pytest.raises(BadInput):
        normalise_periods(pd.Series(["2019", None]))


def test_periods_of_different_length_do_not_compare() -> None:
    with pytest.raises(BadInput, match="different length"):
        _ = Period.parse("2019") < Period.parse("2019-Q1")


def test_span_crosses_years() -> None:
    assert span("2019-Q3", "2020-Q2") == ["2019-Q3", "2019-Q4", "2020-Q1", "2020-Q2"]
    assert frequency_of("2019-07") is Frequency.MONTHLY


def test_the_door_takes_what_people_write() -> None:
    quarter = Period(Frequency.QUARTERLY, 4 * 2019 + 2)
    assert (
        as_period("2019-Q3", "first")
        == as_period(quarter, "first")
        == as_period(" 2019-Q3 ", "first")
        == quarter
    )
    assert as_period(2019, "first") == Period.parse("2019")
    for wrong in (None, 2019.5, True, ["2019"]):
        with pytest.raises(UsageError, match="first"):
            as_period(wrong, "first")
    with pytest.raises(BadInput, match="soon"):
        as_period("soon", "first")
