"""Bridge equations: each indicator, carried to the end of the quarter by its own autoregression, explains the target.

For indicator i with changes x_i, completed by AR(p) (p by BIC, at most 6), rebuilt to values and averaged to the target's
periods t:

    y_t = a_i + b_i X_it + c_i y_{t-1} + e_it,   by least squares with HAC covariance (Newey and West 1987)

X_it being the same kind of change of the averages. The nowcast is the mean of the equations weighed by 1 / s_i^2, s_i^2
the residual variance; its variance is that of the combined residuals plus that of the coefficients, taken as moving
together (Baffigi, Golinelli and Parigi 2004). The doubt of the completed months is not in it: calibration on the past
brings it in. Changes far out (`outliers`) are left out of every estimation; a nowcast that rests on them is wider by what it
moves when they are put at their median (of X_it and y_{t-1} alike). Works for any calendar no slower than
the target's, so also for a yearly target.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.message import Message, say
from longwave.forecast.method import FitError, Matrix, Prediction, Vector
from longwave.forecast.nowcast.outliers import doubted, far_out
from longwave.forecast.nowcast.ragged import Ragged, Track
from longwave.forecast.nowcast.stationarity import carried_on, changed

NAME = "bridge"

_MOST_LAGS = 6
_FEWEST_TO_REGRESS = 24
_FEWEST = 16
"""Fewest periods of the target for an equation of three coefficients."""


@dataclass(frozen=True, eq=False)
class Equation:
    """One bridge: coefficients of constant, indicator and own lag; their covariance; residual variance."""

    coefficients: Vector
    covariance: Matrix
    variance: float
    residuals: Mapping[int, float]


@dataclass(frozen=True, eq=False)
class BridgeFit:
    """The equations by indicator, their weights, and the variance of the combined residuals."""

    equations: Mapping[str, Equation]
    weights: Mapping[str, float]
    variance: float

    @property
    def label(self) -> Message:
        return say("nowcast.bridge", equations=len(self.equations))

    @property
    def weighed(self) -> pd.Series:
        """Weight of each indicator's equation."""
        return pd.Series(dict(self.weights), name="weight")

    def predict(self, data: Ragged, steps: int) -> Prediction:
        """The target's changes in its first `steps` unknown periods; figures far out widen it. Raises FitError."""
        names = [name for name in self.equations if name in data.indicators]
        if not names:
            raise FitError("no indicator of the equations is known")
        whole = {name: completed(data, data.indicators[name], steps) for name in names}
        said = self._said({name: x[-steps:] for name, x in whole.items()}, float(data.target.changes[-1]))
        calm = {name: _calm(x) for name, x in whole.items()}
        target = _calm(data.target.changes)
        if target[-1] == data.target.changes[-1] and all(
            np.array_equal(calm[name][-steps:], whole[name][-steps:]) for name in names
        ):
            return said
        without = self._said({name: x[-steps:] for name, x in calm.items()}, float(target[-1]))
        return doubted(said, without.mean)

    def _said(self, ahead: Mapping[str, Vector], before: float) -> Prediction:
        """The prediction from each indicator's changes ahead and the target's last known one. Raises FitError."""
        names, steps = list(ahead), len(next(iter(ahead.values())))
        weights = np.array([self.weights[name] for name in names])
        weights = weights / weights.sum()
        means, spreads = [], []
        for step in range(steps):
            rows = {name: np.array([1.0, ahead[name][step], before]) for name in names}
            if not all(np.isfinite(row).all() for row in rows.values()):
                raise FitError("a figure beside the edge is missing")
            said = np.array([rows[name] @ self.equations[name].coefficients for name in names])
            doubt = np.array([_doubt(rows[name], self.equations[name].covariance) for name in names])
            before = float(weights @ said)
            means.append(before)
            spreads.append(float(np.sqrt(self.variance + (weights @ doubt) ** 2)))
        return Prediction(np.array(means), np.array(spreads))


@dataclass(frozen=True, slots=True)
class Bridge:
    """The method: `fit` estimates every equation, `BridgeFit.predict` combines them."""

    name: str = NAME

    def fit(self, data: Ragged, earlier: BridgeFit | None = None) -> BridgeFit:
        """Estimates on the figures known; `earlier` is not used. Raises FitError where no equation can be estimated."""
        found = {name: _equation(data, each) for name, each in data.indicators.items()}
        equations = {name: each for name, each in found.items() if each is not None}
        if not equations:
            raise FitError("no indicator has enough figures beside the target")
        precision = {name: 1 / each.variance for name, each in equations.items()}
        total = sum(precision.values())
        weights = {name: value / total for name, value in precision.items()}
        return BridgeFit(equations, weights, _combined(equations, weights))


