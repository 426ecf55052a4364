"""Trends against published figures and against another algorithm.

Nile: Durbin and Koopman (2012), *Time Series Analysis by State Space Methods*, section 2.2.5 (local level by maximum
likelihood). Hodrick-Prescott: the two-sided filter of statsmodels, whose last point the one-sided filter has to equal.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.tsa.filters.hp_filter import hpfilter

from longwave.measure.trend.local_level import local_level
from longwave.measure.trend.local_linear import local_linear_trend
from longwave.measure.trend.one_sided import CREDIT, QUARTERLY, one_sided_trend


@pytest.fixture(scope="module")
def nile() -> pd.Series:
    data = sm.datasets.nile.load_pandas().data
    return pd.Series(data["volume"].to_numpy(float), index=data["year"].astype(int))


def test_the_variances_of_the_nile_are_those_of_durbin_and_koopman(nile):
    found = local_level(nile)
    assert found.irregular == pytest.approx(15098.52, abs=0.05)
    assert found.level == pytest.approx(1469.17, abs=0.05)
    assert found.loglikelihood == pytest.approx(-633.4646, abs=5e-5)


@pytest.mark.parametrize(("smoothness", "gap"), [(QUARTERLY, -2.589931), (CREDIT, -7.635238)])
def test_the_last_gap_of_american_output(smoothness, gap):
    output = 100 * np.log(sm.datasets.macrodata.load_pandas().data["realgdp"])
    assert one_sided_trend(output, smoothness)["gap"].iloc[-1] == pytest.approx(gap, abs=5e-6)


def test_each_point_is_the_last_one_of_the_two_sided_filter_until_then():
    output = 100 * np.log(sm.datasets.macrodata.load_pandas().data["realgdp"]).iloc[:60]
    trend = one_sided_trend(output, QUARTERLY)["trend"]
    ends = [hpfilter(output.iloc[:count], QUARTERLY)[1].iloc[-1] for count in range(3, 61)]
    assert trend.iloc[2:].to_numpy() == pytest.approx(ends, abs=1e-6)


def test_likelihood_is_that_of_the_kalman_filter_and_no_optimiser_finds_a_better_one(nile):
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    found = local_linear_trend(nile)
    model = UnobservedComponents(nile.to_numpy(), "lltrend", use_exact_diffuse=True)
    fitted = max(model.fit(disp=0, method=method, maxiter=500).llf for method in ("lbfgs", "powell", "nm"))
    assert found.loglikelihood >= fitted - 2e-3
    assert found.loglikelihood == pytest.approx(model.loglike(list(found.variances.values())), abs=1e-9)
