"""F statistics: identities that hold whatever the data."""

import numpy as np
import pytest

from longwave.measure.breaks.segments import Regression, fit
from longwave.measure.breaks.wald import Assumptions, coefficient_covariance, f_statistic

RNG = np.random.default_rng(3)
PURE = Regression(RNG.normal(size=60), np.column_stack([np.ones(60), RNG.normal(size=60)]), np.empty((60, 0)))
PARTIAL = Regression(PURE.y, PURE.x[:, :1], PURE.x[:, 1:])


@pytest.mark.parametrize("given", [PURE, PARTIAL])
def test_iid_statistic_is_the_classical_chow_test(given: Regression) -> None:
    """q F = (SSR0 - SSR1)/k / (SSR1/(n - parameters)), the restriction tested as a whole."""
    restricted, full = (fit(given.design(ends), given.y)[1] for ends in ((), (20, 41)))
    classical = (restricted @ restricted - full @ full) / (full @ full) * (60 - 3 * given.q - given.p) / 2
    assert f_statistic(given, (20, 41), Assumptions("iid", "common")) == pytest.approx(classical)


def test_white_covariance_of_a_mean_shift_is_that_of_errors_by_regime() -> None:
    given = Regression(PURE.y, np.ones((60, 1)), np.empty((60, 0)))
    statistics = [f_statistic(given, (25,), Assumptions(kind)) for kind in ("heteroskedastic", "iid")]
    assert statistics[0] == pytest.approx(statistics[1])


def test_partial_and_pure_covariances_agree_where_both_apply() -> None:
    """A regressor that never breaks and is orthogonal to the rest changes nothing."""
    z = np.tile([1.0, -1.0], 30)[:, None]
    y = PURE.y - fit(np.column_stack([np.repeat(np.eye(2), 30, axis=0), z]), PURE.y)[0][2] * z[:, 0]
    pure, partial = (Regression(y, np.ones((60, 1)), each) for each in (z[:, :0], z))
    found = [
        coefficient_covariance(one, (30,), fit(one.design((30,)), y)[1], Assumptions("iid"))
        for one in (pure, partial)
    ]
    assert found[0] == pytest.approx(found[1])


def test_common_moments_change_little_when_regressors_are_alike() -> None:
    by_regime, common = (
        f_statistic(PURE, (30,), Assumptions("iid", "common", each)) for each in ("by_regime", "common")
    )
    assert common == pytest.approx(by_regime, rel=0.5)
    assert common != by_regime
