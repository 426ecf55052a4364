"""Noise like that of the series, without its breaks: first-order autoregressive, of median persistence.

Least squares finds short series less persistent than they are, and tests that plug its estimate in reject too
often. The restricted likelihood (Patterson and Thompson 1971) of the errors of y on the regressors of the null
hypothesis weighs a grid of persistences from -0.3 to 0.975; the median of these weights is taken. (Drawing the
persistence from the weights keeps sizes lower still and costs up to a third of the power; see
docs/decisions/0009-structural-breaks.md.) Innovations are the series' own, whitened, drawn with replacement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.measure.breaks.segments import Matrix, Vector

_GRID = np.append(np.arange(-30, 100, 5) / 100.0, 0.975)


@dataclass(frozen=True, eq=False)
class Noise:
    """persistence: first-order autocorrelation; innovations: of the series, centred, in its unit."""

    persistence: float
    innovations: Vector

    def draw(self, draws: int, rng: np.random.Generator) -> Matrix:
        """(n, draws): stationary autoregressive noise in the unit of the series."""
        n = len(self.innovations)
        noise = rng.choice(self.innovations, size=(n, draws))
        noise[0] /= np.sqrt(1 - self.persistence**2)
        for time in range(1, n):
            noise[time] += self.persistence * noise[time - 1]
        return np.asarray(noise, dtype=np.float64)


def noise_of(design: Matrix, y: Vector, quantile: float = 0.5) -> Noise:
    """The noise of y around a regression on design (n, k), n > k + 2; y must not fit perfectly. quantile: of the
    persistence's weights that is taken."""
    n, k = design.shape
    basis = np.linalg.qr(design)[0]
    likelihood = np.empty(len(_GRID))
    for place, rho in enumerate(_GRID):
        rest, root = _rest(basis, y, rho)
        likelihood[place] = (
            0.5 * np.log(1 - rho**2)
            - np.log(np.abs(np.diag(root))).sum()
            - 0.5 * (n - k) * np.log(max(float(rest @ rest), 1e-300))
        )
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    # Each weight lies half below and half above its point of the grid.
    persistence = float(np.interp(quantile, np.cumsum(weights) - weights / 2, _GRID))
    innovations = _rest(basis, y, persistence)[0]
    innovations = innovations - innovations.mean()
    return Noise(persistence, innovations * np.sqrt(n / (n - k)))


def first_autocorrelation(rest: Matrix) -> Vector:
    """Of each column (n, draws), held within -0.5 and 0.95."""
    joint = (rest[1:] * rest[:-1]).sum(axis=0)
    return np.asarray(np.clip(joint / np.maximum((rest**2).sum(axis=0), 1e-300), -0.5, 0.95))


def _rest(basis: Matrix, y: Vector, rho: float) -> tuple[Vector, Matrix]:
    """Residuals and triangular factor of the regression in first-order quasi-differences."""
    q, root = np.linalg.qr(_whitened(basis, rho))
    target = _whitened(y, rho)
    return target - q @ (q.T @ target), root


def _whitened(values: Matrix, rho: float) -> Matrix:
    """First-order quasi-differences, the first observation kept at its own scale (Prais and Winsten)."""
    white = values.astype(np.float64)
    white[1:] -= rho * values[:-1]
    white[0] *= np.sqrt(1 - rho**2)
    return np.asarray(white, dtype=np.float64)
