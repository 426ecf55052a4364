"""The profile likelihood of one yearly series over the grid of candidate eras, for many draws at once.

    state          y_t = a + b m(t) + [d t] + shocks + u_t
    contribution   c_t = a + K dm/dt + [d t] + shocks + u_t,   K >= 0

a, b (K), d, the size of each shock and the scale of the noise are concentrated out; the noise structure (see
`noise`) and whether there is a line d t are maximised over, the line at the price of one parameter. For structure
R and design X = [1, t, shocks],

    l(point) = max over R, line of  -v/2 ln SSR(point; R, line) - 1/2 ln|R| - 1/2 ln|X' R^-1 X| - [line]

with v = n - columns of X: the restricted likelihood (Patterson and Thompson 1971), which does not take a short
sample's noise for calmer than it is. `SSR = z'z - (f'z)^2` with z and f whitened, freed of the design and f of
length one: a matrix product over all points and draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longwave.measure.era.noise import STRUCTURES, Structure

Vector = NDArray[np.float64]
Whole = NDArray[np.int64]
Single = NDArray[np.float32]

LINE_PRICE = 1.0
_BATCH = 128


@lru_cache(maxsize=512)
def roots_of(years: tuple[int, ...], structure: Structure) -> tuple[Vector, Vector]:
    """Cholesky root of a structure's covariance over `years`, and its inverse; not to be changed."""
    root: Vector = np.asarray(np.linalg.cholesky(structure.matrix(np.array(years, dtype=np.int64))), float)
    return root, np.tril(np.linalg.inv(root))


@dataclass(frozen=True, eq=False)
class Sheet:
    """One structure with one background, ready for products.

    whiten (n, n) whitens and takes the background out; curves (points, n) have length one, lengths what they had;
    weight multiplies SSR so that its minimum is the maximum of the likelihood.
    """

    structure: int
    line: bool
    whiten: Single
    curves: Single
    lengths: Vector
    weight: float


