"""What a rule sees: changes, not noise; news, not revisions; and when it cannot see, that it cannot."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.core.errors import BadInput, DuplicateObservations
from longwave.core.message import Names
from longwave.core.signal import Signal, SignalState
from longwave.policy.monitor.rule import WatchRule
from longwave.policy.monitor.watch import watch

MEANING, ACTION = Names("It is off.", "偏离。"), Names("Look again.", "复核。")
CUSUM = WatchRule("misses", "inflation", "cusum", "both", MEANING, ACTION, Names("Inflation", "通胀"))
EWMA = WatchRule("misses", "inflation", "ewma", "both", MEANING, ACTION)
ABOVE = WatchRule("high", "inflation", "threshold", "up", MEANING, ACTION, value=4.0)


def annual(values: object, first: int = 1980) -> pd.Series:
    values = np.asarray(values, dtype=float)
    return pd.Series(values, index=[str(first + place) for place in range(len(values))])


def figures(seed: int = 0, count: int = 45, lag: float = 0.3, mean: float = 2.0) -> pd.Series:
    chance = np.random.default_rng(seed)
    path = np.zeros(count + 50)
    for place in range(1, len(path)):
        path[place] = lag * path[place - 1] + chance.normal()
    return annual(path[50:] + mean)


def said(signal: Signal, lang: str = "en") -> str:
    return " ".join(each.text(lang) for each in signal.findings)  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", [CUSUM, EWMA], ids=["cusum", "ewma"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_lasting_change_is_seen_and_dated(rule, sign):
    y = figures(3)
    y["2012":] += sign * 3.5
    signal = watch(rule, y, "2010")
    assert signal.state is SignalState.FIRED
    assert signal.since in {"2011", "2012"}
    assert "2012" <= str(signal.fired) <= "2014"
    assert signal.upwards is (sign > 0)
    assert ("above" if sign > 0 else "below") in said(signal)
    assert ("高于" if sign > 0 else "低于") in said(signal, "zh")


@pytest.mark.parametrize("rule", [CUSUM, EWMA], ids=["cusum", "ewma"])
def test_quiet_says_how_long_a_change_goes_unseen(rule):
    y = figures(1)
    y["2010":] = y[:"2009"].mean() + 0.1 * np.sin(np.arange(15))
    signal = watch(rule, y, "2010")
    assert signal.state is SignalState.QUIET
    assert signal.fired is signal.since is signal.only_revision is None
    assert signal.delay is not None
    assert signal.delay > 5
    assert signal.false_alarm is not None
    assert signal.false_alarm.low < signal.false_alarm.value < signal.false_alarm.high
    assert signal.false_alarm.value == pytest.approx(50, rel=0.02)
    for words in ("false alarm", "years on average", "Annual figures are slow"):
        assert words in said(signal)
    assert signal.sample.observations == len(y[:"2009"]) - (1 if "order 1" in signal.method.text() else 0)


def test_a_rule_looks_only_its_own_way():
    y = figures(3)
    y["2012":] -= 3.5
    up = WatchRule("misses", "inflation", "cusum", "up", MEANING, ACTION)
    assert watch(up, y, "2010").state is SignalState.QUIET
    down = WatchRule("misses", "inflation", "cusum", "down", MEANING, ACTION)
    one, both = watch(down, y, "2010"), watch(CUSUM, y, "2010")
    assert one.state is SignalState.FIRED
    assert one.limit < both.limit  # type: ignore[operator]


def test_false_alarms_are_as_rare_as_told():
    """200 countries, 30 years before and 10 after, nothing happens: once in 50 years is 18 in 100 within ten."""
    fired = [watch(CUSUM, figures(seed, 40), "2010").state is SignalState.FIRED for seed in range(200)]
    assert 0.08 < np.mean(fired) < 0.32


def test_the_promised_path_is_what_is_watched():
    """The figures change as promised: an alarm against the mean, and seldom one against the promise."""
    climb = np.linspace(0.5, 6, 15)
    promise = pd.Series(2.0 + climb, index=[str(year) for year in range(2010, 2025)])
    against_mean, signals = [], []
    for seed in range(80):
        y = figures(seed)
        y["2010":] += climb
        against_mean.append(watch(CUSUM, y, "2010").state)
        signals.append(watch(CUSUM, y, "2010", promised=promise))
    assert against_mean.count(SignalState.FIRED) >= 72
    assert sum(each.state is SignalState.QUIET for each in signals) >= 48  # 15 of 50 years: three in four
    assert all("the promised path" in said(each) for each in signals)
    broken = watch(CUSUM, y, "2010", promised=promise + 4)
    assert broken.state is SignalState.FIRED
    assert broken.upwards is False
    assert broken.table["expected"].to_numpy() == pytest.approx(promise + 4)


def test_a_figure_that_wanders_is_not_watched_against_a_mean():
    chance = np.random.default_rng(2)
    y = annual(np.cumsum(chance.normal(1.0, 1.0, size=45)))
    signal = watch(CUSUM, y, "2010")
    assert signal.state is SignalState.NOT_DECIDABLE
    assert "wanders" in str(signal.reason)
    assert "growth" in str(signal.mend)
    promise = y["2010":] + 0.3
    assert watch(CUSUM, y, "2010", promised=promise).state is SignalState.QUIET
    drifting = promise + 3.0 * np.arange(15)
    told = watch(CUSUM, y, "2010", promised=drifting)
    assert told.state is SignalState.FIRED
    assert "drift" in said(told)


# ------------------------------------------------------------------------------------------------- revisions


def test_a_revision_is_told_apart_from_news():
    """At the decision the last years were thought 3 lower: the alarm against the promise comes of that alone."""
    y = figures(6, lag=0.75)
    y["2007":] += 5.0 * 0.75 ** np.arange(len(y["2007":]))
    then = y[:"2009"].copy()
    then["2007":] -= 5.0 * 0.75 ** np.arange(3)
    promise = pd.Series(2.0, index=y["2010":].index)
    signal = watch(CUSUM, y, "2010", promised=promise, before=then)
    assert signal.table["revision"].iloc[0] == pytest.approx(0.75 * 5 * 0.75**2, rel=0.35)
    assert (np.abs(signal.table["revision"].to_numpy()[-3:]) < 0.5).all()
    assert "revised past figures" in said(signal)
    if signal.state is SignalState.FIRED:
        assert signal.only_revision is not None


def test_an_alarm_that_comes_of_revisions_only_says_so():
    y = figures(8, lag=0.0)
    quiet = y.copy()
    quiet["2010":] = 2.0
    now = quiet.copy()
    now["2010":"2014"] += 4.0
    signal = watch(CUSUM, now, "2010", before=quiet[:"2014"])
    assert signal.state is SignalState.FIRED
    assert signal.only_revision is True
    assert "The alarm comes of revised past figures" in said(signal)
    assert signal.table.loc["2010":"2014", "revision"].to_numpy() == pytest.approx(4.0)
    assert signal.table.loc["2015":, "revision"].to_numpy() == pytest.approx(0.0, abs=0.5)
    assert signal.table["revision"].iloc[-1] == pytest.approx(0.0, abs=1e-6)


def test_a_revision_can_hide_an_alarm():
    then = figures(8, lag=0.0)
    then["2010":] = 2.0
    then["2010":"2014"] += 4.0
    now = then.copy()
    now["2010":"2014"] -= 4.0
    signal = watch(CUSUM, now, "2010", before=then)
    assert signal.state is SignalState.QUIET
    assert "hide an alarm" in said(signal)


def test_news_is_no_revision():
    y = figures(3)
    y["2012":] += 3.5
    signal = watch(CUSUM, y, "2010", before=y[:"2009"])
    assert signal.state is SignalState.FIRED
    assert signal.only_revision is False
    assert signal.table["revision"].to_numpy() == pytest.approx(0.0)


@pytest.mark.parametrize("promised", [True, False])
def test_another_base_year_is_a_revision_and_no_news(promised):
    """Every figure, old and new, is 10 higher in the new vintage."""
    y = figures(3)
    promise = pd.Series(2.0, index=y["2010":].index) if promised else None
    old = watch(CUSUM, y, "2010", promised=promise)
    new = watch(CUSUM, y + 10.0, "2010", promised=promise, before=y[:"2009"])
    if promised:
        assert new.state is SignalState.FIRED
        assert new.only_revision is (old.state is SignalState.QUIET)
    else:
        assert new.state is old.state
    news = (new.table["deviation"] - new.table["revision"]).to_numpy()
    assert news == pytest.approx(old.table["deviation"].to_numpy(), abs=1e-6)


# ------------------------------------------------------------------------------------------------- thresholds


def test_a_threshold_speaks_after_two_years_on_end():
    y = annual([2, 5, 2, 2, 5, 5, 2, 2, 2, 2, 5, 2, 5, 5, 5, 3])
    signal = watch(ABOVE, y, "1990")
    assert signal.state is SignalState.FIRED
    assert (signal.since, signal.fired, signal.still) == ("1992", "1993", False)
    assert "no longer beyond" in said(signal)
    assert "happened 1 times" in said(signal)
    assert watch(ABOVE, y[:"1992"], "1990").state is SignalState.QUIET


def test_a_threshold_inside_the_interval_is_not_decidable():
    y = annual([2.0] * 10 + [5.0, 5.0])
    wide = watch(ABOVE, y, "1990", low=y - 2, high=y + 2)
    assert wide.state is SignalState.NOT_DECIDABLE
    assert "reach across" in str(wide.reason)
    assert watch(ABOVE, y, "1990", low=y - 0.5, high=y + 0.5).state is SignalState.FIRED
    with pytest.raises(BadInput, match="does not hold the figure"):
        watch(ABOVE, y, "1990", low=y + 1)


# ------------------------------------------------------------------------------------------------- the door


def test_what_cannot_be_carried_is_said():
    y = figures(0)
    for given_figures, since, words in (
        (y[:0], "2010", "no figures"),
        (y * np.nan, "2010", "no figures"),
        (y, "2030", "No figure has come since 2030"),
        (y, "1990", "10 figures"),
        (y, "1900", "0 figures"),
        (annual(np.full(45, 3.0)), "2010", "do not vary"),
    ):
        signal = watch(CUSUM, given_figures, since)
        assert signal.state is SignalState.NOT_DECIDABLE
        assert words in str(signal.reason)
        assert signal.mend is not None
        assert signal.as_dict("zh")["reason"]
    late = pd.Series([1.0], index=["2035"])
    assert "promised path says nothing" in str(watch(CUSUM, y, "2010", promised=late).reason)


def test_bad_figures_are_refused():
    y = figures(0)
    with pytest.raises(BadInput, match="infinite"):
        watch(CUSUM, y.replace(y.iloc[3], np.inf), "2010")
    with pytest.raises(BadInput, match="no number"):
        watch(CUSUM, y.astype(object).replace(y.iloc[3], "n/a"), "2010")
    with pytest.raises(DuplicateObservations, match="1980"):
        watch(CUSUM, pd.concat([y, y[:1]]), "2010")
    with pytest.raises(BadInput, match="mixes"):
        watch(CUSUM, pd.concat([y, pd.Series([1.0], index=["2030-Q1"])]), "2010")
    with pytest.raises(BadInput, match="soon"):
        watch(CUSUM, y, "soon")
    with pytest.raises(BadInput, match=r"2010-Q1"):
        watch(CUSUM, y, "2010-Q1")
    with pytest.raises(BadInput, match="persistence"):
        watch(WatchRule("high", "x", "threshold", "up", MEANING, ACTION, value=1.0, persistence=0), y, "2010")


def test_a_shuffled_table_and_a_gap_do_no_harm():
    y = figures(3)
    y["2012":] += 3.5
    shuffled = watch(CUSUM, y.sample(frac=1, random_state=1), "2010")
    pd.testing.assert_frame_equal(shuffled.table, watch(CUSUM, y, "2010").table)
    holed = watch(CUSUM, y.drop(["1995", "2013"]), "2010")
    assert holed.state is SignalState.FIRED
    assert np.isnan(holed.table.loc["2013", "residual"])


def test_years_that_were_out_of_control_are_left_out():
    y = figures(3)
    y["1990":"1992"] += 40
    plain = watch(CUSUM, y, "2010")
    careful = watch(
        WatchRule("m", "x", "cusum", "both", MEANING, ACTION, skip=("1990", "1991", "1992")), y, "2010"
    )
    from_1993 = watch(WatchRule("m", "x", "cusum", "both", MEANING, ACTION, first="1993"), y, "2010")
    assert careful.sample.observations < plain.sample.observations
    assert np.abs(careful.table["residual"]).max() > 2 * np.abs(plain.table["residual"]).max()
    assert from_1993.sample.first == "1993"


def test_quarters_are_told_in_years():
    y = figures(3, 160)
    y.index = [f"{1985 + place // 4}-Q{place % 4 + 1}" for place in range(160)]
    signal = watch(CUSUM, y, "2018")
    assert signal.watched == ("2018-Q1", "2024-Q4")
    assert signal.false_alarm is not None
    assert signal.false_alarm.value == pytest.approx(50, rel=0.02)
    assert "Annual" not in said(signal)
    assert signal.delay is not None
    assert signal.delay < watch(CUSUM, figures(3), "2010").delay  # type: ignore[operator]


def test_a_signal_is_plain_json_in_both_languages():
    y = figures(3)
    y["2012":] += 3.5
    for signal in (
        watch(CUSUM, y, "2010", before=y[:"2009"] + 0.1),
        watch(EWMA, y.drop("2013"), "2010"),
        watch(ABOVE, y, "2010"),
        watch(CUSUM, y[:0], "2010"),
    ):
        for lang in ("en", "zh"):
            told = signal.as_dict(lang)
            assert json.loads(json.dumps(told, allow_nan=False)) == told


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(float("nan"))), min_size=0, max_size=60),
    st.integers(1975, 2045),
    st.sampled_from([CUSUM, EWMA, ABOVE]),
    st.booleans(),
)
def test_every_series_has_an_answer(values, since, rule, with_path):
    y = annual(values)
    promise = annual(np.zeros(60)) if with_path else None
    signal = watch(rule, y, str(since), promised=promise, before=y[: len(y) // 2])
    assert signal.state in SignalState
    assert signal.findings
    assert json.dumps(signal.as_dict("zh"), allow_nan=False)


@settings(max_examples=15, deadline=None)
@given(st.floats(1e-6, 1e6), st.floats(-100, 100), st.integers(0, 50))
def test_unit_and_level_do_not_matter(factor, level, seed):
    y = figures(seed)
    y["2015":] += 2.0
    one, other = watch(CUSUM, y, "2010"), watch(CUSUM, factor * (y + level), "2010")
    assert (one.state, one.fired, one.since) == (other.state, other.fired, other.since)


def test_one_odd_figure_is_told_as_such_and_not_as_wandering():
    y = figures(4, 45)
    y["2009"] += 400.0
    signal = watch(CUSUM, y, "2010")
    assert signal.state is not SignalState.FIRED
    assert "2009" in said(signal) and "is so far from all others" in said(signal)


def test_figures_too_large_to_be_squared_are_refused():
    with pytest.raises(BadInput, match="1e100"):
        watch(CUSUM, figures(1) * 1e300, "2010")
