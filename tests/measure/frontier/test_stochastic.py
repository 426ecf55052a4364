"""The stochastic frontier: what it recovers, what it refuses, how often its intervals and its test are right."""

import numpy as np
import pytest

from longwave.measure.frontier.stochastic import NoMaximum, WrongSkewness, fit_frontier


def made(seed, rows=150, su=0.4, sv=0.2, kind="half_normal"):
    rng = np.random.default_rng(seed)
    x = rng.normal(1, 1, (rows, 2))
    u = rng.exponential(su, rows) if kind == "exponential" else np.abs(rng.normal(0, su, rows))
    y = 1 + x @ np.array([0.3, 0.5]) + rng.normal(0, sv, rows) - u
    return y, x, np.exp(-u)


def panel(seed, units=60, periods=6, eta=0.08, mu=0.0):
    rng = np.random.default_rng(seed)
    unit, time = np.repeat(np.arange(units), periods), np.tile(np.arange(float(periods)), units)
    x = rng.normal(1, 1, (units * periods, 2))
    own = mu + 0.4 * rng.normal(size=20 * units)
    own = own[own > 0][:units]
    u = own[unit] * np.exp(-eta * (time - (periods - 1)))
    return 1 + x @ np.array([0.3, 0.5]) + rng.normal(0, 0.2, len(unit)) - u, x, unit, time, np.exp(-u)


def test_a_panel_gives_back_its_decay():
    y, x, unit, time, truth = panel(0)
    fit = fit_frontier(y, x, unit=unit, period=time, decay=True)
    np.testing.assert_allclose(fit.coefficients[1:], [0.3, 0.5], atol=0.06)
    assert abs(fit.eta - 0.08) < 3 * fit.eta_error
    assert np.corrcoef(fit.efficiency, truth)[0, 1] > 0.9
    assert fit.loglikelihood > fit_frontier(y, x, unit=unit, period=time).loglikelihood


def test_a_panel_of_one_period_is_a_cross_section():
    y, x, _ = made(1)
    first = fit_frontier(y, x)
    second = fit_frontier(y, x, unit=np.arange(len(y)), period=np.zeros(len(y)))
    np.testing.assert_allclose(first.coefficients, second.coefficients)
    assert first.loglikelihood == second.loglikelihood


def test_unbalanced_panels_and_any_order_of_rows():
    y, x, unit, time, _ = panel(2)
    keep = np.random.default_rng(5).permutation(len(y))[:250]
    first = fit_frontier(y[keep], x[keep], unit=unit[keep], period=time[keep])
    order = np.random.default_rng(6).permutation(250)
    second = fit_frontier(y[keep][order], x[keep][order], unit=unit[keep][order], period=time[keep][order])
    np.testing.assert_allclose(second.coefficients, first.coefficients, atol=1e-5)
    np.testing.assert_allclose(second.efficiency, first.efficiency[order], atol=1e-5)


def test_a_truncated_normal_finds_its_mode():
    y, x, unit, time, _ = panel(3, units=150, eta=0.0, mu=0.6)
    fit = fit_frontier(y, x, unit=unit, period=time, inefficiency="truncated_normal")
    assert abs(fit.mu - 0.6) < 3 * fit.mu_error
    assert fit.restrictions == 2


def test_exponential_inefficiency():
    y, x, truth = made(4, rows=400, su=0.4, kind="exponential")
    fit = fit_frontier(y, x, inefficiency="exponential")
    assert np.sqrt(fit.sigma_squared * fit.gamma) == pytest.approx(0.4, abs=0.1)
    assert fit.loglikelihood > fit_frontier(y, x).loglikelihood
    assert fit.mean_efficiency == pytest.approx(truth.mean(), abs=0.05)


def test_a_cost_frontier_is_a_production_frontier_upside_down():
    y, x, _ = made(5)
    production, cost = fit_frontier(y, x), fit_frontier(-y, x, cost=True)
    np.testing.assert_allclose(cost.coefficients, -production.coefficients, atol=1e-5)
    np.testing.assert_allclose(cost.efficiency, production.efficiency, atol=1e-5)


