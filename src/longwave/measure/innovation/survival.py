"""How long until something happens, when for some it has not happened yet.

Kaplan and Meier's (1958) curve with Greenwood's variance and log-log bounds, the median with Brookmeyer and Crowley's
(1982) interval, the restricted mean, the log-rank test, Cox's (1972) proportional hazards and two parametric accelerated
failure time models (Weibull, log-normal). Those still waiting are censored, not left out: leaving them out would make
slow things look quick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
Seen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bounded:
    """A value with bounds; infinite where it is not reached."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Accelerated:
    """ln T = location + scale W. family: ``weibull`` (W extreme value) or ``log_normal``; aic: Akaike's criterion,
    comparable between the two; median: with delta-method interval on the log scale."""

    family: str
    location: float
    scale: float
    loglikelihood: float
    aic: float
    median: Bounded


@dataclass(frozen=True, slots=True)
class Hazard:
    """Cox regression: coefficients with standard errors, by covariate."""

    coefficients: Mapping[str, float]
    errors: Mapping[str, float]


def kaplan_meier(times: Array, seen: Seen, level: float = 0.95) -> pd.DataFrame:
    """Share that still waits after each time at which something happened.

    times: above or at zero; seen: False where still waiting. Returns index = time, columns at_risk, events, survival, low,
    high (bounds from ln(-ln S)). Raises ValueError for no observations, unequal lengths or negative times.
    """
    _check(times, seen)
    from scipy.stats import norm

    moments = np.unique(times[seen])
    at_risk = np.array([(times >= one).sum() for one in moments], dtype=float)
    events = np.array([(seen & (times == one)).sum() for one in moments], dtype=float)
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        spread = norm.ppf(0.5 + level / 2) * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = survival ** np.exp(spread), survival ** np.exp(-spread)
    inner = (survival > 0) & (survival < 1)
    return pd.DataFrame(
        {
            "at_risk": at_risk,
            "events": events,
            "survival": survival,
            "low": np.where(inner, low, survival),
            "high": np.where(inner, high, survival),
        },
        index=pd.Index(moments, name="time"),
    )


def median_time(curve: pd.DataFrame) -> Bounded:
    """First time at which half or more have done it, with the times at which its bounds pass a half."""

    def first(column: str) -> float:
        # Rounding must not keep a curve that is exactly at a half from reaching it.
        reached = curve.index[curve[column] <= 0.5 + 1e-12]
        return float(reached[0]) if len(reached) else float("inf")

    return Bounded(first("survival"), first("low"), first("high"))


def restricted_mean(times: Array, seen: Seen, horizon: float, level: float = 0.95) -> Bounded:
    """Mean time waited up to the horizon (Irwin 1949; variance after Klein and Moeschberger 2003, section 4.5).

    Raises ValueError where the horizon is not above zero or lies beyond the last time observed.
    """
    _check(times, seen)
    if not 0 < horizon <= times.max():
        raise ValueError("the horizon has to lie above zero and not beyond the last time observed")
    from scipy.stats import norm

    curve = kaplan_meier(times, seen)
    curve = curve[curve.index < horizon]
    edges = np.concatenate([[0.0], curve.index.to_numpy(float), [horizon]])
    heights = np.concatenate([[1.0], curve["survival"].to_numpy(float)])
    areas = np.diff(edges) * heights
    beyond = areas[::-1].cumsum()[::-1][1:]
    risk, events = curve["at_risk"].to_numpy(float), curve["events"].to_numpy(float)
    fine = risk > events
    variance = float((beyond[fine] ** 2 * events[fine] / (risk[fine] * (risk[fine] - events[fine]))).sum())
    half = float(norm.ppf(0.5 + level / 2)) * np.sqrt(variance)
    value = float(areas.sum())
    return Bounded(value, max(value - half, 0.0), min(value + half, horizon))


def log_rank(times: Array, seen: Seen, groups: NDArray[np.str_]) -> tuple[float, float]:
    """Mantel's (1966) log-rank statistic and p-value of the null that all groups wait alike. Raises ValueError for one
    group only."""
    _check(times, seen)
    if len(np.unique(groups)) < 2:
        raise ValueError("the log-rank test compares at least two groups")
    from statsmodels.duration.survfunc import survdiff

    statistic, p_value = survdiff(times, seen.astype(int), groups)
    return float(statistic), float(p_value)


def cox(times: Array, seen: Seen, covariates: pd.DataFrame, ties: str = "efron") -> Hazard:
    """Cox regression by statsmodels. ties: ``efron`` or ``breslow``. Raises ValueError where a covariate does not vary."""
    _check(times, seen)
    if (covariates.nunique() < 2).any():
        raise ValueError("a covariate does not vary")
    from statsmodels.duration.hazard_regression import PHReg

    found = PHReg(times, covariates.to_numpy(float), status=seen.astype(int), ties=ties).fit(disp=0)
    names = [str(name) for name in covariates.columns]
    return Hazard(
        dict(zip(names, map(float, found.params), strict=True)),
        dict(zip(names, map(float, found.bse), strict=True)),
    )


def accelerated(times: Array, seen: Seen, family: str, level: float = 0.95) -> Accelerated:
    """Maximum likelihood of ln T = location + scale W with censoring.

    times: above zero. Raises ValueError for another family, times at zero, or fewer than two different times of events.
    """
    _check(times, seen)
    if (times <= 0).any():
        raise ValueError("times have to be above zero")
    if len(np.unique(times[seen])) < 2:
        raise ValueError("fewer than two different times at which it happened")
    if family not in {"weibull", "log_normal"}:
        raise ValueError("the family is weibull or log_normal")
    from scipy.optimize import minimize
    from scipy.stats import norm

    logs = np.log(times)

    def loss(point: Array) -> float:
        z = (logs - point[0]) / np.exp(point[1])
        if family == "weibull":
            density, still = z - np.exp(np.minimum(z, 500.0)), -np.exp(np.minimum(z, 500.0))
        else:
            density, still = norm.logpdf(z), norm.logsf(z)
        return -float((density - point[1] - logs)[seen].sum() + still[~seen].sum())

    start = np.array([logs[seen].mean(), np.log(max(float(logs[seen].std()), 0.1))])
    found = minimize(
        loss, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000}
    )
    location, log_scale = (float(one) for one in found.x)
    scale = float(np.exp(log_scale))
    quantile = float(np.log(np.log(2.0))) if family == "weibull" else 0.0
    gradient = np.array([1.0, scale * quantile])
    variance = float(gradient @ np.linalg.inv(_curvature(loss, found.x)) @ gradient)
    centre, half = (
        location + scale * quantile,
        float(norm.ppf(0.5 + level / 2)) * float(np.sqrt(max(variance, 0.0))),
    )
    return Accelerated(
        family,
        location,
        scale,
        -float(found.fun),
        2 * float(found.fun) + 4,
        Bounded(float(np.exp(centre)), float(np.exp(centre - half)), float(np.exp(centre + half))),
    )


def _curvature(loss, point: Array) -> Array:  # type: ignore[no-untyped-def]
    """Second derivatives by central differences."""
    step = 1e-4
    moves = np.eye(len(point)) * step
    return np.array(
        [
            [
                (loss(point + a + b) - loss(point + a - b) - loss(point - a + b) + loss(point - a - b))
                / (4 * step**2)
                for b in moves
            ]
            for a in moves
        ]
    )


def _check(times: Array, seen: Seen) -> None:
    if not len(times) or len(times) != len(seen):
        raise ValueError("times and events have to be of one length above zero")
    if not np.isfinite(times).all() or (times < 0).any():
        raise ValueError("a time is negative or not finite")
