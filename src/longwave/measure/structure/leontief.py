"""The open Leontief model: what all industries together must produce so that final demand is met.

With A the inputs from industry i in a unit of industry j's output, x output, f final demand, v primary inputs a unit
(value added, imported inputs), e jobs a unit:

    x = A x + f  =>  x = L f,  L = (I - A)^-1           quantities
    p = A'p + v  =>  p = L'v                            prices (1 where the table balances)
    m_j = sum_i L_ij                                    output multiplier
    e^ L df                                             jobs behind a change of final demand
    v^ L f^                                             value added of industry i in final demand for industry j

The model is productive (some output is left for final demand) where every leading minor of I - A is above zero
(Hawkins and Simon 1949), which for A without negative entries is the same as a spectral radius below one.

Linkages (Rasmussen 1956): column means and row means of L over the mean of all its entries. An industry in which both
are above one buys more, and is needed more, than the average: a key industry.

Reference: Miller and Blair (2022), Input-Output Analysis, 3rd edition, chapters 2, 6 and 12.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

COEFFICIENT_ERROR = 0.10
"""Standard error of each input coefficient as a fraction of it, for the intervals. A convention: publishers give none.
The half-width of every interval grows in proportion to it."""

_NORMAL_95 = 1.959963984540054
_ROUNDING = 1e-9
_ENDLESS = 1e9
"""An entry of the inverse beyond this is a table that feeds only itself, but for rounding."""


class NotProductive(ValueError):
    """The table leaves no output for final demand: some group of industries uses up more than it makes."""


@dataclass(frozen=True, eq=False)
class Leontief:
    """Input coefficients A and their Leontief inverse L, both industry by industry (n x n, in money per money)."""

    coefficients: Matrix
    inverse: Matrix

    @property
    def multipliers(self) -> Vector:
        """Output of all industries behind a unit of final demand for each: the column sums of L."""
        return np.asarray(self.inverse.sum(axis=0))

    @property
    def backward(self) -> Vector:
        """Rasmussen's power of dispersion: column sum over the mean column sum."""
        return np.asarray(self.inverse.sum(axis=0) * len(self.inverse) / self.inverse.sum())

    @property
    def forward(self) -> Vector:
        """Rasmussen's sensitivity of dispersion: row sum over the mean row sum."""
        return np.asarray(self.inverse.sum(axis=1) * len(self.inverse) / self.inverse.sum())

    def output(self, final: ArrayLike) -> Vector:
        """x = L f: the output that a final demand needs, or the change that a change needs."""
        return np.asarray(self.inverse @ np.asarray(final, dtype=float))

    def prices(self, primary: ArrayLike) -> Vector:
        """p = L'v for primary inputs v a unit of output; with a change of v, the change of prices when all of it is
        passed on."""
        return np.asarray(self.inverse.T @ np.asarray(primary, dtype=float))

    def jobs(self, each: ArrayLike, final: ArrayLike) -> Vector:
        """Jobs by industry behind a final demand; each: jobs a unit of output."""
        return np.asarray(np.asarray(each, dtype=float) * self.output(final))

    def content(self, primary: ArrayLike, final: ArrayLike) -> Matrix:
        """v^ L f^: primary input of the row's industry contained in final demand for the column's. Columns of all
        primary inputs together add up to final demand."""
        weights = np.asarray(primary, dtype=float)[:, None] * self.inverse
        return np.asarray(weights * np.asarray(final, dtype=float)[None, :])

    def errors_of(self, weights: ArrayLike, relative: float = COEFFICIENT_ERROR) -> Vector:
        """Standard errors of w'L when each coefficient has an independent error of that fraction; w = 1 gives those of
        the multipliers, w = e those of jobs.

        First order: d(w'L)_j = sum_ik (w'L)_i dA_ik L_kj.
        """
        row = np.asarray(weights, dtype=float) @ self.inverse
        moved = (row[:, None] * self.coefficients) ** 2 @ self.inverse**2
        return np.asarray(relative * np.sqrt(moved.sum(axis=0)))

    def content_errors(
        self, primary: ArrayLike, bought: ArrayLike, relative: float = COEFFICIENT_ERROR
    ) -> Vector:
        """Standard errors of v'L when what an industry buys more leaves it less to add: dv_k = - sum_i dA_ik.

        bought: all input coefficients, imported ones included. Without imports v'L is one, without error.
        """
        row = np.asarray(primary, dtype=float) @ self.inverse
        moved = row[:, None] * self.coefficients - np.asarray(bought, dtype=float)
        return np.asarray(relative * np.sqrt((moved**2 @ self.inverse**2).sum(axis=0)))

    def backward_errors(self, relative: float = COEFFICIENT_ERROR) -> Vector:
        """The same of the backward linkages, whose mean is one whatever the errors."""
        sums, total = self.multipliers, self.inverse.sum()
        rows = self.inverse.sum(axis=1)
        weights = (sums[:, None] * self.coefficients) ** 2
        moved = self.inverse - np.outer(rows, sums) / total
        return np.asarray(relative * len(sums) / total * np.sqrt((weights @ moved**2).sum(axis=0)))

    def forward_errors(self, relative: float = COEFFICIENT_ERROR) -> Vector:
        """The same of the forward linkages."""
        sums, total = self.multipliers, self.inverse.sum()
        rows = self.inverse.sum(axis=1)
        weights = (self.coefficients * rows[None, :]) ** 2
        moved = self.inverse - np.outer(rows, sums) / total
        return np.asarray(relative * len(sums) / total * np.sqrt((moved**2 @ weights).sum(axis=1)))


