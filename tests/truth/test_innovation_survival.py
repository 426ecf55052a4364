"""Survival analysis against published output on remission times of leukaemia (Freireich and others 1963; Gehan 1965).

Kaplan-Meier estimates and standard errors: Kleinbaum and Klein, *Survival Analysis*, chapter 2 (6-MP group). Median,
log-rank 16.79, Cox coefficient 1.5721 (0.4124) by Efron and 1.5092 (0.4096) by Breslow, restricted mean 23.29 (2.83) at 35
weeks: R's survival package on the same data.
"""

import numpy as np
import pandas as pd
import pytest

from longwave.measure.innovation.survival import (
    accelerated,
    cox,
    kaplan_meier,
    log_rank,
    median_time,
    restricted_mean,
)

TREATED = np.array(
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float
)
SEEN = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], dtype=float)
TIMES, HAPPENED = np.concatenate([TREATED, PLACEBO]), np.concatenate([SEEN, np.ones(21, dtype=bool)])
GROUP = np.repeat(["6-MP", "placebo"], 21)


def test_kaplan_meier_of_the_treated():
    curve = kaplan_meier(TREATED, SEEN)
    assert list(curve.index) == [6, 7, 10, 13, 16, 22, 23]
    published = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve["survival"].to_numpy() == pytest.approx(published, abs=6e-5)


def test_medians_and_their_intervals():
    treated, placebo = (
        median_time(kaplan_meier(TREATED, SEEN)),
        median_time(kaplan_meier(PLACEBO, np.ones(21, bool))),
    )
    assert (treated.value, treated.low, treated.high) == (23, 13, np.inf)
    assert (placebo.value, placebo.low, placebo.high) == (8, 4, 11)


def test_restricted_mean():
    found = restricted_mean(TREATED, SEEN, 35.0)
    assert found.value == pytest.approx(23.287, abs=0.001)
    assert (found.value - found.low) / 1.959964 == pytest.approx(2.83, abs=0.01)


def test_log_rank():
    statistic, p_value = log_rank(TIMES, HAPPENED, GROUP)
    assert statistic == pytest.approx(16.79, abs=0.005)
    assert p_value == pytest.approx(4.17e-5, rel=0.01)


@pytest.mark.parametrize(("ties", "beta", "error"), [("efron", 1.5721, 0.4124), ("breslow", 1.5092, 0.4096)])
def test_cox(ties, beta, error):
    found = cox(TIMES, HAPPENED, pd.DataFrame({"placebo": (GROUP == "placebo").astype(float)}), ties)
    assert found.coefficients["placebo"] == pytest.approx(beta, abs=1e-4)
    assert found.errors["placebo"] == pytest.approx(error, abs=1e-4)


@pytest.mark.parametrize("family", ["weibull", "log_normal"])
def test_accelerated_times_are_those_of_scipy(family):
    from scipy.stats import CensoredData, lognorm, weibull_min

    data = CensoredData(uncensored=TREATED[SEEN], right=TREATED[~SEEN])
    found = accelerated(TREATED, SEEN, family)
    if family == "weibull":
        shape, _, scale = weibull_min.fit(data, floc=0)
        assert (1 / found.scale, np.exp(found.location)) == pytest.approx((shape, scale), rel=2e-4)
        # Kleinbaum and Klein, chapter 7: Weibull of the treated alone has shape 1.354.
        assert 1 / found.scale == pytest.approx(1.354, abs=0.001)
    else:
        spread, _, scale = lognorm.fit(data, floc=0)
        assert (found.scale, np.exp(found.location)) == pytest.approx((spread, scale), rel=2e-4)
