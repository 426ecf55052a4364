"""The stochastic frontier against FRONTIER 4.1 and R's package frontier.

Data: the 60 firms (output, capital, labour) that Coelli's FRONTIER 4.1 brings as its first example (EG1), after Coelli
(1996), "A Guide to FRONTIER Version 4.1", CEPA Working Paper 96/07. Answers: that guide, and the printed results of
R's frontier 0.996 (Coelli and Henningsen) for the same data.
"""

import numpy as np
import pandas as pd
import pytest

from longwave.measure.frontier.stochastic import (
    WrongSkewness,
    fit_frontier,
    mixed_chi_squared,
    mixed_critical,
)
from longwave.measure.productivity.stochastic_frontier import measure_frontier

FIRMS = """
    12.778 9.416 35.134   24.285 4.643 77.297   20.855 5.095 89.799   13.213 4.935 35.698
    12.018 8.717 27.878   15.284 1.066 92.174   6.707 0.258 97.907   21.656 6.334 82.084
    14.574 2.35 38.876   13.743 1.076 81.761   3.793 3.432 9.476   37.118 4.033 55.096
    11.235 7.975 73.13   9.237 7.604 24.35   12.634 0.344 65.38   9.677 2.44 63.839
    18.315 7.891 59.241   17.094 2.906 72.574   21.566 2.668 68.916   18.872 4.22 57.424
    17.102 2.661 87.843   14.55 2.455 30.789   24.031 2.827 93.734   6.787 0.439 35.961
    6.388 0.312 94.264   32.996 3.265 95.773   26.04 6.752 80.275   16.619 4.425 49.886
    10.065 1.583 22.072   6.554 0.907 38.727   3.539 6.149 5.322   1.66 0.479 2.52
    16.775 1.955 41.545   10.085 8.169 68.389   7.064 4.055 77.556   31.793 5.029 77.812
    32.303 6.937 98.904   14.571 8.405 42.74   12.258 2.503 59.741   12.683 6.59 18.085
    12.88 7.149 26.651   15.841 8.04 50.488   24.623 4.896 88.182   20.571 6.722 30.451
    21.208 4.195 95.834   12.493 4.551 36.704   32.313 7.223 89.312   15.575 9.561 29.055
    13.414 4.871 50.018   10.228 9.312 40.996   19.927 2.895 63.051   26.938 8.085 60.992
    35.825 8.656 94.159   12.768 3.427 39.312   18.412 1.918 78.628   19.853 6.177 64.377
    3.269 7.188 1.073   21.358 9.329 87.124   27.124 7.834 60.34   14.105 5.621 44.218
    """
EG1 = np.array(FIRMS.split(), dtype=float).reshape(60, 3)


@pytest.fixture(scope="module")
def fit():
    return fit_frontier(np.log(EG1[:, 0]), np.log(EG1[:, 1:]))


def test_parameters_are_those_of_frontier_41(fit):
    np.testing.assert_allclose(fit.coefficients, [0.56162, 0.28110, 0.53648], atol=1e-5)
    assert fit.sigma_squared == pytest.approx(0.21700, abs=1e-5)
    assert fit.gamma == pytest.approx(0.79721, abs=1e-5)
    assert fit.loglikelihood == pytest.approx(-17.02723, abs=1e-5)


def test_least_squares_and_the_ratio_are_those_of_frontier_41(fit):
    np.testing.assert_allclose(fit.least_squares.coefficients, [0.24490, 0.28049, 0.53331], atol=1e-5)
    np.testing.assert_allclose(fit.least_squares.errors, [0.213603, 0.048067, 0.051499], atol=1e-6)
    assert fit.least_squares.loglikelihood == pytest.approx(-18.44685, abs=1e-5)
    assert fit.least_squares.deviation**2 == pytest.approx(0.11398, abs=1e-5)
    assert fit.skewness == pytest.approx(-0.55404, abs=1e-5)
    assert fit.ratio == pytest.approx(2.83924, abs=2e-5)
    assert fit.p_value == pytest.approx(0.046, abs=5e-5)


def test_efficiencies_are_those_of_r(fit):
    assert fit.mean_efficiency == pytest.approx(0.74057, abs=1e-5)
    first = [0.65069, 0.82889, 0.72643, 0.74785, 0.69134, 0.77655, 0.56517, 0.73768, 0.84389, 0.75784]
    np.testing.assert_allclose(fit.efficiency[:10], first, atol=1e-5)
    np.testing.assert_allclose(fit.efficiency[[11, 34, 59]], [0.93739, 0.35126, 0.70843], atol=1e-5)
    np.testing.assert_allclose(fit.residuals[:3], [-0.553663, -0.135783, -0.394590], atol=1e-5)


def test_errors_agree_with_r_within_their_own_search(fit):
    """R takes the covariance of its last search steps, here it is the curvature at the maximum: the two agree to 2 %."""
    np.testing.assert_allclose(fit.errors, [0.202617, 0.047643, 0.045252], rtol=0.02)
    assert fit.sigma_squared_error == pytest.approx(0.063909, rel=0.02)
    assert fit.gamma_error == pytest.approx(0.136424, rel=0.02)


def test_critical_values_are_those_of_kodde_and_palm():
    """Kodde and Palm (1986), Econometrica 54, table 1, 5 % and 1 %, one inequality."""
    assert [round(mixed_critical(0.05, q), 3) for q in (1, 2, 3, 4)] == [2.706, 5.138, 7.045, 8.761]
    assert [round(mixed_critical(0.01, q), 3) for q in (1, 2, 3, 4)] == [5.412, 8.273, 10.501, 12.483]
    assert mixed_chi_squared(0.0, 1) == 1.0


def test_a_cost_frontier_of_the_same_firms_is_refused():
    """R warns here that the residuals are left-skewed."""
    with pytest.raises(WrongSkewness):
        fit_frontier(np.log(EG1[:, 0]), np.log(EG1[:, 1:]), cost=True)


def test_the_measure_says_the_same():
    table = pd.DataFrame(EG1, columns=["output", "input", "input_2"])
    found = measure_frontier(table.assign(unit=[f"F{at}" for at in range(60)]))
    assert found.estimate("elasticity_input").value == pytest.approx(0.28110, abs=1e-5)
    assert found.estimate("mean_efficiency").value == pytest.approx(0.74057, abs=1e-5)
    assert found.tests[0].statistic == pytest.approx(2.83924, abs=2e-5)
    assert found.tests[0].rejected
    assert found.table.loc["F0", "efficiency"] == pytest.approx(0.65069, abs=1e-5)
