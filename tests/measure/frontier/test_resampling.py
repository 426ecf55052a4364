"""Intervals for efficiency: their bounds, their refusals, and how often they hold the truth."""

import numpy as np
import pytest

from longwave.measure.frontier.resampling import bandwidth, resample, smooth_draws


def made(seed, units=60, spread=0.4):
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 10, (units, 2))
    truth = np.exp(-np.abs(rng.normal(0, spread, units)))
    return x, (np.sqrt(x.prod(axis=1)) * truth)[:, None], truth


def test_bounds_stand_in_order_below_the_score():
    x, y, _ = made(0)
    found = resample(x, y, draws=100)
    assert (found.low <= found.corrected + 1e-12).all()
    assert (found.corrected <= found.high + 1e-12).all()
    assert (found.high <= found.score + 1e-12).all()
    assert found.mean_low <= found.mean <= found.mean_high <= found.score.mean()


def test_the_same_seed_gives_the_same_interval():
    x, y, _ = made(1, units=20)
    first, second = (resample(x, y, draws=40, seed=7) for _ in range(2))
    np.testing.assert_array_equal(first.low, second.low)


def test_outputs_can_be_drawn_instead_of_inputs():
    x, y, _ = made(2, units=15)
    found = resample(x, y, returns="vrs", orientation="output", draws=30)
    assert (found.high <= found.score + 1e-9).all()


def test_coverage_of_one_unit_is_near_what_is_printed():
    """The full study is benchmarks/frontier_coverage.py."""
    hits, bias, raw = [], [], []
    for seed in range(25):
        x, y, truth = made(seed)
        found = resample(x, y, draws=200, seed=seed)
        hits.append(((found.low <= truth) & (truth <= found.high)).mean())
        bias.append((found.corrected - truth).mean())
        raw.append((found.score - truth).mean())
    assert 0.80 < np.mean(hits) < 0.99
    assert abs(np.mean(bias)) < np.mean(raw)


def test_without_variation_there_is_nothing_to_draw():
    with pytest.raises(ValueError, match="inside the frontier"):
        resample(np.ones((10, 1)), np.ones((10, 1)))
    with pytest.raises(ValueError, match="fewer than 8"):
        resample(np.ones((5, 1)), np.arange(1.0, 6)[:, None])


def test_draws_keep_away_from_below_the_frontier():
    distance = 1 + np.abs(np.random.default_rng(0).normal(0, 0.3, 50))
    drawn = smooth_draws(distance, bandwidth(distance), np.random.default_rng(1), 200)
    assert drawn.shape == (200, 50)
    assert (drawn >= 1).all()
    assert drawn.mean() == pytest.approx(distance.mean(), abs=0.05)
    assert drawn.std() == pytest.approx(distance.std(), rel=0.15)
