"""Residuals hold what is new and nothing else, and a sample that cannot carry them is refused."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.core.errors import NotEnoughData
from longwave.policy.monitor.whiten import FEWEST, residuals, whitener


def noise(lag: float, count: int, seed: int, mean: float = 0.0) -> np.ndarray:
    chance = np.random.default_rng(seed)
    found = np.zeros(count + 200)
    for place in range(1, len(found)):
        found[place] = lag * found[place - 1] + chance.normal()
    return found[200:] + mean


def test_a_long_sample_is_found_as_it_was_made():
    model = whitener(noise(0.6, 3_000, 1, mean=7.0))
    assert model.order == 1
    assert model.lags[0] == pytest.approx(0.6, abs=0.05)
    assert model.mean == pytest.approx(7.0, abs=0.15)
    assert model.spread == pytest.approx(1.0, abs=0.05)
    assert model.root == pytest.approx(0.6, abs=0.05)
    # a lasting change of one own standard deviation is sqrt((1 - a)/(1 + a)) of those of the residuals
    assert model.passed_on == pytest.approx(np.sqrt(0.4 / 1.6), abs=0.05)


def test_white_noise_is_left_as_it_is():
    lags = [whitener(noise(0.0, 60, seed)).lags for seed in range(40)]
    assert [len(each) for each in lags].count(1) >= 34
    assert np.mean([each.sum() for each in lags]) == pytest.approx(0.0, abs=0.06)


def test_two_lags_are_found():
    chance = np.random.default_rng(2)
    y = np.zeros(400)
    for place in range(2, 400):
        y[place] = 0.5 * y[place - 1] - 0.6 * y[place - 2] + chance.normal()
    model = whitener(y)
    assert model.lags[:2] == pytest.approx([0.5, -0.6], abs=0.1)


def test_the_residuals_of_its_own_sample_are_white_and_of_unit_spread():
    y = noise(0.7, 2_000, 3)
    model = whitener(y)
    z = residuals(y - model.mean, model.lags) / model.spread
    assert z.std() == pytest.approx(1.0, abs=0.05)
    assert np.corrcoef(z[1:], z[:-1])[0, 1] == pytest.approx(0.0, abs=0.05)


def test_the_small_sample_bias_is_taken_out():
    """Of 30 figures with a lag of .6, least squares finds .51 on average."""
    found = [whitener(noise(0.6, 30, seed)).lags for seed in range(300)]
    assert np.mean([lags[0] for lags in found if len(lags) == 1]) == pytest.approx(0.63, abs=0.06)


def test_a_gap_is_held_against_nobody():
    y = noise(0.6, 200, 4)
    holed = y.copy()
    holed[[20, 21, 90]] = np.nan
    assert whitener(holed).root == pytest.approx(whitener(y).root, abs=0.1)
    z = residuals(holed, np.array([0.6]))
    assert np.flatnonzero(np.isnan(z)).tolist() == [20, 21, 90]
    assert z[22] == pytest.approx(holed[22] - 0.6**3 * holed[19])


def test_changes_of_a_figure_that_wanders():
    y = np.cumsum(noise(0.3, 600, 5) + 2.0)
    assert whitener(y).root > 0.9
    changes = whitener(y, differenced=True)
    assert changes.differenced
    assert changes.mean == pytest.approx(2.0, abs=0.15)
    assert changes.root == pytest.approx(0.3, abs=0.1)


def test_too_few_figures_are_refused():
    with pytest.raises(NotEnoughData, match=f"14 figures.*{FEWEST} are needed"):
        whitener(noise(0, 14, 1))
    with pytest.raises(NotEnoughData, match="14 figures"):
        whitener(noise(0, 15, 1), differenced=True)
    with pytest.raises(NotEnoughData, match="0 figures"):
        whitener(np.empty(0))
    assert whitener(noise(0, 15, 1)).observations == 15


@pytest.mark.parametrize("level", [0.0, 1e-12, 3.3, 1e15])
def test_figures_that_do_not_vary_are_refused(level):
    with pytest.raises(NotEnoughData, match="do not vary"):
        whitener(np.full(40, level))


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
def test_the_unit_does_not_matter(factor):
    y = noise(0.5, 60, 6, mean=10.0)
    model, scaled = whitener(y), whitener(factor * y)
    assert scaled.lags == pytest.approx(model.lags)
    assert scaled.spread == pytest.approx(factor * model.spread)


def test_figures_that_are_mostly_the_same_have_no_usual_spread():
    figures = np.zeros(30)
    figures[7] = 1e-9
    with pytest.raises(NotEnoughData, match="29 of the 30"):
        whitener(figures)
