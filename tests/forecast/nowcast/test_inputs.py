"""The door: what cannot be meant is an error with its mend, what tells nothing is set aside by name."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, DuplicateObservations, LongwaveError, UsageError
from longwave.core.period import Frequency
from longwave.forecast.nowcast.inputs import read_inputs, read_track

from .economy import MONTHS, economy

TARGET, INDICATORS = economy()
X = INDICATORS["x0"]


def held(series: pd.Series, place: int, value: Any) -> pd.Series:
    other = series.astype(object)
    other.iloc[place] = value
    return other


@pytest.mark.parametrize(
    ("series", "error", "word"),
    [
        ([1.0, 2.0], BadInput, "Series"),
        (pd.Series([], dtype=float), BadInput, "no figures"),
        (pd.Series([np.nan, np.nan], index=["2019-01", "2019-02"]), BadInput, "no figures"),
        (held(X, 5, np.inf), BadInput, "infinite"),
        (held(X, 5, "n/a"), BadInput, "not a number"),
        (pd.concat([X, X[-1:]]), DuplicateObservations, "twice"),
        (pd.concat([X, pd.Series([1.0], index=["2019-Q4"])]), BadInput, "mixes"),
        (pd.Series([1.0, 2.0, 3.0], index=["2019-01", "2019-04", "2019-07"]), BadInput, "quarter"),
        (pd.Series([1.0, 2.0], index=["0019-01", "9019-02"]), BadInput, "slip"),
        (pd.Series([1.0, 2.0], index=["spring", "summer"]), BadInput, "period"),
    ],
)
def test_what_cannot_be_meant(series: Any, error: type[LongwaveError], word: str) -> None:
    with pytest.raises(error) as caught:
        read_track("x", series)
    assert word in str(caught.value)
    assert caught.value.mend is not None and caught.value.text("zh")


def test_order_and_spelling_of_periods_do_not_matter() -> None:
    plain = read_track("x", X)
    for index in (pd.PeriodIndex(X.index, freq="M"), pd.DatetimeIndex(X.index), [f"{p}-01" for p in X.index]):
        other = read_track("x", pd.Series(X.to_numpy(), index=index)[::-1])
        assert (other.first, other.last) == (plain.first, plain.last)
        np.testing.assert_array_equal(other.values, plain.values)
    quarters = read_track("y", pd.Series(TARGET.to_numpy(), index=pd.PeriodIndex(TARGET.index, freq="Q")))
    assert quarters.frequency is Frequency.QUARTERLY


def test_missing_figures_stay_missing() -> None:
    holed = X.copy()
    holed.iloc[[0, 7, -1]] = np.nan
    track = read_track("x", holed.drop(holed.index[20]))
    assert len(track.values) == len(X) - 2
    assert np.flatnonzero(np.isnan(track.values)).tolist() == [6, 19]


@pytest.mark.parametrize(
    ("series", "word"),
    [
        (pd.Series(7.0, index=MONTHS), "does not vary"),
        (pd.Series([3.0], index=["2019-05"]), "is left out: 1 figures"),
        (pd.Series(np.arange(264.0) - 100, index=MONTHS), "perfect regularity"),
        (X[::2], "stand beside"),
    ],
)
def test_what_tells_nothing_is_set_aside_by_name(series: pd.Series, word: str) -> None:
    given = read_inputs(TARGET, {**INDICATORS, "odd": series}, {}, {})
    assert "odd" not in given.data.indicators
    (note,) = given.notes
    assert "odd" in str(note) and word in str(note) and note.text("zh")


def test_a_series_that_moves_with_the_season_is_named() -> None:
    season = np.tile([0.1, 0, 0, 0, 0.05, 0, -0.2, 0, 0, 0, 0, 0.3], 22)
    given = read_inputs(
        TARGET, {**INDICATORS, "sales": pd.Series(X.iloc[0] + season * 50, index=MONTHS) * 1.0}, {}, {}
    )
    assert any("sales" in str(note) and "season" in str(note) for note in given.notes)
    assert len(given.notes) == 1


def test_names_stand_for_one_series() -> None:
    for indicators, candidates in (({"output": X}, {}), ({"x": X}, {"x": X})):
        with pytest.raises(UsageError, match="one series only"):
            read_inputs(TARGET, indicators, candidates, {})


def test_an_indicator_slower_than_the_target_is_an_error() -> None:
    yearly = pd.Series(np.arange(22.0), index=[str(year) for year in range(1998, 2020)])
    with pytest.raises(BadInput, match="slower"):
        read_inputs(TARGET, {"yearly": yearly}, {}, {})


def test_transformations_are_the_callers_where_given() -> None:
    given = read_inputs(TARGET, INDICATORS, {}, {"x0": "level", "output": "difference"})
    assert given.data.indicators["x0"].kind == "level" and given.data.target.kind == "difference"
    with pytest.raises(UsageError, match="cannot be"):
        read_inputs(TARGET, INDICATORS, {}, {"x0": "root"})  # type: ignore[dict-item]
    with pytest.raises(UsageError, match="none of the series"):
        read_inputs(TARGET, INDICATORS, {}, {"xx": "log"})
    with pytest.raises(BadInput, match="zero or negative"):
        read_inputs(TARGET, {**INDICATORS, "b": X - X.mean()}, {}, {"b": "log"})
