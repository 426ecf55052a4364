"""Scores of forecasts against numbers from outside.

- Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed., 2021), section 5.8: Australian quarterly
  beer production (Australian Bureau of Statistics), four simple methods.
- Makridakis, Spiliotis and Assimakopoulos (2020), The M4 Competition, table 4: sMAPE, MASE and OWA of entrants.
- R package forecast 9, ``?dm.test``: ets and auto.arima on WWWusage, DM = 1.9078, p-value = 0.05932; coefficients of
  the two models as that package prints them.
- statsmodels 0.15, scoringrules 0.10.0, and forecast_evaluation 0.1.13 of the Bank of England: their output.
- Bracher, Ray, Gneiting and Reich (2021), equations 1 and 3, worked by hand.
"""

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant
from statsmodels.tsa.stattools import diebold_mariano_test

from longwave.core.period import Period
from longwave.forecast.evaluate import evaluate
from longwave.forecast.real_time import real_time_trials
from longwave.forecast.scores.comparison import diebold_mariano, mincer_zarnowitz
from longwave.forecast.scores.distribution import crps_normal, crps_sample, crps_t, quantile_scores
from longwave.forecast.scores.intervals import interval_scores, weighted_interval_scores
from longwave.forecast.scores.point import mae, mase, naive_scale, owa, rmse

BEER = [
    [443, 410, 420, 532], [433, 421, 410, 512], [449, 381, 423, 531], [426, 408, 416, 520], [409, 398, 398, 507],
    [432, 398, 406, 526], [428, 397, 403, 517], [435, 383, 424, 521], [421, 402, 414, 500], [451, 380, 416, 492],
    [428, 408, 406, 506], [435, 380, 421, 490], [435, 390, 412, 454], [416, 403, 408, 482], [438, 386, 405, 491],
    [427, 383, 394, 473], [420, 390, 410, 488], [415, 398, 419, 488], [414, 374],
]  # fmt: skip
"""Megalitres a quarter, 1992 to the middle of 2010."""

WEB = [
    88, 84, 85, 85, 84, 85, 83, 85, 88, 89, 91, 99, 104, 112, 126, 138, 146, 151, 150, 148, 147, 149, 143, 132, 131,
    139, 147, 150, 148, 145, 140, 134, 131, 131, 129, 126, 126, 132, 137, 140, 142, 150, 159, 167, 170, 171, 172, 172,
    174, 175, 172, 172, 174, 174, 169, 165, 156, 142, 131, 121, 112, 104, 102, 99, 99, 95, 88, 84, 84, 87, 89, 88, 85,
    86, 89, 91, 91, 94, 101, 110, 121, 135, 145, 149, 156, 165, 171, 175, 177, 182, 193, 204, 208, 210, 215, 222, 228,
    226, 222, 220,
]  # fmt: skip
"""WWWusage: users connected to a server, minute by minute (Makridakis, Wheelwright and Hyndman 1998)."""

OUTCOME = np.array([1.2, -0.7, 30.0, 2.5])
MEAN = np.array([1.0, 0.0, 10.0, 2.5])
SD = np.array([0.5, 2.0, 3.0, 1.0])
PROBABILITIES = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
QUANTILES = np.array(
    [
        [0, 0.4, 0.8, 1, 1.3, 1.7, 2.2],
        [-3, -2, -1, 0, 1, 2, 3],
        [4, 6, 8, 10, 12, 14, 16],
        [1, 1.5, 2, 2.5, 3, 3.5, 4],
    ]
)


@pytest.mark.parametrize(
    ("method", "published"),
    [
        ("mean", (38.45, 34.83, 2.44)),
        ("naive", (62.69, 57.40, 4.01)),
        ("seasonal", (14.31, 13.40, 0.94)),
        ("drift", (64.90, 58.88, 4.12)),
    ],
)
def test_beer_of_the_textbook(method, published):
    values = np.concatenate(BEER).astype(float)
    known, came = values[:64], values[64:]
    steps = np.arange(1, 11)
    said = {
        "mean": np.full(10, known.mean()),
        "naive": np.full(10, known[-1]),
        "seasonal": np.resize(known[-4:], 10),
        "drift": known[-1] + steps * (known[-1] - known[0]) / 63,
    }[method]
    found = (rmse(came, said), mae(came, said), mase(came, said, naive_scale(known, 4)))
    assert found == pytest.approx(published, abs=0.005)