class Likelihood:
    """years (n); curves (n, points): one of them at a time enters; penalty (points): its price in log-likelihood;
    positive: whether its coefficient may not be negative; shocks (n, d): dummies of years that stand apart;
    beside (n, w): an earlier wave, in the background."""

    def __init__(
        self,
        years: Whole,
        curves: Vector,
        *,
        penalty: Vector | None = None,
        positive: bool = False,
        shocks: Vector | None = None,
        beside: Vector | None = None,
        structures: tuple[Structure, ...] = STRUCTURES,
    ) -> None:
        self.years, self.shapes, self.positive, self.structures = years, curves, positive, structures
        n = len(years)
        self.penalty = np.zeros(curves.shape[1]) if penalty is None else penalty
        self.shocks = np.zeros((n, 0)) if shocks is None else shocks
        time = (years - years.mean()) / max(np.ptp(years), 1)
        self.beside = np.zeros((n, 0)) if beside is None else beside
        self.design = np.column_stack([np.ones(n), self.shocks, self.beside, time])
        self.freedom = n - self.design.shape[1]
        pairs = [roots_of(tuple(years.tolist()), each) for each in structures]
        self.roots = [root for root, _ in pairs]
        self.inverses = [inverse for _, inverse in pairs]
        self.sheets = [sheet for which in range(len(structures)) for sheet in self._sheets(which)]

    def _sheets(self, which: int) -> list[Sheet]:
        root, inverse = self.roots[which], self.inverses[which]
        whitened = inverse @ self.design
        curves = inverse @ self.shapes
        full = np.einsum("np,np->p", curves, curves)
        basis, triangle = np.linalg.qr(whitened)
        level = 2 * np.log(np.diag(root)).sum() + 2 * np.log(np.abs(np.diag(triangle))).sum()
        sheets = []
        for line in (False, True):
            part = basis if line else basis[:, :-1]
            # What the design gains with the line is its last direction alone.
            step = basis[:, -1:] if line else part
            curves = curves - step @ (step.T @ curves)
            length = np.sqrt(np.einsum("np,np->p", curves, curves))
            # A curve that the background explains wholly (all of it lies outside the years) explains nothing.
            usable = length > 1e-6 * np.sqrt(np.maximum(full, 1e-300))
            freed = curves * np.where(usable, 1 / np.where(usable, length, 1.0), 0.0)
            clear = inverse - part @ (part.T @ inverse)
            weight = float(np.exp((level + 2 * LINE_PRICE * line) / self.freedom))
            sheets.append(
                Sheet(
                    which, line, clear.astype(np.float32), freed.T.astype(np.float32).copy(), length, weight
                )
            )
        return sheets

    def profile(self, values: Vector) -> tuple[Single, Single]:
        """Log-likelihood of each point, (points, draws), and without any era, (draws), for values (n, draws)."""
        scale = values.std(axis=0, keepdims=True)
        scaled = ((values - values.mean(axis=0)) / scale).astype(np.float32)
        points = np.empty((self.shapes.shape[1], values.shape[1]), np.float32)
        alone = np.empty(values.shape[1], np.float32)
        for start in range(0, values.shape[1], _BATCH):
            part = slice(start, start + _BATCH)
            least, none = self._least(np.ascontiguousarray(scaled[:, part]))
            points[:, part] = np.log(least)
            alone[part] = np.log(none)
        unit = 2 * np.log(scale[0]).astype(np.float32)
        half = np.float32(-self.freedom / 2)
        points = (points + unit) * half
        points -= self.penalty.astype(np.float32)[:, None]
        return points, (alone + unit) * half

    def _least(self, values: Single) -> tuple[Single, Single]:
        draws = values.shape[1]
        least = np.full((self.shapes.shape[1], draws), np.inf, np.float32)
        none = np.full(draws, np.inf, np.float32)
        fit = np.empty((self.shapes.shape[1], draws), np.float32)
        for sheet in self.sheets:
            z = sheet.whiten @ values
            weight = np.float32(sheet.weight)
            total = (z * z).sum(axis=0) * weight
            np.matmul(sheet.curves, z * np.sqrt(weight), out=fit)
            if self.positive:
                np.maximum(fit, 0, out=fit)
            np.multiply(fit, fit, out=fit)
            np.subtract(total, fit, out=fit)
            np.minimum(least, fit, out=least)
            np.minimum(none, total, out=none)
        floor = np.float32(1e-7) * none
        return np.maximum(least, floor), none

    def fits(self, values: Vector, point: int | None) -> list[Fit]:
        """One series (n) by every sheet, with the curve of `point` or with none, best first."""
        curve = self.shapes[:, [point]] if point is not None else np.zeros((len(values), 0))
        found = []
        for sheet in self.sheets:
            background = self.design if sheet.line else self.design[:, :-1]
            found.append(self._fit(values, background, curve, sheet))
        return sorted(found, key=lambda fit: -fit.likelihood)

    def coefficients(self, values: Vector, points: NDArray[np.int64], fit: Fit) -> Vector:
        """Coefficient of the curve of points[i] in draw i of values (n, draws), by the sheet of `fit`: (draws)."""
        sheet = next(one for one in self.sheets if one.structure == fit.structure and one.line == fit.line)
        z = sheet.whiten.astype(float) @ values
        along = np.einsum("dn,nd->d", sheet.curves[points].astype(float), z)
        lengths = sheet.lengths[points]
        found = np.divide(along, lengths, out=np.zeros_like(along), where=lengths > 0)
        return np.asarray(np.maximum(found, 0.0) if self.positive else found)

    def ranges(self, values: Vector, points: NDArray[np.int64], fits: list[Fit]) -> tuple[Vector, Vector]:
        """Lowest and highest coefficient, two standard errors off, of each of `points` over the sheets of `fits` that
        lie within two units of log-likelihood of the best: (points) each; not below nought where it may not be."""
        near = {(one.structure, one.line) for one in fits if one.likelihood > fits[0].likelihood - 2}
        lows, highs = [], []
        for sheet in self.sheets:
            if (sheet.structure, sheet.line) in near:
                z = sheet.whiten.astype(float) @ values
                along = sheet.curves[points].astype(float) @ z
                spread = np.sqrt(np.maximum(z @ z - along**2, 0) / self.freedom)
                lengths = np.where(sheet.lengths[points] > 0, sheet.lengths[points], np.inf)
                lows.append((along - 1.96 * spread) / lengths)
                highs.append((along + 1.96 * spread) / lengths)
        low, high = np.min(lows, axis=0), np.max(highs, axis=0)
        return (np.maximum(low, 0.0), np.maximum(high, 0.0)) if self.positive else (low, high)

    def _fit(self, values: Vector, background: Vector, curve: Vector, sheet: Sheet) -> Fit:
        inverse = self.inverses[sheet.structure]
        design = np.column_stack([background, curve])
        white, target = inverse @ design, inverse @ values
        coefficients = np.linalg.lstsq(white, target, rcond=None)[0]
        if curve.shape[1] and self.positive and coefficients[-1] < 0:
            coefficients = np.append(np.linalg.lstsq(white[:, :-1], target, rcond=None)[0], 0.0)
        left = target - white @ coefficients
        squares = max(float(left @ left), 1e-300)
        return Fit(
            sheet.structure,
            sheet.line,
            -self.freedom / 2 * float(np.log(squares * sheet.weight)),
            design @ coefficients,
            float(coefficients[-1]) if curve.shape[1] else 0.0,
            float(np.sqrt(squares / self.freedom)),
            left,
        )


@dataclass(frozen=True, eq=False)
class Fit:
    """A series at one candidate: mean (n), coefficient of the curve, scale of the innovations and, whitened,
    what is left (n)."""

    structure: int
    line: bool
    likelihood: float
    mean: Vector
    coefficient: float
    scale: float
    left: Vector
