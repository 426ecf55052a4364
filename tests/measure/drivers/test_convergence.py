import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.drivers.convergence import beta_convergence, sigma_convergence, time_distance


def test_beta_gives_the_half_life_back():
    x = np.linspace(-2, 2, 30)
    speed = 0.05
    found = beta_convergence(x, x * np.exp(-speed * 20) + 1e-6 * np.cos(9 * x), 20)
    assert found.speed == pytest.approx(speed, rel=1e-3)
    assert found.half_life == pytest.approx(np.log(2) / speed, rel=1e-3)
    assert found.half_life_low <= found.half_life <= found.half_life_high


def test_galton_beta_without_sigma():
    """Places swap by chance: those behind gain, and nobody has come closer."""
    rng = np.random.default_rng(1)
    x = rng.normal(0, 1, 200)
    y = 0.6 * x + 0.8 * rng.normal(0, 1, 200)
    assert beta_convergence(x, y, 10).slope_high < 0
    sigma = sigma_convergence(x, y)
    assert sigma.low < 0 < sigma.high


def test_half_life_has_no_bound_where_the_slope_may_be_nil():
    rng = np.random.default_rng(2)
    x = rng.normal(0, 1, 30)
    found = beta_convergence(x, x + rng.normal(0, 1.5, 30), 10)
    if found.slope_high >= 0:
        assert found.half_life_high is None


@given(st.integers(0, 1000), st.floats(0.1, 10), st.floats(-5, 5))
def test_sigma_is_free_of_unit_and_origin(seed, scale, shift):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(0, 1, 12), rng.normal(0, 2, 12)
    plain, moved = sigma_convergence(x, y), sigma_convergence(scale * x + shift, scale * y + shift)
    assert moved.change == pytest.approx(plain.change, abs=1e-8)
    assert moved.p_value == pytest.approx(plain.p_value, abs=1e-6)


def test_sigma_test_has_its_size():
    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(400):
        x = rng.normal(0, 1, 30)
        y = 0.8 * x + 0.6 * rng.normal(0, 1, 30)
        wrong += sigma_convergence(x, y).p_value <= 0.05
    assert wrong / 400 <= 0.08


def test_time_distance_counts_published_years():
    leader = pd.Series([0.0, 0.2, 0.4, 0.6], index=[2000, 2001, 2002, 2003])
    follower = pd.Series([0.0, 0.1, 0.2, 0.3, 0.4], index=[2004, 2005, 2006, 2007, 2008])
    found = time_distance(leader, follower, 0.3)
    assert (found.leader_year, found.follower_year, found.years) == (2002, 2007, 5)
    assert time_distance(leader, follower, 0.5) is None
    assert time_distance(leader.iloc[2:], follower, 0.3) is None


@pytest.mark.parametrize("call", [beta_convergence, lambda x, y, _: sigma_convergence(x, y)])
def test_too_few_are_refused(call):
    with pytest.raises(ValueError, match="eight"):
        call(np.arange(5.0), np.arange(5.0), 10)
