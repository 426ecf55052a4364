from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.measure.intervals import Noise, Stretch


def stretch(values, years=None, line=False):
    values = np.asarray(values, float)
    return Stretch(np.arange(len(values)) if years is None else np.asarray(years), values, line)


def wander(rng, length, persistence):
    shocks = rng.standard_normal(length + 60)
    values = np.zeros(length + 60)
    for t in range(1, length + 60):
        values[t] = persistence * values[t - 1] + shocks[t]
    return values[60:]


def coverage(rng, length, persistence, rounds, line=False):
    inside = 0
    for _ in range(rounds):
        noise = Noise([stretch(wander(rng, length, persistence), line=line)])
        found = noise.slope(0) if line else noise.mean(0)
        inside += found.low <= 0 <= found.high
    return inside / rounds


def test_value_is_the_plain_mean_and_difference_of_means():
    rng = np.random.default_rng(1)
    early, late = rng.standard_normal(20), 3 + rng.standard_normal(12)
    noise = Noise([stretch(early), stretch(late, np.arange(20, 32))])
    assert noise.mean(0).value == pytest.approx(early.mean())
    assert noise.difference(1, 0).value == pytest.approx(late.mean() - early.mean())


def test_slope_is_least_squares():
    rng = np.random.default_rng(2)
    years = np.arange(1980, 2010)
    values = 0.3 * years + rng.standard_normal(30)
    assert Noise([stretch(values, years, line=True)]).slope(0).value == pytest.approx(
        np.polyfit(years, values, 1)[0]
    )


def test_independent_noise_gives_students_interval_on_a_long_sample():
    from scipy import stats

    values = np.random.default_rng(3).standard_normal(150)
    found = Noise([stretch(values)]).mean(0)
    low, high = stats.t.interval(0.95, 149, values.mean(), stats.sem(values))
    assert found.low == pytest.approx(low, abs=0.04)
    assert found.high == pytest.approx(high, abs=0.04)
    assert abs(found.persistence) < 0.15


def test_known_persistence_gives_the_textbook_variance_on_a_long_sample():
    """Variance of a mean of an AR(1) tends to s2 / n (1 - rho)^2: Hamilton (1994), 7.2."""
    values = wander(np.random.default_rng(4), 250, 0.6)
    found = Noise([stretch(values)]).mean(0)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 / (0.4 * np.sqrt(250)), rel=0.25)
    assert found.persistence == pytest.approx(0.6, abs=0.12)


def test_intervals_are_wider_than_newey_wests_where_years_are_alike():
    import statsmodels.api as sm

    values = wander(np.random.default_rng(5), 30, 0.6)
    robust = (
        sm.OLS(values, np.ones(30)).fit(cov_type="HAC", cov_kwds={"maxlags": 3}, use_t=True).conf_int()[0]
    )
    found = Noise([stretch(values)]).mean(0)
    assert found.high - found.low > robust[1] - robust[0]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    shift=st.floats(-50, 50),
    scale=st.floats(0.01, 100),
)
def test_interval_moves_and_stretches_with_the_values(seed, shift, scale):
    values = np.random.default_rng(seed).standard_normal(14)
    plain = Noise([stretch(values)]).mean(0)
    moved = Noise([stretch(shift + scale * values)]).mean(0)
    assert moved.low == pytest.approx(shift + scale * plain.low, rel=1e-6, abs=1e-6 * scale)
    assert moved.high == pytest.approx(shift + scale * plain.high, rel=1e-6, abs=1e-6 * scale)


def test_higher_level_is_wider_and_gaps_are_allowed():
    values = np.random.default_rng(6).standard_normal(12)
    noise = Noise([stretch(values, [1950, 1951, 1952, 1953, 1960, 1961, 1962, 1970, 1971, 1972, 1973, 1974])])
    narrow, wide = noise.mean(0, 0.8), noise.mean(0, 0.95)
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0, 4.0], [0.02] * 20, []])
def test_too_few_or_constant_values_are_refused(values):
    with pytest.raises(ValueError, match="stretch"):
        Noise([stretch(values)])


def test_a_perfect_line_is_constant():
    assert stretch(np.arange(10), line=True).constant
    assert not stretch(np.arange(10)).constant


def test_coverage_is_about_what_it_says():
    rng = np.random.default_rng(8)
    assert 0.90 <= coverage(rng, 15, 0.3, 150) <= 1.0
    assert 0.90 <= coverage(rng, 40, 0.6, 150) <= 1.0


@pytest.mark.slow
@pytest.mark.parametrize("length", [15, 30, 70])
@pytest.mark.parametrize("persistence", [0.0, 0.3, 0.6])
def test_coverage_of_means(length, persistence):
    """95% intervals cover 92-99% of 1500 samples; the table of docs/concepts/evidence.md."""
    found = coverage(np.random.default_rng(9), length, persistence, 1500)
    assert 0.92 <= found <= 0.99, found


@pytest.mark.slow
@pytest.mark.parametrize("length", [15, 30, 70])
@pytest.mark.parametrize("persistence", [0.0, 0.3, 0.6])
def test_coverage_of_slopes(length, persistence):
    found = coverage(np.random.default_rng(10), length, persistence, 1500, line=True)
    assert 0.91 <= found <= 0.99, found


@pytest.mark.slow
@pytest.mark.parametrize("persistence", [0.0, 0.3, 0.6, 0.8])
def test_coverage_of_the_conventional_spans(persistence):
    """The four spans of 1955-2019 (19, 22, 9 and 15 years): last mean, shortest mean, last change."""
    rng, cuts, hits = np.random.default_rng(11), [0, 19, 41, 50, 65], np.zeros(3)
    for _ in range(800):
        values = wander(rng, 65, persistence)
        parts = [stretch(values[a:b], np.arange(a, b)) for a, b in pairwise(cuts)]
        noise = Noise(parts)
        hits += [
            found.low <= 0 <= found.high for found in (noise.mean(3), noise.mean(2), noise.difference(3, 2))
        ]
    assert (hits / 800 >= 0.92).all(), hits / 800
    assert (hits / 800 <= 0.99).all(), hits / 800
