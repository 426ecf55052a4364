"""Scores of distributions: limits, propriety, and transforms that make up nothing in the tails."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from longwave.core.errors import BadInput, NotEnoughData
from longwave.forecast.scores.distribution import (
    crps_normal,
    crps_quantiles,
    crps_sample,
    crps_t,
    spread_over,
    transforms,
    uniformity,
)

SEVEN = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
TENTHS = np.linspace(0, 1, 11)


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_crps_of_a_point_is_its_absolute_error(came, said):
    error = abs(came - said)
    assert crps_normal([came], [said], [0.0])[0] == pytest.approx(error)
    assert crps_t([came], [said], [0.0], 5)[0] == pytest.approx(error)
    assert crps_sample([came], [[said]])[0] == pytest.approx(error)
    assert crps_quantiles([came], [[said] * 7], SEVEN)[0] == pytest.approx(error)


@given(st.floats(0.1, 20), st.floats(-20, 20))
def test_crps_moves_with_scale_and_ignores_shift(factor, shift):
    came, mean, sd = np.array([1.0, -2.0]), np.array([0.5, 0.0]), np.array([1.0, 0.3])
    moved = crps_normal(factor * came + shift, factor * mean + shift, factor * sd)
    assert moved == pytest.approx(factor * crps_normal(came, mean, sd), rel=1e-6)


def test_crps_of_quantiles_nears_the_closed_form():
    """Many levels give the integral; the house's seven miss it by 3 in 100, an even mean over them by 24."""
    came = np.random.default_rng(0).normal(size=4000)
    exact = crps_normal(came, np.zeros(4000), np.ones(4000)).mean()
    many = (np.arange(199) + 0.5) / 199
    for levels, within in ((many, 0.005), (SEVEN, 0.04)):
        table = np.tile(norm.ppf(levels), (4000, 1))
        assert crps_quantiles(came, table, levels).mean() == pytest.approx(exact, rel=within)


def test_crps_of_draws_nears_the_closed_form():
    draws = np.random.default_rng(0).normal(size=(3, 20000))
    came = np.array([0.3, -1.0, 2.5])
    assert crps_sample(came, draws) == pytest.approx(crps_normal(came, np.zeros(3), np.ones(3)), abs=0.02)


@pytest.mark.parametrize("kind", ["normal", "t", "quantiles"])
def test_the_right_spread_scores_best(kind):
    came = np.random.default_rng(3).normal(size=4000)
    zeros = np.zeros(4000)

    def score(spread):
        if kind == "normal":
            return crps_normal(came, zeros, zeros + spread).mean()
        if kind == "t":
            return crps_t(came, zeros, zeros + spread, 200).mean()
        return crps_quantiles(came, np.tile(spread * norm.ppf(SEVEN), (4000, 1)), SEVEN).mean()

    assert min((0.7, 0.85, 1.0, 1.2, 1.4), key=score) == 1.0


def test_arguments_that_make_no_distribution():
    with pytest.raises(BadInput, match="degrees of freedom"):
        crps_t([1.0], [0.0], [1.0], 1.0)
    with pytest.raises(BadInput, match="negative"):
        crps_normal([1.0], [0.0], [-1.0])
    with pytest.raises(BadInput, match="does not fit"):
        crps_sample([1.0, 2.0], [[1.0]])
    with pytest.raises(BadInput, match="does not fit"):
        crps_sample([1.0], [[1.0]], fair=True)


@pytest.mark.parametrize(
    ("came", "low", "high"),
    [
        (-5.0, 0.0, 0.1),
        (0.0, 0.1, 0.1),
        (0.5, 0.3, 0.3),
        (1.0, 0.5, 0.5),
        (2.0, 0.9, 0.9),
        (9.0, 0.9, 1.0),
    ],
)
def test_a_transform_is_read_between_quantiles_and_spread_beyond(came, low, high):
    found = transforms([came], [[0.0, 1.0, 2.0]], [0.1, 0.5, 0.9])
    assert (found[0][0], found[1][0]) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [([0, 0, 0], 0.0, 1.0), ([0, 0, 2], 0.0, 0.5), ([-1, 0, 0], 0.5, 1.0)],
    ids=["all in one place", "a lump below", "a lump above"],
)
def test_a_lump_is_spread_over_what_it_spans(row, low, high):
    found = transforms([0.0], [row], [0.1, 0.5, 0.9])
    assert (found[0][0], found[1][0]) == pytest.approx((low, high))


def test_counts_add_up_and_tails_are_even():
    counts = spread_over([0.0, 0.55, 1.0], [0.25, 0.55, 1.0], TENTHS)
    assert counts.sum() == pytest.approx(3)
    assert counts[:3] == pytest.approx([0.4, 0.4, 0.2])
    assert (counts[5], counts[9]) == (1, 1)


def test_transforms_of_right_forecasts_are_uniform():
    came = np.random.default_rng(5).normal(size=4000)
    levels = np.arange(1, 40) / 40
    low, high = transforms(came, np.tile(norm.ppf(levels), (4000, 1)), levels)
    counts = spread_over(low, high, TENTHS)
    assert counts == pytest.approx(np.full(10, 400), abs=4 * np.sqrt(400))


def test_uniformity_holds_its_size_in_small_samples():
    rng = np.random.default_rng(0)
    table = np.tile(norm.ppf(SEVEN), (20, 1))
    p_values = np.array([uniformity(rng.normal(size=20), table, SEVEN).p_value for _ in range(100)])
    assert 0.01 <= (p_values < 0.05).mean() <= 0.11


def test_uniformity_sees_bands_that_are_too_narrow():
    came = np.random.default_rng(1).normal(size=60)
    assert uniformity(came, np.tile(0.5 * norm.ppf(SEVEN), (60, 1)), SEVEN).p_value < 0.01
    with pytest.raises(NotEnoughData, match="9"):
        uniformity(came[:9], np.tile(norm.ppf(SEVEN), (9, 1)), SEVEN)
