"""Measures of a user's own table: learning_curve, technology_cycle_time, adoption_lag, saturation."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.dating import DatingState
from longwave.measure.innovation.adoption_lag import measure_adoption_lag
from longwave.measure.innovation.citation_ages import count_ages, fit_ages, naive_medians
from longwave.measure.innovation.learning_curve import doubling_time, learning_rate, measure_learning
from longwave.measure.innovation.saturation import measure_saturation
from longwave.measure.innovation.technology_adoption import dating, judge
from longwave.measure.innovation.technology_cycle_time import measure_cycle_time


def learning(seed: int = 0, count: int = 40, exponent: float = -0.32) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    made = 10 * np.exp(0.2 * np.arange(count) + 0.05 * np.cumsum(rng.normal(size=count)).clip(-1, 1))
    made = np.maximum.accumulate(made)
    cost = 100 * made**exponent * np.exp(rng.normal(0, 0.05, count))
    return pd.DataFrame(
        {"period": [str(1980 + one) for one in range(count)], "value": cost, "cumulative": made}
    )


def test_learning_curve_finds_the_rate():
    found = measure_learning(learning())
    rate = found.estimate("learning_rate")
    assert rate.low <= learning_rate(-0.32) <= rate.high
    assert learning_rate(-0.32) == pytest.approx(0.199, abs=0.001)
    assert found.estimate("halving_time").low < found.estimate("halving_time").high
    assert found.estimate("change_a_year").value < 0


def test_a_performance_that_doubles_is_told_so_and_no_sign_needs_explaining():
    found = measure_learning(learning(exponent=0.3))
    assert found.estimate("doubling_time").value > 0
    assert found.estimate("change_a_year").low > 0
    said = " ".join(one.text("en") for one in found.findings)
    assert "doubled" in said and "rose by" in said and "-" not in said.split("rose by")[1].split(")")[0]


def test_learning_rate_in_any_money_and_doubling_by_hand():
    plain, scaled = learning(3), learning(3).assign(value=lambda one: 7 * one["value"])
    assert measure_learning(scaled).estimate("learning_rate").value == pytest.approx(
        measure_learning(plain).estimate("learning_rate").value
    )
    assert doubling_time(np.log(2) / 2) == pytest.approx(2.0)
    assert doubling_time(0.0) == np.inf


@pytest.mark.parametrize(
    "change",
    [
        {"value": 1.0},
        {"value": -1.0},
        {"value": np.nan},
        {"period": "1990"},
        {"period": "1990-Q1"},
    ],
)
def test_learning_curves_that_say_nothing_are_refused(change):
    found = measure_learning(learning().assign(**change))
    assert found.refusals
    assert not found.estimates


def test_falling_cumulative_production_is_refused_but_not_the_pace():
    found = measure_learning(learning().assign(cumulative=lambda one: one["cumulative"][::-1].to_numpy()))
    assert [one.subject for one in found.refusals] == ["learning_rate"]
    assert found.estimate("change_a_year").value < 0


def citations(seed: int = 0, median: float = 9.5, first: int = 1970) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    citing = np.repeat(np.arange(1988, 2004), 120)
    ages = np.floor(np.exp(np.log(median) + 0.8 * rng.normal(size=len(citing))))
    kept = citing - ages >= first
    return pd.DataFrame({"citing_year": citing[kept].astype(float), "cited_year": (citing - ages)[kept]})


def test_technology_cycle_time_is_freed_of_the_cut():
    found = measure_cycle_time(citations())
    table = found.table
    assert table["naive_median"].iloc[0] < 8.0 < table["median"].iloc[0]
    naive = np.polyfit(np.arange(len(table)), table["naive_median"].to_numpy(float), 1)[0]
    corrected = np.polyfit(np.arange(len(table)), table["median"].to_numpy(float), 1)[0]
    assert naive > 0.05
    assert abs(corrected) < naive
    assert not found.tests[0].rejected
    level = found.estimate("technology_cycle_time")
    assert level.low <= 9.5 <= level.high


def test_ages_of_untruncated_citations_have_their_own_median():
    ages = np.random.default_rng(1).integers(0, 12, 3000)
    counts = count_ages(ages, np.zeros(3000, dtype=int), 1)
    found = fit_ages(counts, np.array([500]), "weibull")
    assert found.medians[0] == pytest.approx(naive_medians(counts)[0], rel=0.12)
    assert found.seen[0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    "table",
    [
        citations().head(0),
        citations().head(5),
        citations().assign(cited_year=lambda one: one["citing_year"] + 3),
        citations().assign(cited_year=lambda one: one["citing_year"] - 5),
        citations().assign(citing_year=lambda one: one["citing_year"] + 0.5),
        citations().assign(cited_year=np.nan),
        citations(first=1987).query("citing_year <= 1991"),
    ],
)
def test_citations_that_say_nothing_are_refused(table):
    found = measure_cycle_time(table)
    assert found.refusals
    assert all(np.isfinite(one.value) for one in found.estimates)


def lags(technologies: int = 12, places: int = 12, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    count = technologies * places
    lag = np.round(20 * np.exp(0.5 * rng.normal(size=count)))
    return pd.DataFrame(
        {
            "technology": np.repeat([f"t{one}" for one in range(technologies)], places),
            "place": np.tile([f"p{one}" for one in range(places)], technologies),
            "invented": 1900.0,
            "adopted": np.where(lag <= 40, 1900 + lag, np.nan),
            "until": 1940.0,
            "group": np.tile(["rich", "poor"], count // 2),
            "covariate": rng.normal(size=count),
        }
    )


def test_adoption_lag_has_the_median_and_keeps_those_who_wait():
    found = measure_adoption_lag(lags())
    median = found.estimate("median_lag")
    assert median.low <= 20 <= median.high
    naive = (lags()["adopted"] - 1900).median()
    assert median.value >= naive
    assert found.estimate("median_lag_log_normal").value == pytest.approx(20, abs=3)
    assert found.estimate("hazard_ratio").low < 1 < found.estimate("hazard_ratio").high
    assert found.tests[0].p_value > 0.01


def test_time_stretched_stretches_the_lag():
    table = lags()
    longer = table.assign(**{name: 1900 + 2 * (table[name] - 1900) for name in ("adopted", "until")})
    plain, other = measure_adoption_lag(table), measure_adoption_lag(longer)
    for name in ("median_lag", "median_lag_weibull", "restricted_mean_lag"):
        assert other.estimate(name).value == pytest.approx(2 * plain.estimate(name).value, rel=1e-3)


@pytest.mark.parametrize(
    "table",
    [
        lags().head(0),
        lags().assign(adopted=np.nan),
        lags().assign(adopted=1880.0),
        lags().assign(adopted=1910.0),
        pd.concat([lags(), lags()]),
        lags().assign(until=1890.0),
    ],
)
def test_lags_that_say_nothing_are_refused(table):
    found = measure_adoption_lag(table)
    assert found.refusals
    assert not found.estimates


def test_a_median_not_reached_is_not_invented():
    found = measure_adoption_lag(
        lags().assign(adopted=lambda one: one["adopted"].where(one["adopted"] < 1914))
    )
    assert "median_lag" in [one.subject for one in found.refusals]
    assert "median_lag" not in [one.name for one in found.estimates]


def shares(bend: float, count: int = 30) -> pd.DataFrame:
    years = np.arange(count)
    noise = np.random.default_rng(4).normal(0, 0.004, count)
    values = np.clip(0.8 / (1 + np.exp(-0.4 * (years - bend))) + noise, 0, 1)
    return pd.DataFrame({"period": [str(1990 + one) for one in years], "value": values})


def test_saturation_is_told_when_passed_and_refused_when_ahead():
    passed, ahead = measure_saturation(shares(10)), measure_saturation(shares(33))
    assert passed.datings[0].state is DatingState.PASSED
    assert passed.estimate("level").low <= 0.8 <= passed.estimate("level").high
    assert ahead.datings[0].state is not DatingState.PASSED
    assert not ahead.estimates
    assert ahead.refusals[0].subject == "level"


def test_a_bend_is_no_finer_than_the_figures_and_few_figures_have_none():
    years = np.arange(1990, 2020)
    found = judge(pd.Series(0.8 / (1 + np.exp(-0.9 * (years - 2001.4))), index=years) + 1e-5, "x", 1.0, 19)
    if found.compared is not None and found.compared.bend is not None:
        _, low, high = found.compared.bend
        assert high - low >= 1.0
        assert dating("bend", found, ()).low < dating("bend", found, ()).high
    assert found.compared is not None
    few = judge(pd.Series(np.linspace(0.1, 0.6, 11) ** 2, index=range(11)), "x", 1.0, 19)
    assert few.refusal is not None and "fewer than 12" in few.refusal.reason.text("en")


@pytest.mark.parametrize(
    "change", [{"value": 0.4}, {"value": -0.4}, {"value": np.nan}, {"period": "2000"}, {"period": "2000-01"}]
)
def test_saturation_of_nothing_is_refused(change):
    found = measure_saturation(shares(10).assign(**change))
    assert found.refusals
    assert not found.datings
