"""Which change of a series is modelled: growth of its logarithm, its difference, or the series as it is.

Rule, series by series. A series of positive values goes by log growth; one with zero or negative values by its
difference; so does a positive one of which more than one step in fifty is by half or more, a rate near zero and not an
amount. What is a rate of change or a balance already stays as it is: an augmented Dickey-Fuller test (constant, lags by
BIC) rejects a unit root, at 5 per cent where values are zero or negative, at 1 per cent and with a first
autocorrelation below 0.8 where all are positive (unemployment, permits and claims come back to their mean too, but
slowly, and their levels lead a common factor of growth astray: see decision 20). The rule does not depend on the unit of
measurement; it cannot know what a series means, so the caller may say the kind.
"""

from __future__ import annotations

import warnings
from typing import Literal, TypeAlias

import numpy as np

from longwave.forecast.method import Vector

Kind: TypeAlias = Literal["log", "difference", "level"]
KINDS: tuple[Kind, ...] = ("log", "difference", "level")

_FEWEST_TO_TEST = 20
_POSITIVE_SIZE = 0.01
"""A growing amount that is taken as it is would have no mean; the stricter size makes that rare."""
_SIGNED_SIZE = 0.05
_RATES = 0.8
"""First autocorrelation below which a positive stationary series is taken for a rate of change."""

_WILD_STEP = float(np.log(1.5))
_WILD_SHARE = 0.02


def choose_kind(values: Vector) -> Kind:
    """The kind of change for these values (oldest first; NaN where missing; not constant)."""
    calm = _calm(values)
    if np.nanmin(values) <= 0:
        return "level" if _has_no_unit_root(calm, _SIGNED_SIZE) else "difference"
    if _persistence(calm) < _RATES and _has_no_unit_root(calm, _POSITIVE_SIZE):
        return "level"
    return "difference" if _wild(values) else "log"


def changed(values: Vector, kind: Kind) -> Vector:
    """The changes, one a period; NaN at the first period (unless `level`) and on both sides of a missing value."""
    if kind == "level":
        return values.copy()
    known = np.log(values) if kind == "log" else values
    return np.concatenate([[np.nan], np.diff(known)])


def carried_on(last: float, changes: Vector, kind: Kind) -> Vector:
    """The values that follow `last` when these changes come."""
    if kind == "level":
        return changes.copy()
    moved = np.cumsum(changes)
    return np.asarray(last * np.exp(moved) if kind == "log" else last + moved, dtype=np.float64)


def _calm(values: Vector) -> Vector:
    """Values no further than three interquartile ranges out: a spike must not pass for a quick return to the mean."""
    low, high = np.nanquantile(values, (0.25, 0.75))
    return np.clip(values, low - 3 * (high - low), high + 3 * (high - low)) if high > low else values


def _has_no_unit_root(values: Vector, size: float) -> bool:
    from statsmodels.tsa.stattools import adfuller

    known = values[np.isfinite(values)]
    if len(known) < _FEWEST_TO_TEST:
        return False
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the form of the answer in later releases
            p_value = adfuller(known, maxlag=min(12, len(known) // 4), regression="c", autolag="BIC")[1]
    except (ValueError, np.linalg.LinAlgError):
        return False  # a series of perfect regularity has no test; its changes are looked at later
    return bool(p_value < size)


def _persistence(values: Vector) -> float:
    """First autocorrelation over neighbours that are both known."""
    away = values - np.nanmean(values)
    both = np.isfinite(away[1:]) & np.isfinite(away[:-1])
    if not both.any():
        return 1.0
    return float(away[1:][both] @ away[:-1][both] / (np.nanvar(values) * both.sum()))


def _wild(values: Vector) -> bool:
    steps = np.diff(np.log(values))
    steps = steps[np.isfinite(steps)]
    return bool(len(steps) and np.mean(np.abs(steps) > _WILD_STEP) > _WILD_SHARE)
