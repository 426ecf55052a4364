"""Factors for the bands: by hand, and by simulation."""

import numpy as np
import pytest
from scipy.stats import binom, norm

from longwave.core.errors import UsageError
from longwave.forecast.backtest import Trial
from longwave.forecast.calibration import (
    BASE,
    Calibration,
    Pool,
    calibrate,
    coverage,
    in_order,
    learn_pool,
    panel_inside,
    ratios,
    raw_coverage,
)
from longwave.forecast.calibration import (
    inside as inside_of,
)
from longwave.forecast.method import FORECAST_METHODS, Prediction
from longwave.forecast.projection import project

from .made_series import autoregression, growing, quarterly, random_walk

LEVELS = (0.5, 0.8, 0.95)
HALF = norm.ppf(0.9)


def trial(error, sd=1.0, steps=2, known=20):
    said = Prediction(np.zeros(steps), np.full(steps, sd))
    return Trial(known, said, said, np.full(steps, error))


def test_ratios_are_errors_over_half_widths():
    found = ratios([trial(2.0), trial(-1.0, sd=0.5, steps=1)], 2, (0.95,))
    assert found.levels == (0.8, 0.95)
    np.testing.assert_allclose(found.at[0, :, 0], 2 / HALF)
    np.testing.assert_allclose(found.at[1, 0], [2 / HALF, 2 / norm.ppf(0.975)])
    assert np.isnan(found.at[1, 1]).all()


class Lopsided(Prediction):
    """Twice as wide above as below."""

    def quantile(self, probability):
        z = norm.ppf(probability)
        return self.mean + self.sd * z * (2 if z > 0 else 1)


def test_an_error_is_measured_by_the_side_on_which_it_fell():
    said = Lopsided(np.zeros(2), np.ones(2))
    found = ratios([Trial(20, said, said, np.array([1.0, -1.0]))], 2, (0.8,))
    np.testing.assert_allclose(found.at[0, :, 0], [1 / (2 * HALF), 1 / HALF])


def test_a_lone_series_is_widened_by_hand_worked_factors():
    """Errors twice the half-width from ten origins: r = 2, w = 1 + (2 - 1) 10 / 20."""
    own = ratios([trial(2 * HALF)] * 10, 2, LEVELS)
    found = calibrate(own)
    assert found.own == pytest.approx(1.5)
    np.testing.assert_allclose(found.factors, 1.5)
    assert (found.origins, found.pooled) == (10, 0)
    assert calibrate(ratios([trial(2 * HALF)] * 2, 2, LEVELS)).own == pytest.approx(1 + 2 / 12)


def test_a_lone_series_is_never_narrowed():
    assert calibrate(ratios([trial(0.01)] * 8, 2, LEVELS)).own == 1.0
    assert calibrate(ratios([], 2, LEVELS)).own == 1.0


def test_one_break_cannot_widen_without_bound():
    assert calibrate(ratios([trial(1e9)] * 10, 2, LEVELS)).own == pytest.approx(1 + 3 * 0.5)


def pool_of(errors, series, steps=2):
    return [ratios([trial(error, steps=steps) for error in errors], 2, LEVELS) for _ in range(series)]


def test_no_pool_below_thirty_series():
    assert learn_pool(pool_of([1.0, 2.0], 29)) is None
    assert learn_pool(pool_of([1.0, 2.0], 30)).series == 30
    assert learn_pool([*pool_of([1.0], 29), *pool_of([], 10)]) is None
    assert learn_pool([]) is None


def test_pooled_factors_by_hand():
    """Of 300 errors 1 ... 10 (30 series of ten origins), the ceil(.8 x 301) = 241st is 9, the 286th and the 151st are 10 and
    6; thirty series are trusted by half: 1 + (f - 1) / 2."""
    pool = learn_pool(pool_of(np.arange(1.0, 11.0), 30))
    learned = np.array([6 / norm.ppf(0.75), 9 / HALF, 10 / norm.ppf(0.975)])
    np.testing.assert_allclose(pool.factors, np.tile(1 + (learned - 1) / 2, (2, 1)))
    assert pool.levels == LEVELS


def test_steps_that_too_few_series_reached_take_the_factors_before_them():
    pool = learn_pool(pool_of([3.0], 40, steps=1))
    np.testing.assert_array_equal(pool.factors[1], pool.factors[0])
    assert pool.factors[0, 1] > 1