@pytest.mark.parametrize(
    ("smape", "mase_", "published"),
    [(11.374, 1.536, 0.821), (11.720, 1.551, 0.838), (13.564, 1.912, 1.0)],
    ids=["Smyl", "Montero-Manso et al.", "Naive2"],
)
def test_owa_of_m4(smape, mase_, published):
    assert owa([smape], [mase_], [13.564], [1.912]) == pytest.approx(published, abs=0.0005)


def damped_trend_errors(values, alpha, beta, phi, level, slope):
    """One-step errors of ETS(A,Ad,N)."""
    errors = []
    for value in values:
        error = value - level - phi * slope
        errors.append(error)
        level, slope = level + phi * slope + alpha * error, phi * slope + beta * error
    return np.array(errors)


def arima_errors(values, ar, ma):
    """Standardised innovations of ARIMA(1,1,1) with exact start; R gives the first figure an error of a thousandth."""
    variance, said, errors = (1 + 2 * ar * ma + ma**2) / (1 - ar**2), 0.0, [values[0] / 1000]
    for step in np.diff(values):
        error = step - said
        errors.append(error / np.sqrt(variance))
        said, variance = ar * step + ma * error / variance, 1 + ma**2 * (1 - 1 / variance)
    return np.array(errors)


def test_diebold_mariano_of_the_forecast_package():
    ets = damped_trend_errors(WEB, 0.9999, 0.9966, 0.8149, 90.3518, -0.0173)
    arima = arima_errors(np.array(WEB, float), 0.6504, 0.5256)
    zeros = np.zeros(100)
    assert rmse(ets, zeros) == pytest.approx(3.40781, abs=1e-4)
    assert rmse(arima, zeros) == pytest.approx(3.113754, abs=1e-4)
    found = diebold_mariano(ets**2, arima**2)
    assert found.statistic == pytest.approx(1.9078, abs=5e-4)
    assert found.p_value == pytest.approx(0.05932, abs=5e-5)


@pytest.mark.parametrize("horizon", [1, 2, 5])
def test_diebold_mariano_of_statsmodels(horizon):
    came, first, second = np.random.default_rng(horizon).standard_normal((3, 40))
    theirs = diebold_mariano_test(came, first, second, lags=horizon - 1, harvey_adj=True, horizon=horizon)
    ours = diebold_mariano((came - first) ** 2, (came - second) ** 2, horizon=horizon, variance="bartlett")
    assert ours.statistic == pytest.approx(theirs.statistic, abs=1e-10)
    assert ours.p_value == pytest.approx(theirs.pvalue, abs=1e-10)


@pytest.mark.parametrize("lags", [0, 3])
def test_mincer_zarnowitz_of_statsmodels(lags):
    """The Wald test of a regression with HAC variance."""
    said, noise = np.random.default_rng(lags).standard_normal((2, 40))
    came = 0.2 + 0.7 * said + noise
    fitted = OLS(came, add_constant(said)).fit(cov_type="HAC", cov_kwds={"maxlags": lags})
    theirs = fitted.wald_test((np.eye(2), np.array([0.0, 1.0])), use_f=False, scalar=True)
    ours = mincer_zarnowitz(came, said, lags=lags, under_null=False)
    assert (ours.intercept, ours.slope) == pytest.approx(tuple(fitted.params))
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-8)