def test_units_of_measurement_move_the_constant_only():
    y, x, _ = made(6)
    first, second = fit_frontier(y, x), fit_frontier(y + np.log(1000), x + np.log([1e6, 1e-3]))
    np.testing.assert_allclose(second.coefficients[1:], first.coefficients[1:], atol=1e-5)
    np.testing.assert_allclose(second.efficiency, first.efficiency, atol=1e-5)
    assert second.loglikelihood == pytest.approx(first.loglikelihood, abs=1e-6)


def test_bounds_hold_the_score_and_lie_between_zero_and_one():
    y, x, _ = made(7)
    fit = fit_frontier(y, x)
    assert (fit.low > 0).all()
    assert (fit.low <= fit.efficiency).all()
    assert (fit.efficiency <= fit.high).all()
    assert (fit.high <= 1).all()
    assert 0 <= fit.gamma_bounds[0] <= fit.gamma <= fit.gamma_bounds[1] <= 1


def test_output_that_is_given_exactly_is_refused():
    x = np.random.default_rng(0).normal(1, 1, (50, 2))
    for y in (np.zeros(50), 1 + x @ np.array([0.3, 0.5])):
        with pytest.raises(NoMaximum):
            fit_frontier(y, x)


def test_wrong_skewness_is_refused():
    y, x, _ = made(8)
    with pytest.raises(WrongSkewness):
        fit_frontier(-y, x)


def test_a_truncated_normal_that_runs_off_is_refused():
    rng = np.random.default_rng(0)
    x = rng.normal(1, 1, (100, 2))
    y = 1 + x @ np.array([0.3, 0.5]) + rng.normal(0, 0.2, 100) - np.abs(rng.normal(0, 0.4, 100))
    with pytest.raises(NoMaximum):
        fit_frontier(y, x, inefficiency="truncated_normal")


def test_without_noise_there_are_no_errors():
    rng = np.random.default_rng(3)
    x = rng.normal(1, 1, (30, 1))
    fit = fit_frontier(1 + 0.5 * x[:, 0] - rng.exponential(0.4, 30), x)
    if fit.at_edge:
        assert np.isnan(fit.errors).all()
        assert np.isnan(fit.low).all()
    assert (fit.efficiency <= 1).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"decay": True},
        {"unit": np.zeros(150, dtype=int), "inefficiency": "exponential"},
    ],
)
def test_what_cannot_be_fitted_is_refused(wrong):
    y, x, _ = made(9)
    with pytest.raises(ValueError):
        fit_frontier(y, x, **wrong)
    with pytest.raises(ValueError, match="one row"):
        fit_frontier(y[:-1], x)
    with pytest.raises(ValueError, match="finite"):
        fit_frontier(np.append(y[:-1], np.nan), x)


def test_coverage_and_refusals_are_near_what_is_printed():
    """The full study is benchmarks/frontier_coverage.py."""
    slopes, mean, rows = [], [], []
    for seed in range(25):
        y, x, truth = made(seed, rows=100)
        try:
            fit = fit_frontier(y, x)
        except WrongSkewness:
            continue
        if fit.at_edge:
            continue
        slopes += list(np.abs(fit.coefficients[1:] - [0.3, 0.5]) < 1.96 * fit.errors[1:])
        mean.append(fit.mean_low <= truth.mean() <= fit.mean_high)
        rows.append(((fit.low <= truth) & (truth <= fit.high)).mean())
    assert len(mean) > 18
    assert np.mean(slopes) > 0.86
    assert np.mean(mean) > 0.85
    assert np.mean(rows) > 0.85


def test_a_true_null_is_seldom_rejected():
    rejected = 0
    for seed in range(50):
        y, x, _ = made(seed, rows=100, su=0.0, sv=0.3)
        try:
            rejected += fit_frontier(y, x).p_value < 0.05
        except WrongSkewness:
            continue
    assert rejected <= 7
