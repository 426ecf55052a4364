"""The credit gap: of its time, recovered where it is known, refused where the figures are too short."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, NotEnoughData
from longwave.decide.early_warning.credit_gap import SMOOTHNESS, credit_gap

from .simulated import world


def quarters(first: int, count: int) -> list[str]:
    return [f"{first + place // 4}-Q{place % 4 + 1}" for place in range(count)]


def series(values: np.ndarray, first: int = 1970) -> pd.Series:
    return pd.Series(values, index=quarters(first, len(values)), dtype=float)


def test_a_straight_line_has_no_gap() -> None:
    gap = credit_gap(series(50 + 0.5 * np.arange(120)))
    assert gap.frame["gap"].dropna().abs().max() < 1e-6


def test_a_boom_is_what_the_penalised_least_squares_leave() -> None:
    """Hodrick and Prescott's own problem solved as a linear system, for the last point of the figures up to it."""
    boom = np.zeros(160)
    boom[140:] = np.linspace(0, 20, 20)
    noise = np.random.default_rng(1).normal(0, 0.3, 160)
    values = series(60 + 0.3 * np.arange(160) + boom + noise)
    gap = credit_gap(values)
    for count in (80, 145, 160):
        y = values.to_numpy()[:count]
        bend = np.diff(np.eye(count), 2, axis=0)
        trend = np.linalg.solve(np.eye(count) + 400_000 * bend.T @ bend, y)
        assert gap.frame["gap"].iloc[count - 1] == pytest.approx(y[-1] - trend[-1], abs=1e-4)
    assert gap.value > 9
    assert gap.last == "2009-Q4"
    estimate = gap.estimate(("x",))
    assert estimate.low < gap.value < estimate.high


def test_nothing_later_is_looked_at() -> None:
    values = 80 + np.cumsum(np.random.default_rng(2).normal(0.2, 1, 160))
    whole, early = credit_gap(series(values)), credit_gap(series(values[:100]))
    pd.testing.assert_series_equal(whole.frame["gap"][:100], early.frame["gap"], rtol=1e-6, atol=1e-6)


def test_no_gap_before_ten_years() -> None:
    gap = credit_gap(series(80 + np.random.default_rng(3).normal(0, 1, 60).cumsum()))
    assert gap.frame["gap"].first_valid_index() == "1979-Q4"


def test_years_have_their_own_smoothness_and_the_order_of_rows_does_not_matter() -> None:
    values = pd.Series(
        80 + np.random.default_rng(4).normal(0, 2, 30).cumsum(), index=map(str, range(1990, 2020))
    )
    gap = credit_gap(values)
    assert gap.smoothness == SMOOTHNESS[gap.frequency] == 1562.5
    assert credit_gap(values[::-1]).value == pytest.approx(gap.value)


def test_a_hole_is_bridged() -> None:
    values = series(50 + 0.5 * np.arange(120)).drop(["1985-Q2", "1985-Q3"])
    gap = credit_gap(values)
    assert np.isnan(gap.frame.loc["1985-Q2", "gap"])
    assert abs(gap.value) < 1e-6


def test_revisions_are_those_of_the_two_sided_filter() -> None:
    values = series(80 + 10 * np.sin(np.arange(200) / 10) + 0.2 * np.arange(200))
    gap = credit_gap(values)
    assert gap.revisions is not None
    settled = gap.frame.iloc[:-20].dropna()
    assert gap.revisions.rms == pytest.approx(float(((settled["final"] - settled["gap"]) ** 2).mean() ** 0.5))
    assert 0 < gap.revisions.opposite < 1
    # The last point of the two filters is the same.
    assert gap.frame["final"].iloc[-1] == pytest.approx(gap.value, abs=1e-6)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        (pd.Series(np.arange(39.0), index=quarters(2000, 39)), NotEnoughData),
        (pd.Series(dtype=float), NotEnoughData),
        (
            pd.Series(np.arange(50.0), index=[f"{2000 + n // 12}-{n % 12 + 1:02d}" for n in range(50)]),
            BadInput,
        ),
        (pd.Series([1.0, 2.0], index=["2000", "2000-Q1"]), BadInput),
        (pd.Series(np.full(41, 2.0), index=[*quarters(2000, 40), "2000-Q1"]), BadInput),
        (pd.Series([*np.full(40, 2.0), -1.0], index=quarters(2000, 41)), BadInput),
    ],
)
def test_what_is_no_series_for_a_gap_is_refused(values: pd.Series, error: type[Exception]) -> None:
    with pytest.raises(error):
        credit_gap(values)


def test_the_interval_covers_what_is_seen_later() -> None:
    """Gaps of their time against those of the two-sided filter with the years that came after."""
    simulated = world(areas=40, seed=1)
    covered = []
    for area in simulated.credit:
        final = credit_gap(simulated.credit[area]).frame["final"]
        for at in ("1990-Q4", "2007-Q4"):
            told = credit_gap(simulated.credit[area].loc[:at]).estimate()
            covered.append(told.low <= final[at] <= told.high)
    assert 0.8 <= np.mean(covered) <= 0.97
