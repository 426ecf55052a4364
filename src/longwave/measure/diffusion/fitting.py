"""Least-squares fits of a diffusion curve with first-order autoregressive errors, for many samples at once.

    y_t = K S(r (t - t*)) + u_t,   u_t = rho^(t - s) u_s + e_t   (s the year seen before t)

Starts come from a grid over speed, bend and shape on which the best level is known in closed form, so no sample depends
on a lucky guess. Then Levenberg-Marquardt steps on the prewhitened curve, and rho by its likelihood given the residuals,
by turns. Any parameter may be held at a value for each sample: that is how profiles are made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.measure.diffusion.least_squares import Array, Rows, least_squares
from longwave.measure.diffusion.shapes import BEND, EXTRA, LEVEL, MOST_EXTRA, SPEED, Family, curve

RHO = np.concatenate([np.arange(-0.3, 0.95, 0.1), [0.95, 0.98]])
"""Persistence of the errors that is thought possible; a random walk is not a curve plus noise."""
_TURNS = 3
LARGEST = 12.0
"""ln of the largest level looked at, in units of the highest figure: beyond, a curve is an exponential."""


@dataclass(frozen=True, eq=False)
class Frame:
    """Where the figures stand: times (n,) counted from the first, in units of the span; reach: how far beyond the data, in
    spans, a bend may lie; most: the highest level allowed (a share cannot pass one), in units of y."""

    times: Array
    gaps: Array
    most: float = np.inf
    reach: float = 3.0

    @property
    def limits(self) -> tuple[Array, Array]:
        step = float(self.gaps.min())
        low = np.array([-LARGEST, np.log(0.3), -self.reach, -MOST_EXTRA])
        high = np.array([min(np.log(self.most), LARGEST), np.log(3.0 / step), 1.0 + self.reach, MOST_EXTRA])
        return low, high


@dataclass(frozen=True, eq=False)
class Fits:
    """theta: (B, 4); rho, sigma: (B,), persistence and standard deviation of the stationary error; likelihood: (B,),
    exact log likelihood of the autoregressive errors, sigma at its maximum; fitted: (B, n)."""

    theta: Array
    rho: Array
    sigma: Array
    likelihood: Array
    fitted: Array


def frame_of(years: np.ndarray, most: float = np.inf) -> Frame:
    """The frame of whole years in order."""
    span = float(years[-1] - years[0])
    return Frame((years - years[0]) / span, np.diff(years) / span, most)


def fit(
    family: Family, frame: Frame, y: Array, held: dict[int, Array] | None = None, start: Array | None = None
) -> Fits:
    """Fits of each of B samples y (B, n).

    held: parameter -> its values (B,) where it is not to be estimated; start: (B, 4), else the best points of a grid.
    """
    held = dict(held or {})
    if family.name == "exponential":
        held.setdefault(BEND, np.full(len(y), 1.0))
    if not family.extras:
        held.setdefault(EXTRA, np.zeros(len(y)))
    low, high = frame.limits
    free = [which for which in (LEVEL, SPEED, BEND, EXTRA) if which not in held]
    theta = _start(family, frame, y, held) if start is None else start.copy()
    unit = frame.gaps.min()
    steps = np.rint(frame.gaps / unit).astype(int)
    rho = np.zeros(len(y))
    fitted = curve(family, theta, frame.times)[0]
    for turn in range(_TURNS):

        def model(part: Array, rows: Rows, rho: Array = rho) -> tuple[Array, Array]:
            full = theta[rows]
            full[:, free] = part
            values, slopes = curve(family, full, frame.times)
            return _whiten(values, rho[rows], steps), _whiten(slopes[:, :, free], rho[rows], steps)

        found = least_squares(
            model,
            _whiten(y, rho, steps),
            theta[:, free],
            low=low[free],
            high=high[free],
            steps=60 if turn == 0 else 30,
            tolerance=1e-6,
        )
        theta[:, free] = found.parameters
        fitted = curve(family, theta, frame.times)[0]
        rho, sigma, likelihood = _errors(y - fitted, steps)
    return Fits(theta, rho, sigma, likelihood, fitted)


def fit_thoroughly(family: Family, frame: Frame, y: Array, held: dict[int, Array] | None = None) -> Fits:
    """The fit of one sample (1, n), started also from the best fit at each of many places of the bend: likelihoods of
    curves often have two tops."""
    plain = fit(family, frame, y, held)
    if family.name == "exponential":
        return plain
    places = np.concatenate(
        [np.linspace(-frame.reach, 0.0, 6)[:-1], np.linspace(0.0, 1.0, 21), [1.2, 1.6, 2.2, 3.0]]
    )
    fixed = {which: np.full(len(places), value[0]) for which, value in (held or {}).items()}
    tried = fit(family, frame, np.repeat(y, len(places), axis=0), {**fixed, BEND: places})
    top = int(np.argmax(tried.likelihood))
    again = fit(family, frame, y, held, start=tried.theta[top : top + 1])
    return again if again.likelihood[0] > plain.likelihood[0] else plain


def simulate(fitted: Array, rho: Array, sigma: Array, steps: np.ndarray, rng: np.random.Generator) -> Array:
    """Samples (B, n) of the curve plus Gaussian autoregressive errors of persistence rho (B,) and stationary standard
    deviation sigma (B,)."""
    noise = rng.normal(0.0, 1.0, (len(rho), len(fitted)))
    errors = np.empty_like(noise)
    errors[:, 0] = noise[:, 0]
    carried = _carried(rho, steps)
    for place in range(1, len(fitted)):
        kept = carried[:, place - 1]
        errors[:, place] = kept * errors[:, place - 1] + np.sqrt(1 - kept**2) * noise[:, place]
    return np.asarray(fitted + sigma[:, None] * errors)


def steps_of(frame: Frame) -> np.ndarray:
    """Whole steps between neighbouring figures, the shortest gap being one."""
    return np.asarray(np.rint(frame.gaps / frame.gaps.min()), dtype=int)


def _carried(rho: Array, steps: np.ndarray) -> Array:
    """What is left of an error at the next figure: (B, n - 1)."""
    return np.asarray(np.sign(rho)[:, None] ** steps * np.abs(rho)[:, None] ** steps)


def _whiten(values: Array, rho: Array, steps: np.ndarray) -> Array:
    """Values (B, n) or derivatives (B, n, p) turned so that their errors are independent with one variance."""
    carried = _carried(rho, steps)
    scale = np.sqrt(1 - carried**2)
    if values.ndim == 3:
        carried, scale = carried[..., None], scale[..., None]
    rest = (values[:, 1:] - carried * values[:, :-1]) / scale
    return np.concatenate([values[:, :1], rest], axis=1)


def _errors(residuals: Array, steps: np.ndarray) -> tuple[Array, Array, Array]:
    """Most likely persistence on the grid, stationary standard deviation, log likelihood."""
    count = residuals.shape[1]
    best = np.full(len(residuals), -np.inf)
    rho, sigma = np.zeros(len(residuals)), np.ones(len(residuals))
    for one in RHO:
        each = np.full(len(residuals), one)
        white = _whiten(residuals, each, steps)
        variance = np.maximum((white**2).mean(axis=1), 1e-300)
        carried = _carried(each[:1], steps)[0]
        likelihood = -0.5 * (count * (np.log(2 * np.pi * variance) + 1) + np.log(1 - carried**2).sum())
        better = likelihood > best
        best, rho = np.where(better, likelihood, best), np.where(better, one, rho)
        sigma = np.where(better, np.sqrt(variance), sigma)
    return rho, sigma, best


def _start(family: Family, frame: Frame, y: Array, held: dict[int, Array]) -> Array:
    """The best point of a grid, the level of each point being the least-squares one within its limit."""
    low, high = frame.limits
    speeds = np.linspace(np.log(0.7), min(np.log(60.0), high[SPEED]), 9)
    bends = np.array([-1.0, -0.4, -0.1, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.15, 1.6, 2.5])
    if family.name == "bounded_exponential":
        bends = np.array([-1.0, -0.5, -0.25, -0.12, -0.05, -0.02, 0.0, 0.05])
    extras = np.array(family.extras or (0.0,))
    grid = np.stack(np.meshgrid([0.0], speeds, bends, extras, indexing="ij"), axis=-1).reshape(-1, 4)
    for which in (SPEED, BEND, EXTRA):
        if which in held:
            same = np.delete(np.arange(4), which)
            grid = np.unique(np.column_stack([grid[:, same], np.zeros(len(grid))]), axis=0)
            grid = np.insert(grid[:, :3], which, 0.0, axis=1)
    candidates = np.repeat(grid[None], len(y), axis=0)
    for which in (SPEED, BEND, EXTRA):
        if which in held:
            candidates[:, :, which] = held[which][:, None]
    varied = any(np.ptp(values) > 0 for which, values in held.items() if which != LEVEL)
    flat = candidates.reshape(-1, 4) if varied else candidates[0]
    shapes = curve(family, flat, frame.times)[0].reshape(-1, len(grid), len(frame.times))
    across = (shapes @ y[..., None])[..., 0] if varied else y @ shapes[0].T
    own = np.maximum((shapes**2).sum(axis=2), 1e-12)
    if LEVEL in held:
        level = np.exp(held[LEVEL])[:, None] * np.ones_like(across)
    else:
        level = np.clip(across / own, 1e-9 * np.abs(y).max(), frame.most)
    rest = level**2 * own - 2 * level * across
    best = np.argmin(rest, axis=1)
    rows = np.arange(len(y))
    theta = candidates[rows, best]
    theta[:, LEVEL] = np.log(level[rows, best])
    return np.asarray(np.clip(theta, low, high))
