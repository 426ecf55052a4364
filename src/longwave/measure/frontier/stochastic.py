"""The stochastic frontier: output = best practice + noise - inefficiency, by maximum likelihood.

    y_it = x_it b + v_it - s u_it,   v ~ N(0, sv^2),   u_it = exp(-eta (t - T_i)) u_i,   s = 1 production, -1 cost

u_i is half-normal |N(0, su^2)| (Aigner, Lovell and Schmidt 1977), normal truncated at zero N+(mu, su^2) (Stevenson
1980), both with the decay eta of Battese and Coelli (1992) where periods are given, or exponential with mean su
(Meeusen and van den Broeck 1977; one period only). y and x are logarithms. sigma^2 = su^2 + sv^2, gamma = su^2 / sigma^2.

Efficiency is E[exp(-u) | v - u] (Battese and Coelli 1988). Its interval is drawn: parameters from the curvature of the
likelihood, then u from its distribution given the residual (Horrace and Schmidt 1996 take the parameters as known,
which covers too little in small samples). That there is no
inefficiency is tested by the likelihood ratio, whose null distribution is half chi2(q-1), half chi2(q) for q
restrictions of which one lies at a boundary (Kodde and Palm 1986).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from longwave.measure.frontier.envelopment import Vector
from longwave.measure.frontier.least_squares import LeastSquares, least_squares

Inefficiency: TypeAlias = Literal["half_normal", "truncated_normal", "exponential"]

EDGE = 1e-4
"""gamma this close to 0 or 1 is at its boundary: there the usual standard errors do not hold."""

DRAWS = 400
"""Draws of parameters and inefficiencies: bounds are then good to a hundredth."""
RUNAWAY = 8.0
"""mu this many su from zero has run off: far below zero the truncated normal is an exponential, and mu means nothing."""


class WrongSkewness(ValueError):
    """The least-squares residuals are skewed the other way: no inefficiency can be told from noise (Waldman 1982)."""


class NoMaximum(ValueError):
    """The likelihood has no maximum that can be found within the parameters' bounds."""


@dataclass(frozen=True, eq=False)
class Panel:
    """The rows of a stochastic frontier, sorted by unit. y: n; x: n x k with its constant; unit: n, 0, 1, 2 ...; lag:
    n, t - T_i (0 or below); sign: 1 production, -1 cost."""

    y: Vector
    x: Vector
    unit: NDArray[np.intp]
    lag: Vector
    sign: float

    def total(self, values: Vector) -> Vector:
        """Sums within units."""
        return np.bincount(self.unit, values).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Frontier:
    """A fitted stochastic frontier.

    coefficients and errors: b in the order of the columns of x (constant first); sigma_squared, gamma, mu, eta with
    their errors (nan where fixed); loglikelihood; least_squares: the fit without inefficiency; skewness: of its
    residuals; efficiency, low, high: one entry a row (bounds nan where at_edge); mean_efficiency with its bounds;
    ratio, restrictions, p_value: likelihood-ratio test of no inefficiency; covariance: of all free parameters as
    searched (b, ln sigma^2, logit gamma, mu / su, eta); at_edge: gamma is at 1, and errors and bounds do not hold.
    """

    coefficients: Vector
    errors: Vector
    sigma_squared: float
    sigma_squared_error: float
    gamma: float
    gamma_bounds: tuple[float, float]
    gamma_error: float
    mu: float
    mu_error: float
    eta: float
    eta_error: float
    loglikelihood: float
    least_squares: LeastSquares
    skewness: float
    efficiency: Vector
    low: Vector
    high: Vector
    mean_efficiency: float
    mean_low: float
    mean_high: float
    ratio: float
    restrictions: int
    p_value: float
    covariance: Vector
    residuals: Vector
    at_edge: bool
    level: float = 0.95


