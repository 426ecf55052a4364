"""What part of a series a forecast may stand on, and what is said where it may not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import BadInput
from longwave.core.estimate import Refusal
from longwave.core.message import LANGUAGES
from longwave.core.period import Frequency, Period, span
from longwave.forecast.run import FEWEST, SHORTEST, Run, is_regular, last_run, no_band, run_starts


def series(values, first=2000):
    return pd.Series(values, index=[str(first + place) for place in range(len(values))], dtype=float)


def noisy(length, seed=0):
    return np.random.default_rng(seed).random(length) + 1


def test_an_unbroken_series_is_taken_whole():
    run = last_run(series(noisy(20)))
    assert isinstance(run, Run)
    assert (len(run), str(run.first), str(run.last), run.left_out) == (20, "2000", "2019", 0)
    assert (run.short, run.constant, run.regular, run.notes) == (False, False, False, ())
    assert run.frequency is Frequency.ANNUAL
    assert no_band(run) is None


@pytest.mark.parametrize("hole", [np.nan, "dropped"])
def test_missing_values_inside_are_not_filled(hole):
    whole = series(noisy(30))
    broken = whole.drop("2010") if hole == "dropped" else whole.where(whole.index != "2010")
    run = last_run(broken)
    assert (str(run.first), len(run), run.left_out) == ("2011", 19, 10)
    assert "10" in str(run.notes[0])
    assert "2011" in str(run.notes[0])
    np.testing.assert_array_equal(run.values, whole["2011":])


def test_quarters_and_months_break_where_one_is_missing():
    for first, last, gone in (("2010-Q3", "2019-Q4", "2012-Q1"), ("2017-11", "2019-12", "2018-01")):
        periods = span(first, last)
        run = last_run(pd.Series(noisy(len(periods)), index=periods).drop(gone))
        assert str(run.first) == str(Period.parse(gone) + 1)


def test_zeros_lead_only_where_nothing_is_negative():
    assert last_run(series([0, 0, *noisy(15)])).left_out == 2
    assert last_run(series([0, 0, *noisy(15) - 1.5])).left_out == 0
    assert last_run(series([0, 0, 1, 0, *noisy(15)])).left_out == 2
    assert last_run(series([0.0] * 15)).constant


@pytest.mark.parametrize("length", range(SHORTEST, FEWEST))
def test_a_few_figures_are_a_short_run(length):
    run = last_run(series(noisy(length)))
    assert run.short
    assert "12" in str(run.notes[0])


@pytest.mark.parametrize("length", range(1, SHORTEST))
def test_fewer_are_refused(length):
    found = last_run(series(noisy(length)))
    assert isinstance(found, Refusal)
    assert "at least 5" in str(found.reason)


def test_a_refusal_after_a_gap_tells_what_lies_before_it():
    found = last_run(series([*noisy(20), np.nan, 1.0, 2.0]))
    assert "20 more" in str(found.reason)


@pytest.mark.parametrize(
    ("values", "said"),
    [([], "no figures"), ([np.nan] * 20, "no figures"), ([*range(1, 20), np.inf], "infinite")],
)
def test_what_holds_no_figures_is_refused(values, said):
    found = last_run(series(values))
    assert isinstance(found, Refusal)
    assert said in str(found.reason)
    assert all(found.reason.text(lang) and found.mend.text(lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ([3.0] * 20, "vary"),
        ([3.0 + 1e-13 * place for place in range(20)], "vary"),
        (np.arange(20.0), "regularity"),
        (100 * np.exp(0.02 * np.arange(30)), "regularity"),
    ],
)
def test_formulas_carry_no_band(values, word):
    run = last_run(series(values))
    refusal = no_band(run)
    assert word in str(refusal.reason)
    assert run.constant or run.regular


def test_rounding_is_no_formula():
    assert not is_regular(np.round(np.arange(20.0) + 0.1 * noisy(20), 1))
    assert not is_regular(np.round(100 * np.exp(0.02 * np.arange(30)), 2))


def test_figures_carried_forward_are_told():
    run = last_run(series([*noisy(20), 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0]))
    assert "last 7 figures" in str(run.notes[0])
    assert last_run(series([*noisy(20), 3.0, 3.0])).notes == ()
    steps = np.repeat(noisy(5), 7)
    assert last_run(series(steps)).notes == (), "a series that moves in steps ends in one too"


def test_periods_twice_or_mixed_are_errors():
    with pytest.raises(BadInput, match="twice"):
        last_run(pd.concat([series(noisy(5)), series(noisy(5))]))
    with pytest.raises(BadInput, match="2019-Q1"):
        last_run(pd.Series(noisy(2), index=["2019", "2019-Q1"]))
    with pytest.raises(BadInput, match="soon"):
        last_run(pd.Series(noisy(2), index=["2019", "soon"]))


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(st.sampled_from([0.0, 1.0, 2.0, 2.5, 7.0, np.nan]), min_size=1, max_size=40),
    seed=st.integers(0, 10**6),
    factor=st.sampled_from([1.0, 0.25, 1024.0]),
)
def test_order_and_units_do_not_matter_and_the_run_is_whole(values, seed, factor):
    whole = series(values)
    order = np.random.default_rng(seed).permutation(len(values))
    first, second = last_run(whole), last_run(factor * whole.iloc[order])
    if isinstance(first, Refusal):
        assert isinstance(second, Refusal)
        return
    np.testing.assert_array_equal(factor * first.values, second.values)
    assert (first.first, first.last, first.left_out) == (second.first, second.last, second.left_out)
    assert (first.constant, first.regular) == (second.constant, second.regular)
    np.testing.assert_array_equal(whole[span(str(first.first), str(first.last))], first.values)
    assert first.left_out + len(first) == whole.notna().sum()


def test_many_starts_at_once_and_empty_series():
    values = np.array([1.0, 2.0, 0.0, 0.0, 5.0, 0.0, 0.0])
    ordinals = np.array([1, 3, 10, 11, 12, 5, 6])
    offsets = np.array([0, 2, 2, 5, 7, 7])
    assert run_starts(values, ordinals, offsets).tolist() == [1, 2, 4, 5, 7]
    assert run_starts(values[:0], ordinals[:0], np.array([0, 0])).tolist() == [0]
