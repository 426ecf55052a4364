import numpy as np
import pytest
from scipy import stats

from longwave.forecast.interval import half_widths, spread, standard_scores, widening
from longwave.forecast.methods.drift import Drift


def test_widening_never_narrows():
    assert widening([]) == 1.0
    assert widening([np.array([0.1, 0.2])] * 8) == 1.0


def test_widening_is_shrunk_by_the_number_of_origins():
    """Errors twice as large as said, from 10 origins: half of the excess counts, 1 + (2 - 1) x 10 / 20."""
    scores = [np.full(5, 2 * 1.2815515655446004)] * 10
    assert widening(scores) == pytest.approx(1.5)
    assert widening(scores[:2]) == pytest.approx(1 + 2 / 12)


def test_one_break_cannot_widen_without_bound():
    assert widening([np.full(5, 1e9)] * 10) == pytest.approx(1 + 3 * 0.5)


def test_half_widths_are_students():
    assert half_widths(np.array([2.0]), 0.95, 7.0)[0] == pytest.approx(2 * stats.t.ppf(0.975, 7))


def test_standard_scores_have_the_rarity_of_the_errors():
    scores = standard_scores(np.array([2.3646]), np.array([1.0]), 7.0)
    assert scores[0] == pytest.approx(stats.norm.ppf(0.975), abs=1e-4)


def test_no_spread_and_no_error_is_no_surprise():
    scores = standard_scores(np.array([0.0, 1.0]), np.array([0.0, 0.0]), 7.0)
    assert scores[0] == 0.0
    assert scores[1] > 30


def test_drift_against_itself_keeps_its_own_spread():
    values = np.cumsum(np.random.default_rng(0).normal(0.1, 1, 40))
    fit = Drift().fit(values, 1, 0)
    np.testing.assert_allclose(spread(fit, values, 6).sd, fit.ahead(6).sd)