def fit_frontier(
    y: Vector,
    x: Vector,
    *,
    unit: NDArray[np.intp] | None = None,
    period: Vector | None = None,
    inefficiency: Inefficiency = "half_normal",
    decay: bool = False,
    cost: bool = False,
    level: float = 0.95,
) -> Frontier:
    """Fits a stochastic frontier.

    y: n, logarithm of output (or cost); x: n x k, regressors without the constant; unit: n codes and period: n times,
    for a panel (default: one row a unit); decay: eta is estimated (needs a panel); cost: inefficiency adds.
    Raises WrongSkewness where a cross-section's residuals are skewed the wrong way or a panel's gamma goes to 0,
    NoMaximum where the search fails, ValueError for tables that do not fit, too few rows or collinear regressors.
    """
    panel, order = _panel(y, x, unit, period, cost)
    if len(panel.y) == panel.unit.max() + 1 and decay:
        raise ValueError("a decay needs units that are seen more than once")
    if inefficiency == "exponential" and len(panel.y) != panel.unit.max() + 1:
        raise ValueError("exponential inefficiency is fitted to one row a unit only")
    plain = least_squares(panel.y, panel.x)
    if plain.deviation <= 1e-9 * max(float(np.ptp(panel.y)), 1e-9):
        raise NoMaximum(
            "the inputs give the output exactly: there is nothing to split into noise and inefficiency"
        )
    skewness = skew(plain.residuals)
    if len(panel.y) == panel.unit.max() + 1 and panel.sign * skewness >= 0:
        raise WrongSkewness(f"skewness {skewness:.3f}")
    best = _search(panel, plain, inefficiency, decay)
    return _told(panel, order, plain, skewness, best, inefficiency, decay, level)


def skew(values: Vector) -> float:
    """Third standardised moment m3 / m2^1.5."""
    centred = values - values.mean()
    return float((centred**3).mean() / (centred**2).mean() ** 1.5)


def mixed_chi_squared(statistic: float, restrictions: int) -> float:
    """P(X > statistic), X half chi2(q - 1), half chi2(q); chi2(0) is all at zero."""
    from scipy.stats import chi2

    if statistic <= 0:
        return 1.0
    inner = 0.0 if restrictions == 1 else float(chi2.sf(statistic, restrictions - 1))
    return 0.5 * inner + 0.5 * float(chi2.sf(statistic, restrictions))


def mixed_critical(level: float, restrictions: int) -> float:
    """Critical value of `mixed_chi_squared` at a level below one half: 2.706, 5.138, 7.045 for 5 %."""
    from scipy.optimize import brentq

    return float(
        brentq(lambda value: mixed_chi_squared(value, restrictions) - level, 1e-9, 100.0, xtol=1e-10)
    )


def _panel(
    y: Vector, x: Vector, unit: NDArray[np.intp] | None, period: Vector | None, cost: bool
) -> tuple[Panel, NDArray[np.intp]]:
    values, regressors = np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64)
    if regressors.ndim != 2 or len(values) != len(regressors):
        raise ValueError("y and x must have one row for each observation")
    if not (np.isfinite(values).all() and np.isfinite(regressors).all()):
        raise ValueError("y and x must be finite")
    codes = np.arange(len(values)) if unit is None else np.unique(unit, return_inverse=True)[1].ravel()
    times = np.zeros(len(values)) if period is None else np.asarray(period, dtype=np.float64)
    order = np.lexsort((times, codes))
    codes, times = codes[order], times[order]
    last = np.full(int(codes.max()) + 1, -np.inf)
    np.maximum.at(last, codes, times)
    design = np.column_stack([np.ones(len(values)), regressors[order]])
    sign = -1.0 if cost else 1.0
    return Panel(values[order], design, codes.astype(np.intp), times - last[codes], sign), order


@dataclass(frozen=True, eq=False)
class _Point:
    """Parameters in words."""

    b: Vector
    sv: float
    su: float
    mu: float
    eta: float


