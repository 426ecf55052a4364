"""The front: datings, tests and estimates of a yearly or quarterly series; refusals with a mend."""

import json

import numpy as np
import pandas as pd
import pytest

from longwave.core.dating import DatingState
from longwave.core.period import span
from longwave.measure.breaks.dates import break_datings, break_refusal
from longwave.measure.breaks.find import find_breaks

RNG = np.random.default_rng(31)
YEARS = pd.Series(RNG.normal(0, 0.01, 70) + np.repeat([0.03, 0.0], [30, 40]), index=range(1950, 2020))
TRENDING = pd.Series(
    np.where(np.arange(70) < 40, 1.0, 0.2).cumsum() + RNG.normal(0, 0.5, 70), index=range(1950, 2020)
)


def test_a_break_is_passed_with_its_interval() -> None:
    datings, tests, estimates = break_datings(YEARS, "growth", ("pwt",), unit="share a year")
    assert [one.state for one in datings] == [DatingState.PASSED]
    assert datings[0].name == "growth_break_1"
    assert datings[0].low <= datings[0].period <= datings[0].high
    assert abs(int(datings[0].period) - 1979) <= 2
    assert [one.name for one in estimates] == ["growth_regime_1", "growth_regime_2"]
    assert estimates[0].low < estimates[0].value < estimates[0].high
    assert estimates[0].value - estimates[1].value == pytest.approx(0.03, abs=0.01)
    assert len({one.name for one in tests}) == len(tests)
    assert next(one for one in tests if one.name == "growth_break_bootstrap").rejected


def test_the_number_by_every_criterion_stands_beside_the_bootstrap() -> None:
    """Always shown: iid and HAC test, and the number by BIC, LWZ and the sequential test."""
    found = find_breaks(YEARS.to_numpy())
    tests = {one.name: one for one in break_datings(YEARS, "growth")[1]}
    for rule in ("bic", "lwz", "sequential"):
        one = tests[f"growth_break_{rule}"]
        assert one.statistic == found.numbers[rule]
        assert one.rejected == (found.numbers[rule] > 0)
        assert one.p_value is None
        assert one.null.text("en") == tests["growth_break_bootstrap"].null.text("en")
    assert tests["growth_break_bic"].statistic == 1
    assert tests["growth_break_sup_f"].statistic == found.test("sup_f_1").statistic
    assert "HAC" in tests["growth_break_sup_f"].method.text("en")
    assert tests["growth_break_sup_f_iid"].statistic == found.test("andrews_sup_f").statistic


def test_no_break_is_said_with_its_reason() -> None:
    datings, tests, estimates = break_datings(
        pd.Series(np.random.default_rng(1).normal(size=50), index=range(1970, 2020)), "flat"
    )
    assert [one.state for one in datings] == [DatingState.NO_BREAK]
    assert "persistent noise" in datings[0].reason.text("en")
    assert len(estimates) == 1
    assert not tests[0].rejected


def test_quarters_and_a_trend() -> None:
    quarters = TRENDING.set_axis(span("2000-Q1", "2017-Q2"))
    datings, _, estimates = break_datings(quarters, "level", kind="trend")
    assert any(one.period and "2009-Q1" <= one.period <= "2010-Q4" for one in datings)
    assert estimates[0].name == "level_slope_1"
    assert estimates[0].value == pytest.approx(1.0, abs=0.1)


def test_order_of_the_rows_and_gaps_at_the_ends_do_not_matter() -> None:
    padded = pd.concat([pd.Series([np.nan], index=[1949]), YEARS, pd.Series([np.nan], index=[2020])])
    one, other = break_datings(YEARS, "g"), break_datings(padded.sample(frac=1, random_state=1), "g")
    assert one[0][0].as_dict() == other[0][0].as_dict()


def test_a_gap_inside_is_named() -> None:
    datings, tests, _ = break_datings(YEARS.drop([1960, 1961]), "g")
    assert datings[0].sample.observations == 68
    assert "2 missing periods" in datings[0].method.text("en")
    assert "2 missing periods" in tests[0].method.text("en")


def test_a_date_that_could_be_anywhere_is_not_datable() -> None:
    """A clear change of an uncertain date: a slow slide instead of a step."""
    states = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        y = pd.Series(rng.normal(0, 1.0, 40) + np.repeat([0.0, 1.1], 20), index=range(1980, 2020))
        states += list(break_datings(y, "s")[0])
    for one in states:
        if one.state is DatingState.NOT_DATABLE:
            assert one.period is None
            assert int(one.high) - int(one.low) >= 20
        if one.state is DatingState.PASSED:
            assert int(one.high) - int(one.low) < 20


@pytest.mark.parametrize(
    "bad",
    [
        pd.Series([], dtype=float),
        pd.Series(1.0, index=range(1950, 2000)),
        pd.Series(np.nan, index=range(1950, 2000)),
        YEARS.head(12),
        YEARS.where(YEARS.index % 3 > 0),
        YEARS.replace(YEARS.iloc[4], np.inf),
        pd.concat([YEARS, YEARS.head(1)]),
        YEARS.rename(index=lambda year: f"spring {year}"),
        pd.concat([YEARS.head(30), pd.Series(RNG.normal(size=30), index=span("2000-Q1", "2007-Q2"))]),
    ],
)
def test_what_cannot_be_looked_at_is_refused_with_a_mend(bad: pd.Series) -> None:
    datings, tests, estimates = break_datings(bad, "bad")
    assert (tests, estimates) == ((), ())
    assert [one.state for one in datings] == [DatingState.NOT_DATABLE]
    refusal = break_refusal(bad, "bad")
    assert refusal is not None
    for lang in ("en", "zh"):
        assert refusal.reason.text(lang)
        assert refusal.mend.text(lang)
        assert refusal.mend.text(lang) in datings[0].reason.text(lang)


def test_a_line_has_no_break_of_trend_to_find() -> None:
    line = pd.Series(np.arange(40.0), index=range(1980, 2020))
    assert break_datings(line, "line", kind="trend")[0][0].state is DatingState.NOT_DATABLE


@pytest.mark.parametrize("series", [YEARS, pd.Series(np.repeat([0.0, 1.0], 20), index=range(1980, 2020))])
def test_everything_can_be_written_in_both_languages(series: pd.Series) -> None:
    for found in break_datings(series, "g"):
        for one in found:
            for lang in ("en", "zh"):
                json.dumps(one.as_dict(lang), allow_nan=False)
