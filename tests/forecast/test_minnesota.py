"""The closed forms of the Minnesota prior, against brute force and against the limits that it must have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma, invgamma, norm

from longwave.forecast.method import FitError
from longwave.forecast.minnesota import (
    HYPERPRIORS,
    Moments,
    Posterior,
    Prior,
    Tightness,
    drawn,
    log_evidence,
    log_gamma_density,
    moments,
    persistent,
    posterior,
    prior,
    scales,
    tightest,
)
from longwave.forecast.system import lagged

from .methods.systems import system


def test_evidence_is_the_integral_of_the_likelihood_over_the_prior():
    """One column, one coefficient, five observations: S ~ IW(1, 3) is inverse Gamma(3/2, 1/2)."""
    x = np.array([[0.5], [-1.0], [2.0], [0.3], [1.1]])
    y = np.array([[0.4], [-0.2], [1.9], [0.8], [0.1]])
    before = Prior(np.array([[0.7]]), np.array([[1 / 0.3]]))

    b, log_s = np.linspace(-12, 12, 1201)[:, None], np.linspace(-8, 12, 401)
    s = np.exp(log_s)
    logs = sum(norm.logpdf(one, at * b, np.sqrt(s)) for at, one in zip(x[:, 0], y[:, 0], strict=True))
    logs = logs + norm.logpdf(b, 0.7, np.sqrt(0.3 * s)) + invgamma.logpdf(s, 1.5, scale=0.5) + log_s
    brute = np.exp(logs).sum() * (b[1, 0] - b[0, 0]) * (log_s[1] - log_s[0])
    assert log_evidence(moments(x, y), before) == pytest.approx(np.log(brute), abs=1e-5)


def test_evidence_of_several_columns_is_the_product_of_one_step_student_t():
    """p(Y) = p(y_1) p(y_2 | y_1) ..., each a multivariate Student t: the same number by another road."""
    from scipy.stats import multivariate_t

    values = system(25, k=2)
    x, y = lagged(values, 1)
    before = prior(values, 1, np.array([True, False]), Tightness(0.3, 0.8, 1.2))
    total = 0.0
    for t in range(len(x)):
        past = posterior(moments(x[:t], y[:t]), before)
        degrees = past.degrees - 1
        shape = past.scale * (1 + x[t] @ past.covariance @ x[t]) / degrees
        total += multivariate_t.logpdf(y[t], x[t] @ past.coefficients, shape, df=degrees)
    assert log_evidence(moments(x, y), before) == pytest.approx(total, rel=1e-8)


def test_beliefs_are_the_rows_of_data_of_the_literature_without_their_count():
    """Adding the rows as data gives the same coefficients (Banbura, Giannone and Reichlin 2010, eq. 5 and 8)."""
    values = system(40, k=2, root=0.9)
    walks, tight = np.array([True, True]), Tightness(0.2, 0.7, 0.4)
    data = moments(*lagged(values, 2))
    weights = np.diag(np.sqrt((values**2).mean(axis=0)) / tight.sums)
    x = np.vstack([np.hstack([weights, weights, np.zeros((2, 1))]), [0, 0, 0, 0, 1 / tight.start]])
    y = np.vstack([weights, np.zeros((1, 2))])
    more = moments(x, y)
    added = Moments(data.count + 3, data.xx + more.xx, data.xy + more.xy, data.yy + more.yy)
    as_rows = posterior(added, prior(values, 2, walks, Tightness(0.2)))
    as_precision = posterior(data, prior(values, 2, walks, tight))
    np.testing.assert_allclose(as_precision.coefficients, as_rows.coefficients, atol=1e-10)
    np.testing.assert_allclose(as_precision.scale, as_rows.scale, rtol=1e-8)
    assert as_precision.degrees == as_rows.degrees - 3


def test_a_loose_prior_is_least_squares():
    values = system(60)
    x, y = lagged(values, 2)
    found = posterior(moments(x, y), prior(values, 2, np.ones(3, bool), Tightness(1e4)))
    np.testing.assert_allclose(found.coefficients, np.linalg.lstsq(x, y, rcond=None)[0], atol=1e-4)


@pytest.mark.parametrize("walks", [[True, True, True], [False, True, False]])
def test_a_tight_prior_is_its_centre(walks):
    values = system(60)
    before = prior(values, 2, np.array(walks), Tightness(1e-6))
    found = posterior(moments(*lagged(values, 2)), before)
    np.testing.assert_allclose(found.coefficients[:-1], before.centre[:-1], atol=1e-6)
    assert before.centre[:3].tolist() == np.diag(np.array(walks, float)).tolist()


def test_no_drift_when_it_is_held_tight():
    values = np.cumsum(0.5 + np.random.default_rng(0).normal(size=(60, 2)), axis=0)
    data = moments(*lagged(values - values[0], 1))
    loose, tight = (
        posterior(data, prior(values, 1, np.ones(2, bool), Tightness(1e-6, start=start))).coefficients[-1]
        for start in (np.inf, 1e-6)
    )
    np.testing.assert_allclose(loose, np.diff(values, axis=0).mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(tight, 0, atol=1e-6)


def test_the_tightness_chosen_has_the_most_evidence_nearby():
    values = system(80, root=0.9)
    inner = scales(values, 2).inward(values)
    data, walks = moments(*lagged(inner, 2)), np.ones(3, bool)
    best = tightest(data, inner, 2, walks)

    def worth(tight):
        hyper = sum(log_gamma_density(getattr(tight, name), *HYPERPRIORS[name]) for name in HYPERPRIORS)
        return log_evidence(data, prior(inner, 2, walks, tight)) + hyper

    top = worth(best)
    for factor in (0.5, 0.8, 1.25, 2.0):
        assert worth(Tightness(best.overall * factor, best.sums, best.start)) < top
        assert worth(Tightness(best.overall, best.sums * factor, best.start)) < top
        assert worth(Tightness(best.overall, best.sums, best.start * factor)) < top


def test_series_that_ignore_each_other_get_a_tighter_prior():
    rng = np.random.default_rng(5)
    apart = np.cumsum(rng.normal(size=(120, 3)), axis=0)
    bound = system(120, root=0.5)
    found = []
    for values in (apart, bound):
        inner = scales(values, 1).inward(values)
        found.append(tightest(moments(*lagged(inner, 1)), inner, 1, persistent(values)).overall)
    assert found[0] < found[1] / 2


def test_hyperpriors_have_the_mode_and_spread_that_they_say():
    for mode, sd in HYPERPRIORS.values():
        at = np.linspace(mode / 100, mode * 8, 20_001)
        logs = np.array([log_gamma_density(value, mode, sd) for value in at])
        assert at[np.argmax(logs)] == pytest.approx(mode, rel=1e-2)
        square = (mode / sd) ** 2
        shape = (2 + square + np.sqrt((4 + square) * square)) / 2
        other = gamma(shape, scale=sd / np.sqrt(shape))
        assert other.std() == pytest.approx(sd)
        np.testing.assert_allclose(np.diff(logs), np.diff(other.logpdf(at)), atol=1e-8)


def test_draws_have_the_moments_of_their_distribution():
    root = np.random.default_rng(3).normal(size=(3, 3))
    scale = root @ root.T + np.eye(3)
    found = Posterior(np.arange(12.0).reshape(4, 3), np.diag([1.0, 2.0, 0.5, 0.1]), scale, 10)
    coefficients, covariances = drawn(found, 80_000, np.random.default_rng(0))
    np.testing.assert_allclose(coefficients.mean(axis=0), found.coefficients, atol=1e-10)
    expected = scale / (10 - 3 - 1)
    size = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    assert (np.abs(covariances.mean(axis=0) - expected) < 0.03 * size).all()
    away = coefficients - found.coefficients
    spread = np.einsum("dmi,dmj->mij", away, away) / len(away) / np.diag(found.covariance)[:, None, None]
    assert (np.abs(spread - expected) < 0.05 * size).all()


def test_persistent_is_better_told_by_its_last_value():
    rng = np.random.default_rng(0)
    steps = rng.normal(size=(200, 3))
    values = np.column_stack([np.cumsum(steps[:, 0]), steps[:, 1], np.cumsum(0.5 + steps[:, 2])])
    assert persistent(values).tolist() == [True, False, True]


@given(factor=st.floats(1e-6, 1e6), shift=st.floats(-1e4, 1e4))
@settings(max_examples=20)
def test_scales_take_away_unit_and_zero(factor, shift):
    values = system(30, seed=1)
    plain, moved = scales(values, 2), scales(values * factor + shift, 2)
    np.testing.assert_allclose(moved.inward(values * factor + shift), plain.inward(values), atol=1e-4)


def test_a_column_without_error_of_its_own_has_no_scale():
    with pytest.raises(FitError, match="Column 2 follows from its own past"):
        scales(np.column_stack([system(30)[:, 0], np.arange(30.0)]), 2)