def _read(theta: Vector, k: int, inefficiency: Inefficiency, decay: bool) -> _Point:
    variance, gamma = np.exp(theta[k]), _logistic(theta[k + 1])
    su, sv = float(np.sqrt(variance * gamma)), float(np.sqrt(variance * (1 - gamma)))
    mu = float(theta[k + 2]) * su if inefficiency == "truncated_normal" else 0.0
    return _Point(theta[:k], sv, su, mu, float(theta[-1]) if decay else 0.0)


def _posterior(panel: Panel, at: _Point, inefficiency: Inefficiency) -> tuple[Vector, Vector, Vector, Vector]:
    """Residuals, weights exp(-eta lag), and mean and deviation of the normal whose part above zero is u given the
    residuals, one entry a unit."""
    rest = panel.y - panel.x @ at.b
    weight = np.exp(-at.eta * panel.lag)
    if inefficiency == "exponential":
        centre = -panel.sign * rest - at.sv**2 / at.su
        return rest, weight, centre, np.full(len(centre), at.sv)
    pull, load = panel.total(weight * rest), panel.total(weight**2)
    whole = at.sv**2 + at.su**2 * load
    centre = (at.mu * at.sv**2 - panel.sign * at.su**2 * pull) / whole
    return rest, weight, centre, at.su * at.sv / np.sqrt(whole)


def _likelihood(theta: Vector, panel: Panel, inefficiency: Inefficiency, decay: bool) -> float:
    """Log likelihood; Battese and Coelli (1992), equation A.10, in other letters."""
    from scipy.special import log_ndtr

    at = _read(theta, panel.x.shape[1], inefficiency, decay)
    rest, weight, centre, spread = _posterior(panel, at, inefficiency)
    if inefficiency == "exponential":
        tilted = panel.sign * rest / at.su + at.sv**2 / (2 * at.su**2)
        return float((tilted - np.log(at.su) + log_ndtr(centre / spread)).sum())
    whole = at.sv**2 + at.su**2 * panel.total(weight**2)
    count = panel.total(np.ones(len(rest)))
    each = (
        -0.5 * count * np.log(2 * np.pi)
        - (count - 1) * np.log(at.sv)
        - 0.5 * np.log(whole)
        - 0.5 * panel.total(rest**2) / at.sv**2
        + 0.5 * (centre / spread) ** 2
        - 0.5 * (at.mu / at.su) ** 2
        + log_ndtr(centre / spread)
        - log_ndtr(at.mu / at.su)
    )
    return float(each.sum())


def _search(panel: Panel, plain: LeastSquares, inefficiency: Inefficiency, decay: bool) -> Vector:
    """The maximum, from the best of a grid over gamma with the constant moved as the mean of u asks (Coelli 1996)."""
    from scipy.optimize import minimize

    k = panel.x.shape[1]
    squares = float((plain.residuals**2).mean())
    extra = (inefficiency == "truncated_normal") + decay
    starts: list[Vector] = []
    for gamma in (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.97):
        share = 1.0 if inefficiency == "exponential" else 1 - 2 / np.pi
        variance = squares / (1 - gamma + gamma * share)
        su = np.sqrt(variance * gamma)
        b = plain.coefficients.copy()
        b[0] += panel.sign * su * (1.0 if inefficiency == "exponential" else np.sqrt(2 / np.pi))
        starts.append(np.concatenate([b, [np.log(variance), np.log(gamma / (1 - gamma))], np.zeros(extra)]))

    # Columns of very different size would mislead the search: it goes in coefficients scaled to the columns.
    size = np.concatenate([np.maximum(np.abs(panel.x).mean(axis=0), 1e-12), np.ones(2 + extra)])

    def loss(scaled: Vector) -> float:
        theta = scaled / size
        if np.abs(theta[k:]).max() > 60:
            return 1e10
        # On the way to a fit without noise a spread underflows to zero; such a place is refused below.
        with np.errstate(divide="ignore", invalid="ignore"):
            value = _likelihood(theta, panel, inefficiency, decay)
        return -value if np.isfinite(value) else 1e10

    ranked = sorted(starts, key=lambda start: loss(start * size))
    best, value = None, np.inf
    for start in ranked[: 3 if extra else 1]:
        found = minimize(
            loss, start * size, method="Nelder-Mead", options={"maxiter": 400 * len(start), "fatol": 1e-9}
        )
        found = minimize(loss, found.x, method="BFGS", options={"gtol": 1e-7})
        if found.fun < value:
            best, value = found.x, float(found.fun)
    if best is None or value >= 1e10:
        raise NoMaximum("no likelihood could be found")
    return np.asarray(_polished(loss, best) / size, dtype=np.float64)


