"""What a method would have said at earlier dates of the same series."""

import numpy as np
import pytest

from longwave.forecast.backtest import Trial, relative_error, trials
from longwave.forecast.method import FORECAST_METHODS, FitError, Prediction

from .made_series import autoregression, random_walk

DRIFT = FORECAST_METHODS.get("drift")


class Noted:
    """A method that notes what it was given, and says the last value; fails for runs that `fails` picks."""

    fewest = 3
    several = False

    def __init__(self, slow=False, fails=lambda run: False):
        self.slow, self.fails, self.fitted, self.seen = slow, fails, [], []

    def fit(self, values, season, seed):
        self.fitted.append(len(values))
        return self.carried(values)

    def carried(self, values):
        if self.fails(values):
            raise FitError("not this one")
        self.seen.append(len(values))
        return NotedFit(self, values)


class NotedFit:
    parameters = 0

    def __init__(self, method, values):
        self.values, self.carried = values, method.carried

    def ahead(self, horizon):
        return Prediction(np.full(horizon, self.values[-1]), np.ones(horizon))


def test_no_origin_sees_its_future():
    values = random_walk(60, 0)
    for name in ("drift", "fast"):
        method = FORECAST_METHODS.get(name)
        changed = values.copy()
        changed[-3:] += 1000.0
        before, after = (trials(method, each, 1, 3, 0, fewest=10) for each in (values, changed))
        assert [one.known for one in before] == [30, 34, 38, 42, 45, 49, 53, 57]
        for one, other in zip(before, after, strict=True):
            np.testing.assert_array_equal(one.said.mean, other.said.mean)
            np.testing.assert_array_equal(one.said.sd, other.said.sd)


def test_outcomes_are_those_that_came_and_the_last_origins_have_fewer():
    values = random_walk(60, 1)
    found = trials(DRIFT, values, 1, 6, 0, fewest=10)
    for one in found:
        np.testing.assert_array_equal(one.outcome, values[one.known : one.known + 6])
        np.testing.assert_allclose(one.errors, one.outcome - one.said.mean)
    assert [len(one.outcome) for one in found][-2:] == [6, 3]


def test_several_columns_are_judged_by_the_first():
    values = np.column_stack([random_walk(60, 1), random_walk(60, 2)])
    found = trials(FORECAST_METHODS.get("var"), values, 1, 4, 0, fewest=10)
    assert len(found) == 8
    assert all(
        (one.outcome == values[one.known : one.known + 4, 0][: len(one.outcome)]).all() for one in found
    )


def test_slow_methods_are_carried_and_quick_ones_fitted_anew():
    quick, slow = Noted(), Noted(slow=True)
    for method in (quick, slow):
        assert len(trials(method, random_walk(40, 0), 1, 3, 0, fewest=10)) == 8
    assert len(quick.fitted) == 8
    assert slow.fitted == [20]
    assert slow.seen == quick.seen


def test_what_cannot_be_carried_is_fitted_anew_or_left_out():
    refuses = []
    method = Noted(
        slow=True, fails=lambda run: len(run) == 30 and refuses.append(1) is None and len(refuses) == 1
    )
    values = random_walk(40, 0)
    assert 30 in [one.known for one in trials(method, values, 1, 3, 0, fewest=10)]
    assert method.fitted == [20, 30]
    hopeless = Noted(slow=True, fails=lambda run: len(run) == 30)
    assert 30 not in [one.known for one in trials(hopeless, values, 1, 3, 0, fewest=10)]


def test_weights_that_let_states_run_away_are_not_carried():
    """Complex exponential smoothing fitted to the first half of white noise often has unstable weights, which blew the
    spread up ten-thousandfold at later origins."""
    method = FORECAST_METHODS.get("fast")
    for seed in range(12):
        for one in trials(method, autoregression(120, 0.0, seed), 1, 8, 0, fewest=10):
            assert one.said.sd.max() < 10


@pytest.mark.parametrize("length", [5, 9, 12])
def test_a_short_run_has_no_trials(length):
    assert trials(DRIFT, random_walk(length, 0), 1, 5, 0, fewest=10) == []


def test_the_yardstick_against_itself_scores_one():
    found = trials(DRIFT, random_walk(60, 1), 1, 5, 0, fewest=10)
    assert relative_error(found, found) == 1.0


def trial(known, error):
    said = Prediction(np.zeros(2), np.ones(2))
    return Trial(known, said, said, np.full(2, error))


def test_relative_error_is_over_shared_origins():
    found = [trial(20, 1.0), trial(30, -3.0), trial(40, 100.0)]
    rival = [trial(20, 2.0), trial(30, 2.0)]
    assert relative_error(found, rival) == pytest.approx(1.0)
    assert relative_error(found[:1], rival) == pytest.approx(0.5)
    assert relative_error(found[2:], rival) == 1.0
    assert relative_error([trial(20, 1.0)], [trial(20, 0.0)]) == 1.0
