"""The Minnesota prior of a vector autoregression in closed form: prior, evidence, posterior, draws.

Rows y_t' = x_t' B + u_t', u_t ~ N(0, S). Conjugate prior (Kadiyala and Karlsson 1997):

    S ~ IW(I, k + 2),     vec(B) | S ~ N(vec(b), S x P^-1),     P = diag(lag^2 / overall^2, ..., flat constant) + D'D

once every column is measured from the mean of its first p values in units of its own autoregression's error, so that
nothing depends on a column's unit or zero. b is 1 on the own first lag of a persistent column, 0 elsewhere. D holds two
beliefs on persistent columns (Sims and Zha 1998; Banbura, Giannone and Reichlin 2010): own coefficients sum to about
one, and there is no more drift than the data ask for. In the literature they are added as rows of data; as b fits those
rows exactly they are the precision D'D and nothing else, and so they do not pass for observations without error
of the shocks, which in short samples makes bands too narrow.

How tight each is, the data say: the evidence p(Y) is known in closed form and, with weak hyperpriors, is made
largest (Giannone, Lenza and Primiceri 2015, "Prior Selection for Vector Autoregressions").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.core.message import say
from longwave.forecast.method import FitError, Matrix, Vector
from longwave.forecast.system import lagged

_CONSTANT = 1e3
"""Prior standard deviation of the constants, in standard errors of a column: flat."""
_NUMERICALLY_ZERO = 1e-10
_RANGE = (-9.0, 3.0)
"""Logarithms of tightness between which the largest evidence is looked for."""
_SEARCH = 400
"""Most evaluations of the evidence."""


@dataclass(frozen=True)
class Tightness:
    """Small is tight; inf leaves a belief out.

    overall: prior standard deviation of an own first lag; sums: of (1 - sum of own coefficients) times the way that
    the column went from its start; start: of the constant, that is of a drift.
    """

    overall: float = 0.2
    sums: float = np.inf
    start: float = np.inf


HYPERPRIORS = {"overall": (0.2, 0.4), "sums": (1.0, 1.0), "start": (1.0, 1.0)}
"""Mode and standard deviation of the Gamma hyperpriors, as in Giannone, Lenza and Primiceri (2015)."""


@dataclass(frozen=True, eq=False)
class Scales:
    """Where each column is measured from, and in what unit."""

    zero: Vector
    unit: Vector

    def inward(self, values: Matrix) -> Matrix:
        return np.asarray((values - self.zero) / self.unit)


@dataclass(frozen=True, eq=False)
class Moments:
    """What conjugacy asks of the rows of data: count, X'X, X'Y, Y'Y."""

    count: int
    xx: Matrix
    xy: Matrix
    yy: Matrix


@dataclass(frozen=True, eq=False)
class Prior:
    """B given S: centre b (k lags + 1, k) and precision P (k lags + 1, k lags + 1)."""

    centre: Matrix
    precision: Matrix


@dataclass(frozen=True, eq=False)
class Posterior:
    """S | Y ~ IW(scale, degrees), vec(B) | S, Y ~ N(vec(coefficients), S x covariance)."""

    coefficients: Matrix
    covariance: Matrix
    scale: Matrix
    degrees: int


def moments(x: Matrix, y: Matrix) -> Moments:
    return Moments(len(x), x.T @ x, x.T @ y, y.T @ y)


def scales(values: Matrix, lags: int) -> Scales:
    """Zero: mean of the first `lags` values; unit: standard error of an autoregression with as many lags, for each
    column alone. Raises FitError where a column's own past leaves no error."""
    zero = values[:lags].mean(axis=0)
    away = values - zero
    away = away / np.abs(away).max(axis=0)
    unit = np.empty(values.shape[1])
    for place, column in enumerate(away.T):
        x, y = lagged(column[:, None], lags)
        left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
        unit[place] = np.sqrt(float(np.sum(left**2)) / (len(x) - x.shape[1]))
        if unit[place] < _NUMERICALLY_ZERO:
            raise FitError(say("systems.exact", place=place + 1))
    return Scales(zero, unit * np.abs(values - zero).max(axis=0))


def persistent(values: Matrix) -> np.ndarray:
    """Which columns are forecast better, one step ahead over the sample, by their last value (plus the mean
    step) than by their mean: first autocorrelation above about one half."""
    steps = np.diff(values, axis=0)
    return np.asarray(steps.var(axis=0) < values[1:].var(axis=0))