def test_within_a_pool_a_series_may_be_narrowed():
    """Half of what the pool asks for, from ten origins: 1 - 0.5 x 10 / 20."""
    pool = Pool(np.full((2, 3), 2.0), LEVELS, 100)
    found = calibrate(ratios([trial(HALF)] * 10, 2, LEVELS), pool)
    assert found.own == pytest.approx(0.75)
    np.testing.assert_allclose(found.factors, 1.5)
    assert found.pooled == 100


def test_steps_beyond_the_pools_take_its_last_and_other_levels_are_an_error():
    pool = Pool(np.array([[1.0, 1.2, 1.4], [2.0, 2.2, 2.4]]), LEVELS, 100)
    found = calibrate(ratios([], 4, LEVELS), pool)
    np.testing.assert_array_equal(found.factors, pool.factors[[0, 1, 1, 1]])
    with pytest.raises(UsageError, match=r"0\.9") as caught:
        calibrate(ratios([], 2, (0.9,)), pool)
    assert caught.value.text("zh")


def test_quantiles_move_away_from_the_centre():
    said = Prediction(np.array([10.0, 20.0]), np.ones(2))
    found = Calibration(np.array([[1.0, 2.0], [1.0, 3.0]]), (0.5, 0.8), 1.0, 8)
    np.testing.assert_array_equal(found.quantile(said, 0.5), said.mean)
    np.testing.assert_allclose(found.quantile(said, 0.9), [10 + 2 * HALF, 20 + 3 * HALF])
    np.testing.assert_allclose(found.quantile(said, 0.1), [10 - 2 * HALF, 20 - 3 * HALF])
    np.testing.assert_allclose(found.quantile(said, 0.25), said.mean + norm.ppf(0.25))


def test_quantiles_of_a_lopsided_pool_do_not_cross():
    said = Prediction(np.zeros(1), np.ones(1))
    found = Calibration(np.array([[1.0, 3.0, 1.0]]), LEVELS, 1.0, 8)
    shares = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
    table = np.array([found.quantile(said, share) for share in shares])
    assert (np.diff(table, axis=0) < 0).any()
    assert (np.diff(in_order(table), axis=0) >= 0).all()
    assert in_order(table)[3] == table[3]


def test_no_origin_judges_itself():
    """One origin in ten missed by far: judged by the others it is outside, and they, judged with it, are inside."""
    found = [*[trial(0.5)] * 9, trial(50.0)]
    own = ratios(found, 2, LEVELS)
    assert coverage(found, own, None, 0.8) == pytest.approx(0.9)
    assert raw_coverage(found, 0.8) == pytest.approx(0.9)
    assert raw_coverage([trial(-2.0)], 0.8) == 0.0


def test_the_base_level_is_always_there():
    assert BASE in ratios([], 3, (0.3,)).levels


KINDS = {
    "random walk": (random_walk, 1),
    "growth that lasts": (growing, 1),
    "season": (quarterly, 4),
    "returning": (lambda length, seed: autoregression(length, 0.6, seed), 1),
}


def held_out(kind, length, horizon, series, method="fast", origins=6):
    """What a method says of series of known making, and what came: (projection, outcome) of each."""
    make, season = KINDS[kind]
    found = []
    for seed in range(series):
        values = make(length + horizon, seed)
        made = project(
            values[:length],
            season,
            FORECAST_METHODS.get(method),
            horizon=horizon,
            levels=LEVELS,
            seed=0,
            fewest=10,
            origins=origins,
        )
        found.append((made, values[length:]))
    return found


def inside(found, pool, level):
    """Whether each outcome lies in its calibrated band: shape (series, steps)."""
    hit = []
    for made, outcome in found:
        known = calibrate(made.errors, pool)
        low, high = (known.quantile(made.said, 0.5 + sign * level / 2) for sign in (-1, 1))
        hit.append((outcome >= low) & (outcome <= high))
    return np.array(hit)


@pytest.mark.parametrize("kind", KINDS)
def test_bands_hold_what_they_say(kind):
    """64 series of 40, six steps. Steps of one series move together, so their number counts as that of the series, and the
    share inside must be one that a binomial of as many draws gives in 99.8 of 100 cases. The bands of a lone series may hold
    more, never less."""
    found = held_out(kind, 40, 6, 64)
    pool = learn_pool([made.errors for made, _ in found])
    for level in (0.8, 0.95):
        least, most = binom.ppf([0.001, 0.999], 64, level) / 64
        assert least <= inside(found, pool, level).mean() <= most, level
        assert least <= inside(found, None, level).mean(), level
        assert inside(found, None, level).mean() <= (most if kind != "returning" else 1.0), level


