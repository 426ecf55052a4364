"""Within regression, wild bootstrap, corrections for many arrows: laws and simulated size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.measure.effects.multiple import benjamini_hochberg, romano_wolf
from longwave.measure.effects.wild import weights, wild
from longwave.measure.effects.within import Sample, fit, halves, jackknifed, tidy


def sample(rng, countries=20, years=8, slope=0.0, gaps=0.1):
    units = np.repeat(np.arange(countries), years)
    times = np.tile(np.arange(years), countries)
    own, common = rng.normal(0, 1, countries)[units], rng.normal(0, 1, years)[times]
    x = own + common + rng.normal(0, 1, len(units))
    noise = np.zeros(len(units))
    for place in range(countries):
        here = units == place
        shock = rng.normal(0, 1, years)
        for year in range(1, years):
            shock[year] += 0.5 * shock[year - 1]
        noise[here] = shock
    y = slope * x + 2 * own - common + noise
    y[rng.random(len(y)) < gaps] = np.nan
    return tidy(y, x[:, None], units.astype(np.int64), times.astype(np.int64))


@settings(max_examples=25)
@given(st.integers(0, 1000), st.floats(0.1, 10), st.floats(-5, 5))
def test_country_and_year_effects_do_not_matter(seed, scale, shift):
    rng = np.random.default_rng(seed)
    one = sample(rng)
    moved = Sample(
        scale * one.y + shift * one.units - 3.0 * one.times**2,
        one.x + one.times[:, None],
        one.units,
        one.times,
    )
    plain, other = fit(one), fit(moved)
    assert other.b[0] == pytest.approx(scale * plain.b[0], rel=1e-6, abs=1e-8)
    assert other.error() == pytest.approx(scale * plain.error(), rel=1e-6)


def test_a_state_common_to_all_countries_is_not_determined():
    one = sample(np.random.default_rng(1))
    common = Sample(one.y, one.times[:, None].astype(float), one.units, one.times)
    assert not fit(common).determined
    assert wild(common) is None


def test_lonely_rows_are_dropped():
    y, x = np.arange(5.0), np.arange(5.0)[:, None] ** 2
    kept = tidy(y, x, np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 1]))
    assert kept.clusters == 2


def test_influence_adds_to_nothing():
    found = fit(sample(np.random.default_rng(2)))
    assert found.influence.sum(axis=0) == pytest.approx(0, abs=1e-10)


def test_halves_share_out_every_row():
    one = sample(np.random.default_rng(3), years=9, gaps=0)
    first, second = halves(one)
    assert len(first.y) + len(second.y) == len(one.y)
    assert abs(len(first.y) - len(second.y)) <= one.periods


def test_jackknife_takes_out_the_bias_of_short_panels():
    """An AR(1) of 0.6 over ten years: least squares with country effects is about a sixth too low (Nickell)."""
    rng = np.random.default_rng(4)
    plain, mended = [], []
    for _ in range(20):
        y = np.zeros((100, 40))
        for year in range(1, 40):
            y[:, year] = 0.6 * y[:, year - 1] + rng.normal(0, 1, 100)
        y = y[:, -11:]
        rows = tidy(
            y[:, 1:].ravel(),
            y[:, :-1].reshape(-1, 1),
            np.repeat(np.arange(100), 10),
            np.tile(np.arange(10), 100),
        )
        plain.append(fit(rows).b[0])
        mended.append(jackknifed(rows).b[0])
    assert abs(np.mean(mended) - 0.6) < 0.5 * abs(np.mean(plain) - 0.6)


@pytest.mark.parametrize(("countries", "most"), [(9, 0.11), (40, 0.08)])
def test_wild_bootstrap_has_its_size(countries, most):
    rng = np.random.default_rng(5)
    draws = weights(countries, 199)
    wrong = sum(wild(sample(rng, countries), draws).p_value(0.0) <= 0.05 for _ in range(200))
    assert wrong / 200 <= most


def test_wild_interval_covers_and_agrees_with_the_test():
    rng = np.random.default_rng(6)
    draws = weights(15, 199)
    held = 0
    for _ in range(120):
        found = wild(sample(rng, 15, slope=0.5, gaps=0), draws)
        low, high = found.interval()
        assert low < found.b < high
        assert (found.p_value(0.5) > 0.05) == (low <= 0.5 <= high)
        held += low <= 0.5 <= high
    assert held / 120 >= 0.89


def test_power():
    rng = np.random.default_rng(7)
    draws = weights(40, 199)
    assert sum(wild(sample(rng, 40, slope=0.3), draws).p_value(0.0) <= 0.05 for _ in range(40)) >= 36


def test_benjamini_hochberg_by_hand():
    q = benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5]))
    assert q == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    with pytest.raises(ValueError, match="between"):
        benjamini_hochberg(np.array([1.5]))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_corrected_is_never_smaller(p):
    q = benjamini_hochberg(np.array(p))
    assert (q >= np.array(p) - 1e-12).all()
    assert (q <= 1).all()


def test_romano_wolf_gains_where_arrows_move_together():
    rng = np.random.default_rng(8)
    one = np.abs(rng.normal(0, 1, (2000, 1)))
    alike = romano_wolf(np.array([2.2, 2.2, 2.2]), np.repeat(one, 3, axis=1))
    apart = romano_wolf(np.array([2.2, 2.2, 2.2]), np.abs(rng.normal(0, 1, (2000, 3))))
    assert alike[0] < 0.04 < apart[0]
    with pytest.raises(ValueError, match="column"):
        romano_wolf(np.array([1.0]), np.ones((10, 2)))
