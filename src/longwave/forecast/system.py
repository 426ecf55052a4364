"""Several series ahead together: the arithmetic that vector autoregressions share, for one or many sets of coefficients.

A row of the system is y_t' = x_t' B + u_t', x_t' = (y_{t-1}', ..., y_{t-p}', 1), u_t ~ N(0, S). The centre of y_{T+h} is
the system run on without shocks; a shock u moves y_{T+h} by u' R_h, with R_0 = I and R_h = sum_l R_{h-l} B_l, so that
y_{T+h} has covariance sum_{i<h} R_i' S R_i, and steps a and c covary by sum_i R_{a-i}' S R_{c-i} (Luetkepohl 2005, 2.2).

Where B is uncertain there are many draws of (B, S), and the forecast is the mixture of their normals. What is
known of the future (Waggoner and Zha 1999) is put in draw by draw: the normal of the whole path, given the known figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from longwave.core.message import say
from longwave.forecast.method import FitError, Matrix, Prediction, Vector

_HALVINGS = 40
"""Of the bracket of a quantile: to 1e-10 of its width."""
_WIDEST = 12.0
"""Standard deviations beyond the outermost draw where a quantile is looked for."""
_LONG = 16
"""Spans after which the size of a shock is that of its root alone."""
_MOST_NUMBERS = 4_000_000
"""In the paths' covariances held at one time."""
_SQUARES = 1e140
"""Numbers larger than this, or smaller than its inverse, have no squares to reckon with."""
EXPLODES = 100.0
"""A system is explosive when its largest root makes a shock a hundred times larger in as many steps as there are
observations: such a system cannot have made a sample that stayed within bounds."""