def half_width(errors: Vector) -> Vector:
    """Half of a 95 % interval."""
    return _NORMAL_95 * errors


def input_coefficients(flows: ArrayLike, output: ArrayLike) -> Matrix:
    """A_ij = Z_ij / x_j.

    flows: Z, n x n, from the row's industry to the column's, in the money of output. An industry without output has
    no inputs a unit: zeros. Raises ValueError for other shapes, figures that are not finite, output below zero, and
    inputs into an industry without output.
    """
    z, x = np.asarray(flows, dtype=float), np.asarray(output, dtype=float)
    if z.ndim != 2 or z.shape != (len(x), len(x)) or len(x) == 0:
        raise ValueError("flows must be square, with one output for each industry")
    if not (np.isfinite(z).all() and np.isfinite(x).all()) or (x < 0).any():
        raise ValueError("flows must be finite and output must not be negative")
    if (np.abs(z).sum(axis=0)[x == 0] > 0).any():
        raise ValueError("an industry with inputs has no output")
    return np.asarray(z / np.where(x > 0, x, 1.0)[None, :])


def leontief(coefficients: ArrayLike) -> Leontief:
    """The open model of input coefficients A. Raises NotProductive where the conditions of Hawkins and Simon fail, and
    ValueError where A is not square and finite."""
    a = np.array(coefficients, dtype=float)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or a.size == 0 or not np.isfinite(a).all():
        raise ValueError("coefficients must be square and finite")
    if (a >= 0).all():
        # Then productive means an inverse that exists and has no negative entry.
        try:
            inverse = np.linalg.inv(np.eye(len(a)) - a)
        except np.linalg.LinAlgError:
            raise NotProductive("the table leaves nothing for final demand") from None
        if not np.isfinite(inverse).all() or (inverse < -_ROUNDING).any() or inverse.max() > _ENDLESS:
            raise NotProductive("the table leaves nothing for final demand")
        return Leontief(a, inverse)
    if not hawkins_simon(a) or spectral_radius(a) >= 1:
        raise NotProductive("the table leaves nothing for final demand")
    return Leontief(a, np.linalg.inv(np.eye(len(a)) - a))


def domestic(coefficients: ArrayLike, output: ArrayLike, imports: ArrayLike) -> Matrix:
    """Rows of A times 1 - imports / (output + imports): inputs made at home, when every user buys the same mix of home
    and foreign product.

    output, imports: by product (row). A product neither made nor imported keeps its row. Raises ValueError for
    negative imports.
    """
    a, x, m = (np.asarray(each, dtype=float) for each in (coefficients, output, imports))
    if (m < 0).any() or (x < 0).any():
        raise ValueError("output and imports must not be negative")
    supply = x + m
    share = np.divide(m, supply, out=np.zeros_like(supply), where=supply > 0)
    return np.asarray(a * (1 - share)[:, None])


def spectral_radius(coefficients: ArrayLike) -> float:
    """The largest modulus of A's eigenvalues."""
    return float(np.abs(np.linalg.eigvals(np.asarray(coefficients, dtype=float))).max())


def hawkins_simon(coefficients: ArrayLike) -> bool:
    """Whether every leading minor of I - A is above zero, by elimination without exchange of rows: a minor is the
    product of the pivots so far."""
    left = np.eye(len(np.asarray(coefficients))) - np.asarray(coefficients, dtype=float)
    for place in range(len(left)):
        pivot = left[place, place]
        if not pivot > 1e-12:  # as near zero as rounding leaves a minor that is zero
            return False
        left[place + 1 :] -= np.outer(left[place + 1 :, place] / pivot, left[place])
    return True