def _polished(loss: Callable[[Vector], float], at: Vector) -> Vector:
    """One Newton step after another, by central differences, while they help."""
    for _ in range(4):
        slope, bend = _slope(loss, at), _bend(loss, at)
        if not np.isfinite(bend).all() or np.linalg.eigvalsh(bend).min() <= 0:
            return at
        step = at - np.linalg.solve(bend, slope)
        if not loss(step) <= loss(at):
            return at
        at = step
    return at


def _slope(loss: Callable[[Vector], float], at: Vector) -> Vector:
    step = 6e-6 * np.maximum(np.abs(at), 1.0)
    units = np.eye(len(at)) * step
    return np.array([(loss(at + e) - loss(at - e)) / (2 * h) for e, h in zip(units, step, strict=True)])


def _bend(loss: Callable[[Vector], float], at: Vector) -> Vector:
    step = 2e-4 * np.maximum(np.abs(at), 1.0)
    units = np.eye(len(at)) * step
    bend = np.empty((len(at), len(at)))
    for i, one in enumerate(units):
        for j, other in enumerate(units[: i + 1]):
            four = (
                loss(at + one + other)
                - loss(at + one - other)
                - loss(at - one + other)
                + loss(at - one - other)
            )
            bend[i, j] = bend[j, i] = four / (4 * step[i] * step[j])
    return bend


def _told(
    panel: Panel,
    order: NDArray[np.intp],
    plain: LeastSquares,
    skewness: float,
    theta: Vector,
    inefficiency: Inefficiency,
    decay: bool,
    level: float,
) -> Frontier:
    k = panel.x.shape[1]
    at = _read(theta, k, inefficiency, decay)
    value = _likelihood(theta, panel, inefficiency, decay)
    variance = at.su**2 + at.sv**2
    gamma = at.su**2 / variance
    ratio = 2 * (value - plain.loglikelihood)
    if gamma < EDGE or ratio < 1e-7:
        raise WrongSkewness(f"skewness {skewness:.3f}, gamma {gamma:.1e}")
    if abs(at.mu) > RUNAWAY * at.su:
        raise NoMaximum("mu runs off: the truncated normal has become an exponential")
    edge = gamma > 1 - EDGE
    covariance = _covariance(panel, theta, inefficiency, decay)
    solid = covariance is not None and not edge
    known = covariance if covariance is not None and not edge else np.full((len(theta), len(theta)), np.nan)
    errors = np.sqrt(np.diag(known))
    restrictions = 1 + (inefficiency == "truncated_normal") + decay
    score = _scores(panel, at, inefficiency)
    drawn = _drawn(panel, theta, known, inefficiency, decay, level) if solid else _unknown(len(score))
    low, high = np.minimum(drawn.low, score), np.maximum(drawn.high, score)
    half = _normal_quantile(level) * errors[k + 1]
    found = Frontier(
        at.b,
        errors[:k],
        variance,
        variance * float(errors[k]),
        gamma,
        (float(_logistic(theta[k + 1] - half)), float(_logistic(theta[k + 1] + half))),
        gamma * (1 - gamma) * errors[k + 1],
        at.mu,
        _mu_error(theta, known, k) if inefficiency == "truncated_normal" else float("nan"),
        at.eta,
        float(errors[-1]) if decay else float("nan"),
        value,
        plain,
        skewness,
        score,
        low,
        high,
        float(score.mean()),
        drawn.mean_low,
        drawn.mean_high,
        ratio,
        restrictions,
        mixed_chi_squared(ratio, restrictions),
        known,
        panel.y - panel.x @ at.b,
        not solid,
        level,
    )
    back = np.argsort(order)
    return replace(
        found,
        efficiency=score[back],
        low=low[back],
        high=high[back],
        residuals=found.residuals[back],
    )