def test_crps_of_scoringrules():
    normal = [0.14834404517357486, 0.5641451322181057, 18.307431249368026, 0.23369497725510913]
    t_5 = [0.15840741392660873, 0.6059369228457152, 17.93020965290822, 0.25702536290064715]
    t_2_5 = [0.1714819492070933, 0.6596465881987787, 17.403638726298304, 0.28611862418627065]
    assert crps_normal(OUTCOME, MEAN, SD) == pytest.approx(normal, rel=1e-12)
    assert crps_t(OUTCOME, MEAN, SD, 5.0) == pytest.approx(t_5, rel=1e-12)
    assert crps_t(OUTCOME, MEAN, SD, 2.5) == pytest.approx(t_2_5, rel=1e-12)
    assert crps_t(OUTCOME, MEAN, SD, np.inf) == pytest.approx(normal, rel=1e-12)


def test_crps_of_draws_of_scoringrules():
    draws = [[0, 1, 2, 5], [-1, -1, 0, 3], [9, 11, 28, 31], [2, 2.5, 3, 1]]
    assert crps_sample(OUTCOME, draws) == pytest.approx([0.5, 0.4375, 5.5625, 0.21875])
    fair = [1 / 6, 1 / 6, 3.8333333333333335, 1 / 12]
    assert crps_sample(OUTCOME, draws, fair=True) == pytest.approx(fair)


def test_quantile_and_interval_scores_of_scoringrules():
    """crps_quantile there is twice the plain mean of the quantile scores; WIS is the same (Bracher et al., section 2.2)."""
    theirs = [0.11714285714285713, 0.4, 17.17142857142857, 0.15]
    assert 2 * quantile_scores(OUTCOME, QUANTILES, PROBABILITIES).mean(axis=1) == pytest.approx(theirs)
    assert weighted_interval_scores(OUTCOME, QUANTILES, PROBABILITIES) == pytest.approx(theirs)
    found = interval_scores(OUTCOME, QUANTILES[:, 0], QUANTILES[:, 6], 0.95)
    assert found == pytest.approx([2.2, 6, 572, 3])


def test_weighted_interval_score_by_hand():
    """Median 10, 50% from 8 to 12, outcome 15: IS = 4 + 2/.5 * 3 = 16; (5/2 + .25 * 16) / 1.5."""
    found = weighted_interval_scores([15.0], [[8.0, 10.0, 12.0]], [0.25, 0.5, 0.75])
    assert found == pytest.approx([(2.5 + 4) / 1.5])


@pytest.mark.parametrize(
    ("outcome", "after", "published"),
    [
        ("first", 0, {"drift": (2.966231, 3.877420, 5.019760), "naive": (2.970406, 4.074747, 5.201040)}),
        (
            "after_periods",
            2,
            {"drift": (2.485887, 3.773956, 4.660046), "naive": (2.717988, 4.409920, 5.333466)},
        ),
    ],
)
def test_real_time_errors_of_the_bank_s_package(outcome, after, published):
    """Figures y_i = 100 + i + 3 sin i; the release after n quarters, at the end of the next one, says
    y_i + (-1)^i / (n - i). RMSE of `compute_accuracy_statistics` on levels with k = 0, and with k = 2 for
    the forecasts whose outturn was two quarters old by the end."""
    first = Period.parse("2015-Q1")
    written = [str(first + place) for place in range(24)]
    place = np.arange(24)
    values = 100 + place + 3 * np.sin(place)
    releases = {}
    for count in range(13, 25):
        period = Period.parse(written[count - 1]) + 1
        day = str(pd.Period(f"{period.year}Q{period.step}").end_time.date())
        seen = values[:count] + (-1.0) ** place[:count] / (count - place[:count])
        releases[day] = pd.Series(seen, index=written[:count])

    def naive(series, horizon):
        return np.full(horizon, series.iloc[-1]), pd.DataFrame()

    def drift(series, horizon):
        step = (series.iloc[-1] - series.iloc[0]) / (len(series) - 1)
        return series.iloc[-1] + step * np.arange(1, horizon + 1), pd.DataFrame()

    methods = {"naive": naive, "drift": drift}
    trials = real_time_trials(releases, methods, 3, outcome=outcome, after=after, fewest=13)
    steps = evaluate(trials, "drift", rivals=()).by_step.set_index(["method", "step"])["rmse"]
    for method, theirs in published.items():
        assert steps[method].tolist() == pytest.approx(theirs, abs=5e-7)