def columns_of(values: Vector, fewest: int, most: int) -> Matrix:
    """The observations as (n, k). Raises FitError where there are too few or too many, or a column stands still."""
    table = np.array(values, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or not table.shape[1] or not np.isfinite(table).all():
        raise FitError(say("systems.not_numbers"))
    reach = np.abs(table).max(axis=0)
    if reach.max() > _SQUARES or ((reach > 0).any() and reach[reach > 0].min() < 1 / _SQUARES):
        raise FitError(say("systems.beyond"))
    if len(table) < fewest:
        raise FitError(say("systems.too_few", count=len(table), columns=table.shape[1], fewest=fewest))
    if table.shape[1] > most:
        raise FitError(say("systems.too_many", columns=table.shape[1], most=most))
    still = np.ptp(table, axis=0) <= 1e-12 * reach
    if still.any():
        raise FitError(say("systems.constant", place=int(np.argmax(still)) + 1))
    return table


def lagged(values: Matrix, lags: int) -> tuple[Matrix, Matrix]:
    """Regressors (n - lags, k lags + 1), the newest lag first and the constant last, and what they explain."""
    n = len(values)
    past = [values[lags - back : n - back] for back in range(1, lags + 1)]
    return np.hstack([*past, np.ones((n - lags, 1))]), values[lags:]


def newest(values: Matrix, lags: int) -> Vector:
    """The regressors of the first step ahead."""
    return np.append(values[::-1][:lags].ravel(), 1.0)


def run_on(coefficients: Matrix, regressors: Vector, horizon: int) -> tuple[Matrix, Matrix, Matrix]:
    """Centres (draws, horizon, k), responses (draws, horizon, k, k) and the regressors (draws, horizon, kp + 1) that
    led to each centre, from coefficients (draws, kp + 1, k)."""
    draws, size, k = coefficients.shape
    state = np.zeros((draws, k + 1, size))
    state[:, 0] = regressors
    state[:, 1:, :k] = np.eye(k)
    centres = np.empty((draws, horizon, k))
    responses = np.empty((draws, horizon, k, k))
    used = np.empty((draws, horizon, size))
    for step in range(horizon):
        responses[:, step] = state[:, 1:, :k]
        used[:, step] = state[:, 0]
        moved = state @ coefficients
        centres[:, step] = moved[:, 0]
        state[:, :, k:-1] = state[:, :, : size - 1 - k]
        state[:, :, :k] = moved
    return centres, responses, used


def explosive(coefficients: Matrix, span: int) -> np.ndarray:
    """For each draw (draws, kp + 1, k), whether its largest root to the power `span` is above `EXPLODES`.

    The companion matrix is squared until the size of its power tells the root: far beyond the span, so that what
    columns do to each other on the way counts for little. Cheaper than eigenvalues by a factor of six.
    """
    draws, size, k = coefficients.shape
    power = np.zeros((draws, size - 1, size - 1))
    power[:, :, :k] = coefficients[:, :-1]
    power[:, :, k:] += np.eye(size - 1)[:, : size - 1 - k]
    squarings = int(np.ceil(np.log2(_LONG * span)))
    scale = np.zeros(draws)
    for _ in range(squarings):
        largest = np.abs(power).max(axis=(1, 2))
        largest[largest == 0] = 1.0
        power = power / largest[:, None, None]
        scale = 2 * (scale + np.log(largest))
        power = power @ power
    with np.errstate(divide="ignore"):
        log_size = scale + np.log(np.abs(power).max(axis=(1, 2)))
    return np.asarray(log_size * span / 2**squarings > np.log(EXPLODES))


def largest_root(coefficients: Matrix) -> float:
    """Largest modulus of the companion matrix of one (kp + 1, k) set of coefficients; below 1 it is stable."""
    size, k = coefficients.shape
    companion = np.zeros((size - 1, size - 1))
    companion[:, :k] = coefficients[:-1]
    companion[:, k:] = np.eye(size - 1)[:, : size - 1 - k]
    return float(np.abs(np.linalg.eigvals(companion)).max())


@dataclass(frozen=True, eq=False)
class MixturePrediction(Prediction):
    """An even mixture of normals: centres and spreads are (draws, horizon).

    first: scale and degrees of the exact Student t one step ahead, where known; its centre is `mean[0]`.
    """

    centres: Matrix = field(default_factory=lambda: np.zeros((1, 0)))
    spreads: Matrix = field(default_factory=lambda: np.ones((1, 0)))
    first: tuple[float, float] | None = None

    counts_doubt: ClassVar[bool] = True

    def quantile(self, probability: float) -> Vector:
        from scipy.special import ndtr, stdtrit

        reach = _WIDEST * self.spreads.max(axis=0)
        low, high = self.centres.min(axis=0) - reach, self.centres.max(axis=0) + reach
        spreads = np.maximum(self.spreads, np.finfo(float).tiny)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = ndtr((middle - self.centres) / spreads).mean(axis=0) < probability
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found = (low + high) / 2
        if self.first is not None:
            scale, degrees = self.first
            found[0] = self.mean[0] + scale * stdtrit(degrees, probability)
        return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Paths:
    """Several series ahead, a mixture over draws: centres (draws, horizon, k), covariances (draws, horizon, k, k).

    exact: centre (k,), scale matrix (k, k) and degrees of the Student t of the first step, where known.
    """

    centres: Matrix
    covariances: Matrix
    exact: tuple[Vector, Matrix, float] | None = None

    @property
    def mean(self) -> Matrix:
        """(horizon, k)."""
        means = self.centres.mean(axis=0)
        if self.exact is not None:
            means[0] = self.exact[0]
        return np.asarray(means)

    @property
    def covariance(self) -> Matrix:
        """(horizon, k, k): within draws and between them."""
        away = self.centres - self.centres.mean(axis=0)
        found = self.covariances.mean(axis=0) + np.einsum("dhi,dhj->hij", away, away) / len(away)
        if self.exact is not None and self.exact[2] > 2:
            found[0] = self.exact[1] * self.exact[2] / (self.exact[2] - 2)
        return np.asarray(found)

    def column(self, place: int) -> MixturePrediction:
        """One series of the system."""
        first = None
        if self.exact is not None:
            first = (float(np.sqrt(self.exact[1][place, place])), self.exact[2])
        return MixturePrediction(
            mean=self.mean[:, place],
            sd=np.sqrt(np.maximum(self.covariance[:, place, place], 0.0)),
            centres=self.centres[:, :, place],
            spreads=np.sqrt(np.maximum(self.covariances[:, :, place, place], 0.0)),
            first=first,
        )


def paths_ahead(coefficients: Matrix, covariances: Matrix, regressors: Vector, horizon: int) -> Paths:
    """Centres and covariances of every step, for draws of coefficients (draws, kp + 1, k) and of the shocks'
    covariance (draws, k, k)."""
    centres, responses, _ = run_on(coefficients, regressors, horizon)
    each = np.swapaxes(responses, 2, 3) @ covariances[:, None] @ responses
    return Paths(centres, np.cumsum(each, axis=1))


def paths_given(coefficients: Matrix, covariances: Matrix, regressors: Vector, known: Matrix) -> Paths:
    """The paths ahead when some of their figures are known: `known` is (horizon, k), NaN where free."""
    horizon, k = known.shape
    fixed = np.isfinite(known).ravel()
    if not fixed.any():
        return paths_ahead(coefficients, covariances, regressors, horizon)
    draws = len(coefficients)
    centres, responses, _ = run_on(coefficients, regressors, horizon)
    spreads = np.empty((draws, horizon, k, k))
    chunk = max(1, _MOST_NUMBERS // (horizon * k) ** 2)
    for start in range(0, draws, chunk):
        part = slice(start, start + chunk)
        whole = _joint(responses[part], covariances[part])
        shared = whole[:, :, fixed]
        weights = np.linalg.solve(shared[:, fixed], np.swapaxes(shared, 1, 2))
        miss = known.ravel()[fixed] - centres[part].reshape(len(whole), -1)[:, fixed]
        centres[part] += (miss[:, None] @ weights)[:, 0].reshape(-1, horizon, k)
        left = (whole - shared @ weights).reshape(-1, horizon, k, horizon, k)
        spreads[part] = np.einsum("dhihj->dhij", left)
    given = np.isfinite(known)
    centres[:, given] = known[given]
    step, place = np.nonzero(given)
    spreads[:, step, place, :] = spreads[:, step, :, place] = 0.0
    return Paths(centres, spreads)


def _joint(responses: Matrix, covariances: Matrix) -> Matrix:
    """Covariance of the whole path (draws, horizon k, horizon k)."""
    draws, horizon, k, _ = responses.shape
    root = np.swapaxes(np.linalg.cholesky(covariances), 1, 2)[:, None]
    rows = root @ responses
    spread = np.zeros((draws, horizon, k, horizon, k))
    for shock in range(horizon):
        spread[:, shock, :, shock:, :] = np.swapaxes(rows[:, : horizon - shock], 1, 2)
    flat = spread.reshape(draws, horizon * k, horizon * k)
    return np.asarray(np.swapaxes(flat, 1, 2) @ flat)