def test_library_bands_are_too_narrow_on_short_series_and_these_are_not():
    """Complex exponential smoothing as statsforecast gives it, and an ARIMA, on 60 walks of 20 years whose growth lasts."""
    from statsforecast.models import AutoCES

    found = held_out("growth that lasts", 20, 6, 60)
    pool = learn_pool([made.errors for made, _ in found])
    ours, lone = (inside(found, each, 0.8).mean() for each in (pool, None))
    library = []
    for seed, (_, outcome) in enumerate(found):
        said = AutoCES(season_length=1).forecast(growing(26, seed)[:20], 6, level=[80])
        library.append((outcome >= said["lo-80"]) & (outcome <= said["hi-80"]))
    assert np.mean(library) < 0.6
    assert min(ours, lone) > np.mean(library) + 0.15
    assert 0.7 <= ours <= 0.9


def test_averaging_quantiles_does_not_mend_narrow_bands():
    """The mean of the members' own bounds is narrower than the mixture at every step, and holds less."""
    found = held_out("growth that lasts", 20, 6, 60)
    quick = FORECAST_METHODS.get("fast")
    held = []
    for seed, (made, outcome) in enumerate(found):
        members = quick.fit(growing(26, seed)[:20], 1, 0).members.values()
        said = [member.ahead(6) for member in members]
        low, high = (np.mean([one.quantile(share) for one in said], axis=0) for share in (0.1, 0.9))
        held.append((outcome >= low) & (outcome <= high))
        assert (high - low <= made.own.quantile(0.9) - made.own.quantile(0.1) + 1e-9).all()
    own = [np.abs(outcome - made.own.mean) <= made.own.sd * HALF for made, outcome in found]
    assert np.mean(held) < np.mean(own)


def test_a_pool_sees_a_fan_that_is_too_wide():
    """Series that return to their mean: the ensemble's fan, which leaves room for a walk, is narrowed by the pool towards
    what came."""
    found = held_out("returning", 40, 6, 64)
    pool = learn_pool([made.errors for made, _ in found])
    assert (pool.factors[1:, 1] < 1).all()
    assert abs(inside(found, pool, 0.8).mean() - 0.8) < abs(inside(found, None, 0.8).mean() - 0.8)


def heavy(series, seed, origins=3):
    """Errors with tails so heavy that a normal's factors say nothing of them."""
    rng = np.random.default_rng(seed)
    return [
        ratios([trial(error, steps=1) for error in row], 1, LEVELS)
        for row in rng.standard_t(1.5, (series, origins))
    ]


def test_a_panel_is_judged_by_bands_that_had_not_seen_it():
    """Sixty panels of thirty series with heavy tails: the share said is that which new outcomes give."""
    said, came = [], []
    for seed in range(60):
        tried = heavy(30, seed)
        pool = learn_pool(tried)
        later = [one.at[0, 0] for one in heavy(30, 1000 + seed, 1)]
        came += [new <= calibrate(one, pool).factors[0] for new, one in zip(later, tried, strict=True)]
        said.append(np.nanmean(panel_inside(tried), axis=(0, 1)))
    np.testing.assert_allclose(np.mean(said, axis=0), np.mean(came, axis=0), atol=0.04)


def test_half_of_a_panel_is_judged_by_the_pool_of_the_other():
    """Every second series errs by far: none of those are inside the bands that the others ask for, all others inside
    theirs."""
    tried = [ratios([trial(50.0 if place % 2 else 0.5)], 2, LEVELS) for place in range(30)]
    held = panel_inside(tried)
    np.testing.assert_array_equal(held[::2], 1.0)
    np.testing.assert_array_equal(held[1::2], 0.0)


def test_a_panel_too_small_for_a_pool_is_judged_by_each_series_own_origins():
    tried = [ratios([trial(0.5), trial(50.0)], 2, LEVELS)] * 3
    np.testing.assert_array_equal(panel_inside(tried)[:2], inside_of(tried[0], None))
    assert panel_inside([]).size == 0
    assert panel_inside([ratios([], 2, LEVELS)]).size == 0
