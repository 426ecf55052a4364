"""What the Bayesian vector autoregression says of one series and of several, and what must not matter to it."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.forecast.method import FORECAST_METHODS, FitError
from longwave.forecast.methods.bayesian_var import BayesianVar, lags_of
from longwave.forecast.minnesota import Tightness
from longwave.forecast.system import newest

from .series import NILE, walk
from .systems import system

PROBABILITIES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def fit(values, season=4, seed=0):
    return FORECAST_METHODS.get("bayesian_var").fit(values, season, seed)


@pytest.mark.parametrize(
    ("values", "season"),
    [(NILE, 1), (system(60), 4), (system(80, k=1), 12), (walk(12), 1), (np.cumsum(system(50), axis=0), 1)],
)
def test_it_speaks_and_gives_a_fan(values, season):
    found = fit(values, season)
    assert found.label.text("en")
    assert found.label.text("zh")
    said = found.ahead(15)
    assert said.finite
    fan = np.array([said.quantile(probability) for probability in PROBABILITIES])
    assert fan.shape == (7, 15)
    assert (np.diff(fan, axis=0) > 0).all()


def test_one_step_ahead_is_the_exact_student_t():
    found = fit(system(60))
    regressors = newest(found.recent, found.lags)
    degrees = found.found.degrees - 3 + 1
    place = found.order.index(0)
    unit, zero = found.scale.unit[place], found.scale.zero[place]
    shape = found.found.scale[place, place] / degrees
    shape *= 1 + regressors @ found.found.covariance @ regressors
    from scipy.stats import t

    exact = t(degrees, zero + unit * (regressors @ found.found.coefficients)[place], unit * np.sqrt(shape))
    said = found.ahead(3)
    assert said.mean[0] == pytest.approx(exact.mean())
    assert said.sd[0] == pytest.approx(exact.std())
    for probability in PROBABILITIES:
        assert said.quantile(probability)[0] == pytest.approx(exact.ppf(probability))


def test_the_mixture_agrees_with_the_exact_step_and_with_paths_drawn_one_by_one():
    found = fit(system(50, root=0.9))
    said, regressors = found.ahead(6), newest(found.recent, found.lags)
    coefficients, covariances = found.draws
    rng = np.random.default_rng(9)
    many = np.repeat(np.arange(len(coefficients)), 20)
    state = np.tile(regressors, (len(many), 1))
    root = np.linalg.cholesky(covariances)
    for _ in range(6):
        shock = np.einsum("dij,dj->di", root[many], rng.normal(size=(len(many), 3)))
        now = np.einsum("di,dij->dj", state, coefficients[many]) + shock
        state = np.column_stack([now, state[:, : -1 - 3], state[:, -1]])
    place = found.order.index(0)
    last = found.scale.zero[place] + found.scale.unit[place] * state[:, place]
    for probability in PROBABILITIES:
        assert said.quantile(probability)[5] == pytest.approx(
            np.quantile(last, probability), abs=0.04 * said.sd[5]
        )
    assert said.mean[5] == pytest.approx(last.mean(), abs=0.03 * said.sd[5])
    assert said.sd[5] == pytest.approx(last.std(), rel=0.03)


def test_a_loose_prior_gives_the_forecast_of_least_squares():
    from statsmodels.tsa.api import VAR

    values = system(120)
    found = BayesianVar(lags=2, tightness=Tightness(1e3)).fit(values, 4, 0)
    means, covariances = found.system(8)
    other = VAR(values).fit(2)
    wide = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    assert (np.abs(means - other.forecast(values[-2:], 8)) < 0.05 * wide).all()
    np.testing.assert_allclose(covariances[-1], other.mse(8)[-1], rtol=0.25, atol=0.1)


def test_shares_of_the_forecast_error_are_those_of_statsmodels():
    """Error variance that each shock brings, shocks in the order of the columns: fevd of statsmodels."""
    from statsmodels.tsa.api import VAR

    from longwave.forecast.system import run_on

    values = system(400)
    found = BayesianVar(lags=1, tightness=Tightness(1e3), walks=(False,) * 3).fit(values, 4, 0)
    order = np.argsort(found.order)
    coefficients = found.found.coefficients[np.append(order, 3)][:, order]
    noise = found.found.scale[np.ix_(order, order)]
    _, responses, _ = run_on(coefficients[None], np.append(np.zeros(3), 1.0), 6)
    moved = np.cumsum((np.linalg.cholesky(noise).T @ responses[0]) ** 2, axis=0)
    shares = moved / moved.sum(axis=1, keepdims=True)
    published = VAR(values).fit(1).fevd(6).decomp
    np.testing.assert_allclose(np.swapaxes(shares, 0, 2), np.swapaxes(published, 1, 2), atol=0.01)


def test_a_tight_prior_is_the_random_walk():
    values = np.cumsum(system(60, root=0.1), axis=0)
    found = BayesianVar(tightness=Tightness(1e-5, start=1e-5)).fit(values, 4, 0)
    assert all(found.walks)
    np.testing.assert_allclose(found.ahead(8).mean, values[-1, 0], atol=1e-3 * found.ahead(1).sd[0])
    np.testing.assert_allclose(found.ahead(8).sd[3] / found.ahead(8).sd[0], 2.0, rtol=0.03)


@given(
    seed=st.integers(0, 500),
    factors=st.tuples(*[st.floats(1e-3, 1e3)] * 3),
    shifts=st.tuples(*[st.floats(-1e3, 1e3)] * 3),
)
@settings(max_examples=8)
def test_neither_unit_nor_zero_of_a_column_matters(seed, factors, shifts):
    values = np.cumsum(system(40, seed), axis=0)
    plain, moved = fit(values).ahead(6), fit(values * factors + shifts).ahead(6)
    assert (np.abs((moved.mean - shifts[0]) / factors[0] - plain.mean) < 1e-3 * plain.sd).all()
    np.testing.assert_allclose(moved.sd / factors[0], plain.sd, rtol=1e-3)


def test_the_unit_under_a_logarithm_does_not_matter():
    """Where the belief on sums weighs with a level, as in the literature, millions and billions differ."""
    levels = np.exp(np.cumsum(0.01 + 0.01 * system(80, root=0.3), axis=0))
    small, large = (fit(np.log(levels * unit)).ahead(12) for unit in (1.0, 1e6))
    np.testing.assert_allclose(large.mean - np.log(1e6), small.mean, atol=1e-3 * small.sd[0])
    np.testing.assert_allclose(large.sd, small.sd, rtol=1e-3)


def test_the_order_of_the_columns_does_not_matter():
    values = system(60, k=4, root=0.9)
    order = [2, 0, 3, 1]
    first, second = fit(values), fit(values[:, order])
    means, covariances = first.system(5)
    others, spreads = second.system(5)
    np.testing.assert_allclose(others, means[:, order], rtol=1e-8)
    np.testing.assert_allclose(spreads, covariances[:, order][:, :, order], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(
        second.paths(5).column(1).quantile(0.1), first.ahead(5).quantile(0.1), rtol=1e-8
    )


def test_the_same_seed_gives_the_same_numbers_and_another_nearly_the_same():
    values = system(60, root=0.95)
    first, again, other = fit(values), fit(values), fit(values, seed=7)
    np.testing.assert_array_equal(first.ahead(8).quantile(0.1), again.ahead(8).quantile(0.1))
    apart = first.ahead(8).quantile(0.025) - other.ahead(8).quantile(0.025)
    assert (np.abs(apart) < 0.12 * first.ahead(8).sd).all()


def test_a_short_look_ahead_is_the_beginning_of_a_long_one():
    found = fit(system(50))
    np.testing.assert_allclose(found.ahead(3).sd, found.ahead(30).sd[:3], rtol=1e-9)
    np.testing.assert_allclose(found.ahead(3).quantile(0.1), found.ahead(30).quantile(0.1)[:3], rtol=1e-8)


def test_a_carried_fit_keeps_the_posterior_and_stands_on_the_newer_figures():
    values = system(70, seed=4)
    found = fit(values[:60])
    np.testing.assert_allclose(found.carried(values[:60]).ahead(5).mean, found.ahead(5).mean, rtol=1e-12)
    on = found.carried(values)
    assert on.found is found.found
    assert on.label == found.label
    assert not np.allclose(on.ahead(5).mean, found.ahead(5).mean)
    with pytest.raises(FitError, match="3 columns"):
        found.carried(values[:, 0])


def test_a_supposed_path_moves_what_goes_with_it():
    values = system(150, root=0.8)
    found = fit(values)
    plain = found.paths(6)
    known = np.full((6, 3), np.nan)
    known[:, 1] = plain.mean[:, 1] + 2 * np.sqrt(plain.covariance[:, 1, 1])
    given_path = found.conditional(known)
    np.testing.assert_allclose(given_path.mean[:, 1], known[:, 1], rtol=1e-12)
    assert (given_path.column(0).mean > plain.mean[:, 0]).all()
    assert (given_path.column(0).sd < plain.column(0).sd).all()
    low, high = given_path.column(0).quantile(0.1), given_path.column(0).quantile(0.9)
    assert (low < high).all()
    np.testing.assert_allclose(given_path.column(1).quantile(0.1), known[:, 1], rtol=1e-9)


def test_nothing_supposed_is_the_forecast_itself():
    found = fit(system(60))
    free = found.conditional(np.full((5, 3), np.nan))
    np.testing.assert_allclose(free.mean[1:], found.paths(5).mean[1:], rtol=1e-10)


@pytest.mark.parametrize("known", [np.zeros(3), np.zeros((2, 2)), np.full((2, 3), np.inf)])
def test_a_supposed_path_has_the_shape_of_the_system(known):
    with pytest.raises(FitError, match="one row a step ahead and 3 columns"):
        fit(system(60)).conditional(known)


def test_copies_and_sums_are_taken():
    """The prior tells apart what least squares cannot."""
    values = system(60)
    alike = np.column_stack([values, values[:, 0], values.sum(axis=1)])
    assert fit(alike).ahead(6).finite


def test_draws_that_explode_are_left_out_and_the_label_says_so():
    values = np.exp(0.03 * np.arange(40.0))[:, None] * (
        1 + 0.02 * np.random.default_rng(1).normal(size=(40, 2))
    )
    loose = BayesianVar(lags=2, tightness=Tightness(5.0)).fit(values, 1, 0)
    assert 0 < loose.left_out < 0.5
    assert "left out" in loose.label.text("en")
    assert "left out" not in fit(system(200, root=0.3)).label.text("en")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (walk(9), "too few for 1 columns"),
        (np.full(30, 2.0), "Column 1 never changes"),
        (np.arange(30.0), "follows from its own past"),
        (np.where(np.arange(30) == 3, np.nan, walk(30)), "finite numbers"),
        (np.tile(system(60), (1, 7)), "21 columns are too many"),
    ],
)
def test_what_it_refuses(values, words):
    with pytest.raises(FitError, match=words) as refused:
        fit(values)
    assert refused.value.args[0].text("zh")


def test_a_system_that_explodes_has_no_fit():
    values = np.exp(0.5 * np.arange(30.0))[:, None] * (1 + 0.01 * system(30, k=2))
    with pytest.raises(FitError, match="explosive"):
        BayesianVar(lags=1, tightness=Tightness(1e3)).fit(values, 1, 0)


@pytest.mark.parametrize(
    ("n", "k", "season", "lags"),
    [(200, 5, 4, 5), (300, 7, 12, 13), (60, 3, 1, 2), (12, 1, 12, 2), (300, 20, 12, 5)],
)
def test_lags_are_a_year_and_one_period_within_bounds(n, k, season, lags):
    assert lags_of(n, k, season) == lags


def test_bands_hold_what_they_say_where_the_truth_is_a_system():
    inside = []
    for seed in range(80):
        values = system(48, seed, root=0.9, k=2)
        said = fit(values[:40], 1).ahead(8)
        inside.append((said.quantile(0.1) <= values[40:, 0]) & (values[40:, 0] <= said.quantile(0.9)))
    assert 0.72 < np.mean(inside) < 0.89


def test_a_large_system_gets_fewer_draws():
    values = np.cumsum(np.random.default_rng(0).normal(size=(150, 12)), axis=0)
    found = fit(values, 12)
    assert len(found.draws[0]) < 400
    assert found.ahead(12).finite


def test_five_columns_of_two_hundred_take_less_than_a_second():
    values = np.cumsum(system(200, k=5), axis=0)
    fit(values).ahead(12)
    start = time.process_time()
    said = fit(values).ahead(12)
    for probability in PROBABILITIES:
        said.quantile(probability)
    assert time.process_time() - start < 1