def _covariance(panel: Panel, theta: Vector, inefficiency: Inefficiency, decay: bool) -> Vector | None:
    """Inverse of the observed information; None where the likelihood is not curved downward in every direction."""
    extra = len(theta) - panel.x.shape[1]
    size = np.concatenate([np.maximum(np.abs(panel.x).mean(axis=0), 1e-12), np.ones(extra)])
    bend = _bend(lambda scaled: -_likelihood(scaled / size, panel, inefficiency, decay), theta * size)
    if not np.isfinite(bend).all() or np.linalg.eigvalsh(bend).min() <= 1e-10:
        return None
    return np.asarray(np.linalg.inv(bend) / np.outer(size, size), dtype=np.float64)


def _scores(panel: Panel, at: _Point, inefficiency: Inefficiency) -> Vector:
    """Expected efficiency of each row given its unit's residuals."""
    from scipy.special import log_ndtr

    _, weight, centre, spread = _posterior(panel, at, inefficiency)
    m, s = centre[panel.unit], spread[panel.unit]
    log = log_ndtr(m / s - weight * s) - log_ndtr(m / s) - weight * m + 0.5 * (weight * s) ** 2
    return np.asarray(np.exp(log), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Bounds of each row's efficiency and of their mean."""

    low: Vector
    high: Vector
    mean_low: float
    mean_high: float


def _unknown(rows: int) -> _Drawn:
    return _Drawn(np.full(rows, np.nan), np.full(rows, np.nan), float("nan"), float("nan"))


def _drawn(
    panel: Panel, theta: Vector, covariance: Vector, inefficiency: Inefficiency, decay: bool, level: float
) -> _Drawn:
    """Efficiencies drawn: parameters from their normal approximation, then u of each unit given its residuals."""
    from scipy.special import ndtr, ndtri

    rng = np.random.default_rng(0)
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    points = theta + rng.normal(size=(DRAWS, len(theta))) @ root.T
    k = panel.x.shape[1]
    # A draw beyond these is a frontier without noise or without inefficiency in all but name.
    points[:, k + 1] = np.clip(points[:, k + 1], -12, 12)
    found = np.empty((DRAWS, len(panel.y)))
    for row, point in zip(found, points, strict=True):
        _, weight, centre, spread = _posterior(panel, _read(point, k, inefficiency, decay), inefficiency)
        # The upper tail of u is the normal's own, stretched over what lies above zero.
        tail = np.maximum(rng.uniform(size=len(centre)) * ndtr(centre / spread), 1e-300)
        u = np.maximum(centre - spread * ndtri(tail), 0.0)
        row[:] = np.exp(-weight * u[panel.unit])
    ends = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(found, ends, axis=0)
    mean_low, mean_high = np.quantile(found.mean(axis=1), ends)
    return _Drawn(low, high, float(mean_low), float(mean_high))


def _mu_error(theta: Vector, covariance: Vector, k: int) -> float:
    """Delta method for mu = (mu / su) su, su = exp(ln sigma^2 / 2) sqrt(gamma)."""
    gamma = _logistic(theta[k + 1])
    su = np.exp(theta[k] / 2) * np.sqrt(gamma)
    slope = np.zeros(len(theta))
    slope[k], slope[k + 1], slope[k + 2] = theta[k + 2] * su / 2, theta[k + 2] * su * (1 - gamma) / 2, su
    return float(np.sqrt(slope @ covariance @ slope))


def _logistic(value: float) -> float:
    from scipy.special import expit

    return float(expit(value))


def _normal_quantile(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))