def completed(data: Ragged, track: Track, steps: int) -> Vector:
    """An indicator's changes on the target's calendar, from its first whole period to `steps` unknown ones.

    NaN where a figure inside is missing: only the ragged edge is completed.
    """
    ratio = data.within(track)
    end = (data.target.last + steps + 1) * ratio - 1
    changes = track.changes
    if end > track.last:
        ahead = _autoregression(changes, end - track.last)
        values = np.concatenate([track.values, carried_on(float(track.values[-1]), ahead, track.kind)])
    else:
        values = track.values[: max(end - track.first + 1, 0)]
    skipped = -track.first % ratio
    whole = values[skipped:]
    averages = whole[: len(whole) // ratio * ratio].reshape(-1, ratio).mean(axis=1)
    return changed(averages, track.kind)


def _calm(changes: Vector) -> Vector:
    """The changes with those far out put at the median."""
    return np.where(far_out(changes), np.nanmedian(changes), changes)


def _equation(data: Ragged, track: Track) -> Equation | None:
    """The bridge of one indicator, or None where too few periods hold both or nothing varies."""
    aligned = completed(data, track, 1)[:-1]  # up to the target's last known period
    target = data.target.changes
    count = min(len(aligned), len(target))
    if count < 2:
        return None
    x, y = aligned[-count:], target[-count:]
    rows = np.column_stack([np.ones(count - 1), x[1:], y[:-1]])
    out = far_out(x)[1:] | far_out(y)[1:] | far_out(y)[:-1]
    kept = np.isfinite(rows).all(axis=1) & np.isfinite(y[1:]) & ~out
    if kept.sum() < _FEWEST or not _told_apart(rows[kept]):
        return None
    return _estimated(
        rows[kept], y[1:][kept], [int(row) + data.target.last - count + 2 for row in np.flatnonzero(kept)]
    )


def _told_apart(rows: Matrix) -> bool:
    """Whether constant, indicator and own lag are three things, whatever their units."""
    spread = rows[:, 1:].std(axis=0)
    if not (spread > 1e-12 * np.abs(rows[:, 1:]).max(axis=0)).all():
        return False
    return bool(abs(np.corrcoef(rows[:, 1], rows[:, 2])[0, 1]) < 1 - 1e-9)


def _estimated(rows: Matrix, y: Vector, periods: list[int]) -> Equation | None:
    from statsmodels.regression.linear_model import OLS

    lags = int(4 * (len(y) / 100) ** (2 / 9))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = OLS(y, rows).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    variance = float(fit.ssr / (len(y) - rows.shape[1]))
    if not variance > 1e-24 * float(np.var(y)) or not np.isfinite(fit.params).all():
        return None
    return Equation(
        np.asarray(fit.params, dtype=np.float64),
        np.asarray(fit.cov_params(), dtype=np.float64),
        variance,
        dict(zip(periods, fit.resid.tolist(), strict=True)),
    )


def _combined(equations: Mapping[str, Equation], weights: Mapping[str, float]) -> float:
    """Variance of the weighed residuals over the periods, each weighed over the equations that hold it."""
    periods = sorted({period for each in equations.values() for period in each.residuals})
    combined = []
    for period in periods:
        held = [name for name, each in equations.items() if period in each.residuals]
        total = sum(weights[name] for name in held)
        combined.append(sum(weights[name] * equations[name].residuals[period] for name in held) / total)
    return float(np.sum(np.square(combined)) / max(len(combined) - 3, 1))


def _doubt(row: Vector, covariance: Matrix) -> float:
    return float(np.sqrt(max(float(row @ covariance @ row), 0.0)))


def _autoregression(changes: Vector, steps: int) -> Vector:
    """The next `steps` changes by AR(p), p by BIC on one sample; the mean where figures are few."""
    clean = np.where(far_out(changes), np.nan, changes)
    mean = float(np.nanmean(clean)) if np.isfinite(clean).any() else 0.0
    if len(clean) < _FEWEST_TO_REGRESS:
        return np.full(steps, mean)
    lagged = np.column_stack([clean[_MOST_LAGS - lag : len(clean) - lag] for lag in range(_MOST_LAGS + 1)])
    known = lagged[np.isfinite(lagged).all(axis=1)]
    if len(known) < _FEWEST_TO_REGRESS:
        return np.full(steps, mean)
    tried = [_regressed(known, order) for order in range(_MOST_LAGS + 1)]
    best = tried[int(np.argmin([criterion for criterion, _ in tried]))][1]
    past = list(np.where(np.isfinite(changes), changes, mean)[-_MOST_LAGS:])
    for _ in range(steps):
        past.append(float(best[0] + best[1:] @ np.array(past[::-1][: len(best) - 1])))
    return np.array(past[-steps:])


def _regressed(known: Matrix, order: int) -> tuple[float, Vector]:
    """BIC and coefficients of the autoregression of that order."""
    rows = np.column_stack([np.ones(len(known)), known[:, 1 : order + 1]])
    coefficients = np.asarray(np.linalg.lstsq(rows, known[:, 0], rcond=None)[0], dtype=np.float64)
    rest = float(np.sum((known[:, 0] - rows @ coefficients) ** 2))
    penalty = (order + 1) * float(np.log(len(known)))
    return len(known) * float(np.log(max(rest, 1e-300))) + penalty, coefficients
