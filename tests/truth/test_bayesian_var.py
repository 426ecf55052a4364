"""Vector autoregressions against published figures and other programs.

Luetkepohl (2005), New Introduction to Multiple Time Series Analysis: West German investment, income and consumption,
first differences of logarithms, 1960Q2 to 1978Q4, VAR(2). Coefficients: (3.2.22); covariance of the shocks: (3.2.23);
forecasts for 1979 and their mean squared errors: 3.5.3; order by AIC: table 4.5. The figures (table E.1 of the book) come
with statsmodels' own tests. Minnesota posterior: Koop and Korobilis (2010), "Bayesian Multivariate Time Series
Methods", section 2.2.2, the natural conjugate prior in their notation.
"""

from pathlib import Path

import numpy as np
import pytest
import statsmodels

from longwave.forecast.methods.bayesian_var import BayesianVar
from longwave.forecast.methods.var import Var
from longwave.forecast.minnesota import Prior, Tightness, moments, posterior
from longwave.forecast.system import lagged

E1 = Path(statsmodels.__file__).parent / "tsa" / "vector_ar" / "tests" / "results" / "e1.dat"


@pytest.fixture(scope="module")
def german() -> np.ndarray:
    if not E1.exists():
        pytest.skip("this build of statsmodels comes without its tests, and so without table E.1")
    rows = [line.split() for line in E1.read_text("utf-8").splitlines()]
    table = np.array([row for row in rows if len(row) == 3 and row[0].isdigit()], dtype=np.float64)
    assert table[0].tolist() == [180, 451, 415]
    return np.asarray(np.diff(np.log(table[:76]), axis=0))


NU = [-0.017, 0.016, 0.013]
A1 = [[-0.320, 0.146, 0.961], [0.044, -0.153, 0.289], [-0.002, 0.225, -0.264]]
A2 = [[-0.161, 0.115, 0.934], [0.050, 0.019, -0.010], [0.034, 0.355, -0.022]]


def test_coefficients_of_the_textbook(german: np.ndarray) -> None:
    fit = Var(lags=2).fit(german, 4, 0)
    unit, zero = fit.scale.unit, fit.scale.zero
    rows = fit.coefficients
    for block, published in ((rows[:3], A1), (rows[3:6], A2)):
        np.testing.assert_allclose(block.T * unit[:, None] / unit, published, atol=6e-4)
    slopes = sum(rows[start : start + 3].T * unit[:, None] / unit for start in (0, 3))
    np.testing.assert_allclose(rows[6] * unit + zero - slopes @ zero, NU, atol=6e-4)
    published_noise = [[21.30, 0.72, 1.23], [0.72, 1.37, 0.61], [1.23, 0.61, 0.89]]
    np.testing.assert_allclose(fit.noise * np.outer(unit, unit) * 1e4, published_noise, atol=6e-3)


def test_forecasts_of_the_textbook(german: np.ndarray) -> None:
    means, _ = Var(lags=2).fit(german, 4, 0).system(2)
    np.testing.assert_allclose(means, [[-0.011, 0.020, 0.022], [0.011, 0.020, 0.015]], atol=6e-4)


def test_the_order_of_least_aic_is_the_published_one(german: np.ndarray) -> None:
    assert Var().fit(german, 4, 0).lags == 2


def test_a_flat_prior_gives_the_textbooks_coefficients(german: np.ndarray) -> None:
    found = BayesianVar(lags=2, tightness=Tightness(1e4), walks=(False,) * 3).fit(german, 4, 0)
    order = np.argsort(found.order)
    unit = found.scale.unit[order]
    first = found.found.coefficients[:3][order][:, order].T * unit[:, None] / unit
    np.testing.assert_allclose(first, A1, atol=6e-4)


def test_the_posterior_is_that_of_the_natural_conjugate_prior_by_kronecker_algebra(
    german: np.ndarray,
) -> None:
    """vec(A) | S, y is N(vec(A~), S x V~), V~ = (V^-1 + X'X)^-1, A~ = V~ (V^-1 A_ + X'X A^), and the scale is
    S^ + S_ + A^' X'X A^ + A_' V^-1 A_ - A~' (V^-1 + X'X) A~ (Koop and Korobilis 2010, 2.2.2)."""
    x, y = lagged(german * 100, 2)
    rng = np.random.default_rng(0)
    v = np.diag(rng.uniform(0.05, 0.5, 7))
    a = rng.normal(0, 0.2, (7, 3))
    ols = np.linalg.lstsq(x, y, rcond=None)[0]
    errors = (y - x @ ols).T @ (y - x @ ols)
    v_after = np.linalg.inv(np.linalg.inv(v) + x.T @ x)
    a_after = v_after @ (np.linalg.inv(v) @ a + x.T @ x @ ols)
    scale = (
        errors
        + np.eye(3)
        + ols.T @ x.T @ x @ ols
        + a.T @ np.linalg.inv(v) @ a
        - a_after.T @ np.linalg.inv(v_after) @ a_after
    )
    found = posterior(moments(x, y), Prior(a, np.linalg.inv(v)))
    np.testing.assert_allclose(found.coefficients, a_after, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found.scale, scale, rtol=1e-8)
    assert found.degrees == 73 + 3 + 2
