"""The arithmetic of several series ahead, against simulation and against the whole joint normal."""

import numpy as np
import pytest

from longwave.forecast.system import (
    MixturePrediction,
    explosive,
    lagged,
    largest_root,
    newest,
    paths_ahead,
    paths_given,
    run_on,
)


def coefficients(draws=1, k=2, lags=2, seed=0, own=0.5):
    rng = np.random.default_rng(seed)
    found = rng.normal(0, 0.1, (draws, k * lags + 1, k))
    found[:, np.arange(k), np.arange(k)] += own
    return found


def test_regressors_hold_the_newest_lag_first_and_the_constant_last():
    values = np.arange(8.0).reshape(4, 2)
    x, y = lagged(values, 2)
    assert x.tolist() == [[2, 3, 0, 1, 1], [4, 5, 2, 3, 1]]
    assert y.tolist() == [[4, 5], [6, 7]]
    assert newest(values, 2).tolist() == [6, 7, 4, 5, 1]


def test_moments_ahead_are_those_of_simulated_paths():
    which, noise = coefficients()[0], np.array([[1.0, 0.4], [0.4, 0.5]])
    start = np.array([1.0, -1.0, 0.5, 0.0, 1.0])
    rng = np.random.default_rng(1)
    state = np.tile(start, (40_000, 1))
    for _ in range(4):
        now = state @ which + rng.multivariate_normal([0, 0], noise, len(state))
        state = np.column_stack([now, state[:, :2], state[:, -1]])
    ahead = paths_ahead(which[None], noise[None], start, 4)
    np.testing.assert_allclose(ahead.mean[3], state[:, :2].mean(axis=0), atol=0.03)
    np.testing.assert_allclose(ahead.covariance[3], np.cov(state[:, :2].T), atol=0.04)


def test_known_figures_act_as_in_the_joint_normal():
    """One lag, one draw: the whole path written out as one normal, then conditioned by hand."""
    a = np.array([[0.6, 0.2], [0.1, 0.4]])
    noise = np.array([[1.0, 0.3], [0.3, 0.8]])
    start = np.array([1.0, 2.0, 1.0])
    which = np.vstack([a, [0.5, 0.0]])
    one = start @ which
    two = np.append(one, 1.0) @ which
    centre = np.concatenate([one, two])
    spread = np.block([[noise, noise @ a], [a.T @ noise, noise + a.T @ noise @ a]])
    known = np.array([[np.nan, 3.0], [np.nan, 1.0]])
    fixed, free = [1, 3], [0, 2]
    weight = spread[np.ix_(free, fixed)] @ np.linalg.inv(spread[np.ix_(fixed, fixed)])
    found = paths_given(which[None], noise[None], start, known)
    np.testing.assert_allclose(found.mean[:, 0], centre[free] + weight @ ([3.0, 1.0] - centre[fixed]))
    left = spread[np.ix_(free, free)] - weight @ spread[np.ix_(fixed, free)]
    np.testing.assert_allclose(found.covariance[:, 0, 0], np.diag(left))
    assert found.mean[:, 1].tolist() == [3.0, 1.0]
    assert not found.covariance[:, 1].any()


def test_nothing_known_changes_nothing_and_the_expected_moves_no_centre():
    which, noise = coefficients(), np.eye(2)[None]
    start = np.array([1.0, -1.0, 0.5, 0.0, 1.0])
    plain = paths_ahead(which, noise, start, 5)
    free = paths_given(which, noise, start, np.full((5, 2), np.nan))
    np.testing.assert_array_equal(free.covariance, plain.covariance)
    known = np.full((5, 2), np.nan)
    known[:, 1] = plain.mean[:, 1]
    given = paths_given(which, noise, start, known)
    np.testing.assert_allclose(given.mean, plain.mean, atol=1e-10)
    assert (given.covariance[:, 0, 0] <= plain.covariance[:, 0, 0] + 1e-12).all()


def test_explosive_is_a_root_that_multiplies_a_shock_a_hundredfold_over_the_span():
    drawn = coefficients(300, seed=4, own=0.85)
    roots = np.array([largest_root(one) for one in drawn])
    expected = roots**60 > 100
    assert 0.05 < expected.mean() < 0.95
    near = np.abs(60 * np.log(roots) - np.log(100)) < 0.3
    assert (explosive(drawn, 60) == expected)[~near].all()


def test_explosive_takes_a_system_without_memory():
    assert explosive(np.zeros((1, 3, 1)), 40).tolist() == [False]


def test_regressors_used_are_those_that_lead_to_each_step():
    which = coefficients()
    start = np.array([1.0, -1.0, 0.5, 0.0, 1.0])
    centres, _, used = run_on(which, start, 3)
    np.testing.assert_allclose(used[0] @ which[0], centres[0])


def test_quantiles_of_one_normal_and_of_two_far_apart():
    from scipy.special import ndtri

    one = MixturePrediction(np.ones(2), np.ones(2), centres=np.ones((1, 2)), spreads=np.ones((1, 2)))
    assert one.quantile(0.9) == pytest.approx([1 + ndtri(0.9)] * 2, abs=1e-8)
    centres, spreads = np.array([[0.0], [100.0]]), np.array([[1.0], [2.0]])
    two = MixturePrediction(np.array([50.0]), np.array([50.0]), centres=centres, spreads=spreads)
    assert two.quantile(0.05)[0] == pytest.approx(ndtri(0.1), abs=1e-6)
    assert two.quantile(0.95)[0] == pytest.approx(100 + 2 * ndtri(0.9), abs=1e-6)