def prior(inner: Matrix, lags: int, walks: np.ndarray, tightness: Tightness) -> Prior:
    """The prior for values in the units of `Scales`, with its beliefs on the columns that are `walks`.

    The belief on sums weighs with how far a column went from its start (root mean square), where the literature takes
    its first level: a level depends on the unit under a logarithm, and forecasts must not.
    """
    k = inner.shape[1]
    centre = np.zeros((k * lags + 1, k))
    centre[np.arange(k), np.arange(k)] = walks
    lag = np.repeat(np.arange(1, lags + 1), k)
    weights = np.diag(np.sqrt((inner**2).mean(axis=0)) * walks / tightness.sums)
    sums = np.hstack([np.tile(weights, (1, lags)), np.zeros((k, 1))])
    precision = np.diag(np.append((lag / tightness.overall) ** 2, _CONSTANT**-2)) + sums.T @ sums
    if walks.any():
        precision[-1, -1] += tightness.start**-2
    return Prior(centre, precision)


def posterior(data: Moments, before: Prior) -> Posterior:
    """Conjugate update of the prior and IW(I, k + 2)."""
    k = data.xy.shape[1]
    inverse = data.xx + before.precision
    pulled = before.precision @ before.centre
    right = data.xy + pulled
    covariance = np.linalg.inv(inverse)
    coefficients = np.asarray(np.linalg.solve(inverse, right), dtype=np.float64)
    scale = np.eye(k) + data.yy + before.centre.T @ pulled - right.T @ coefficients
    return Posterior(coefficients, (covariance + covariance.T) / 2, (scale + scale.T) / 2, data.count + k + 2)


def log_evidence(data: Moments, before: Prior) -> float:
    """log p(Y): a matrix Student t."""
    from scipy.special import multigammaln

    k = data.xy.shape[1]
    degrees = k + 2
    return float(
        -data.count * k / 2 * np.log(np.pi)
        + multigammaln((data.count + degrees) / 2, k)
        - multigammaln(degrees / 2, k)
        + k / 2 * np.linalg.slogdet(before.precision)[1]
        - k / 2 * np.linalg.slogdet(data.xx + before.precision)[1]
        - (data.count + degrees) / 2 * np.linalg.slogdet(posterior(data, before).scale)[1]
    )


def tightest(data: Moments, inner: Matrix, lags: int, walks: np.ndarray) -> Tightness:
    """The tightness under which evidence times hyperprior is largest (Nelder-Mead on logarithms)."""
    from scipy.optimize import minimize

    names = ("overall", "sums", "start") if walks.any() else ("overall",)

    def worse(logs: Vector) -> float:
        candidate = Tightness(**dict(zip(names, np.exp(logs), strict=True)))
        hyper = sum(
            log_gamma_density(value, *HYPERPRIORS[name])
            for name, value in zip(names, np.exp(logs), strict=True)
        )
        return -log_evidence(data, prior(inner, lags, walks, candidate)) - hyper

    start = np.log([HYPERPRIORS[name][0] for name in names])
    simplex = np.vstack([start, start + np.eye(len(names))])
    options = {"maxfev": _SEARCH, "xatol": 1e-2, "fatol": 1e-3, "initial_simplex": simplex}
    found = minimize(worse, start, method="Nelder-Mead", bounds=[_RANGE] * len(names), options=options)
    return Tightness(**dict(zip(names, (float(value) for value in np.exp(found.x)), strict=True)))


def log_gamma_density(value: float, mode: float, sd: float) -> float:
    """Log density, up to a constant, of the Gamma distribution with that mode and standard deviation."""
    square = (mode / sd) ** 2
    shape = (2 + square + np.sqrt((4 + square) * square)) / 2
    return float((shape - 1) * np.log(value) - value * np.sqrt(shape) / sd)


def drawn(found: Posterior, count: int, rng: np.random.Generator) -> tuple[Matrix, Matrix]:
    """Draws of (B, S) in pairs that mirror each other about the centre: (2 pairs, m, k), (2 pairs, k, k)."""
    m, k = found.coefficients.shape
    pairs = count // 2
    outer = np.linalg.cholesky(found.scale)
    # Bartlett: W^-1 ~ Wishart(I, degrees) by its triangle A; S = C A'^-1 A^-1 C' with scale = C C'.
    triangle = np.zeros((pairs, k, k))
    for place in range(k):
        triangle[:, place, place] = np.sqrt(rng.chisquare(found.degrees - place, pairs))
        triangle[:, place, :place] = rng.normal(size=(pairs, place))
    root = outer @ np.swapaxes(np.linalg.inv(triangle), 1, 2)
    covariances = root @ np.swapaxes(root, 1, 2)
    away = np.linalg.cholesky(found.covariance) @ rng.normal(size=(pairs, m, k)) @ np.swapaxes(root, 1, 2)
    mirrored = np.concatenate([found.coefficients + away, found.coefficients - away])
    return mirrored, np.concatenate([covariances, covariances])
