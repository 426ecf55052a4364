import numpy as np
import pandas as pd
import pytest

from longwave.measure.intervals import Interval
from longwave.measure.structure.rigidity import (
    LASTING,
    corrected,
    decay,
    log_ratio_speed,
    noise_of,
    speed,
)


def economy(rng, years, kappa=0.0, noise=0.0, rho=0.0, industries=12, start=0.005, burst=0.3):
    """Shares that move one way at speed start * exp(-kappa t) in bursts, under autoregressive noise."""
    base = rng.dirichlet(np.full(industries, 10.0))
    grows = rng.permutation(industries) < industries // 2
    up, down = np.where(grows, rng.exponential(size=industries), 0), np.where(grows, 0, base)
    log_speed = np.zeros(years)
    for year in range(1, years):
        log_speed[year] = 0.3 * log_speed[year - 1] + rng.normal() * burst
    pace = start * np.exp(-kappa * np.arange(years) + log_speed)
    shares = base + np.cumsum(pace[:, None] * (up / up.sum() - down / down.sum()), axis=0)
    shake = np.zeros((years, industries))
    for year in range(1, years):
        shake[year] = rho * shake[year - 1] + rng.normal(size=industries) * noise
    shares = np.maximum(shares + shake - shake.mean(axis=1, keepdims=True), 1e-6)
    return pd.DataFrame(shares / shares.sum(axis=1, keepdims=True), index=range(1950, 1950 + years))


def test_a_decay_without_noise_is_found():
    path = economy(np.random.default_rng(0), 60, kappa=0.04, burst=0.05)
    found = decay(speed(path, LASTING))
    assert found.kappa.low < 0.04 < found.kappa.high
    assert found.kappa.value == pytest.approx(0.04, abs=0.01)
    assert found.p_value < 0.01


def test_interval_and_p_value_agree():
    path = economy(np.random.default_rng(1), 40, noise=0.001)
    series = speed(path)
    found = decay(series)
    at = decay(series, level=1 - found.p_value)
    assert min(abs(at.kappa.low), abs(at.kappa.high)) == pytest.approx(0, abs=2e-3)


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_a_constant_speed_is_rejected_no_more_often_than_promised(rho):
    """Size at 5 %, noise in the shares with and without memory: 40 economies of 50 years, at most 6 rejections
    (the 99.5 % quantile of a binomial with 5 %)."""
    rng = np.random.default_rng(11)
    rejected = sum(
        decay(speed(economy(rng, 50, noise=0.001, rho=rho), LASTING)).p_value < 0.05 for _ in range(40)
    )
    assert rejected <= 6


def test_noise_pulls_the_yearly_speed_to_nothing_and_the_lasting_one_less():
    rng = np.random.default_rng(2)
    yearly, lasting, mended = [], [], []
    for _ in range(12):
        path = economy(rng, 70, kappa=0.02, noise=0.0005)
        yearly.append(decay(speed(path)).kappa.value)
        found = decay(speed(path, LASTING))
        lasting.append(found.kappa.value)
        right = corrected(path, found.kappa)
        assert right is not None
        assert 0 < right.share < 1
        mended.append(right.kappa)
    assert np.median(yearly) < 0.012 < np.median(lasting)
    assert np.median(lasting) <= np.median(mended) + 1e-4
    assert np.median(mended) == pytest.approx(0.02, abs=0.004)


def test_noise_alone_is_seen_as_such():
    path = economy(np.random.default_rng(4), 200, noise=0.002, start=0.0)
    np.testing.assert_allclose(noise_of(path).mean(), 0.002, rtol=0.2)
    assert corrected(path, Interval(0.0, -0.01, 0.01, 0.0), years=1) is None


def test_speed_over_years_and_gaps():
    path = economy(np.random.default_rng(0), 12)
    gap = path.drop(index=1955)
    assert list(speed(gap).index) == [1951, 1952, 1953, 1954, 1957, 1958, 1959, 1960, 1961]
    assert (speed(path, LASTING) <= speed(path).rolling(LASTING).mean().dropna() + 1e-12).all()
    assert (log_ratio_speed(path) > 0).all()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.01] * 20, "does not vary"),
        ([0.01, 0.02] * 4, "at least ten"),
        ([0.0, 0.01, 0.02] * 5, "nothing moved"),
        ([0.01, -0.02] + [0.01] * 15, "not negative"),
    ],
)
def test_what_gives_no_decay(values, words):
    with pytest.raises(ValueError, match=words):
        decay(pd.Series(values, index=range(1950, 1950 + len(values))))


def test_a_single_year_without_a_move_is_counted():
    values = pd.Series(np.exp(np.random.default_rng(0).normal(size=20)), index=range(20))
    values.iloc[3] = 0.0
    assert decay(values).unmoved == 1
