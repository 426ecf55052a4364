"""Which factor moved a product: the logarithmic mean Divisia index (LMDI-I, additive), and the same in log per cent.

    V = x_1 x_2 ... x_k
    V_1 - V_0 = sum over x of L(V_1, V_0) ln(x_1 / x_0),   L(a, b) = (a - b) / ln(a / b),  L(a, a) = a

Nothing is left over, whatever the factors do, and nothing depends on their order (Ang 2004, 2005, "The LMDI approach to
decomposition analysis: a practical guide"). Zeros have no logarithm: a factor that is zero in either year is refused, not
replaced by a small number, since the answer would then be a choice of that number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Decomposition:
    """effects (k,): what each factor added to the product, in its unit; shares (k,): the same as shares of the
    product at the start; logs (k,): log change of each factor; start, end: the product; residual: end less start less
    all effects."""

    effects: Vector
    shares: Vector
    logs: Vector
    start: float
    end: float
    residual: float


def log_mean(a: ArrayLike, b: ArrayLike) -> Vector:
    """L(a, b) of numbers above zero, elementwise; between the geometric and the arithmetic mean."""
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    r = np.log(x / y)
    near = np.abs(r) < 1e-5
    # Of nearly equal numbers the quotient loses all its digits; the series has error r^4 / 120.
    quotient = np.where(near, 1 + r / 2 + r**2 / 6, np.expm1(r) / np.where(near, 1.0, r))
    return np.asarray(y * quotient, dtype=np.float64)


def decompose(before: ArrayLike, after: ArrayLike) -> Decomposition:
    """The change of the factors' product, factor by factor. before, after: the k factors at two dates.

    Raises ValueError for unequal lengths and for a factor that is not finite or not above zero.
    """
    x0, x1 = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if x0.ndim != 1 or x0.shape != x1.shape or not len(x0):
        raise ValueError("both dates need the same factors")
    both = np.concatenate([x0, x1])
    if not np.isfinite(both).all() or (both <= 0).any():
        raise ValueError("every factor must be a finite number above zero")
    start, end = float(x0.prod()), float(x1.prod())
    logs = np.log(x1 / x0)
    effects = float(log_mean(end, start)) * logs
    return Decomposition(effects, effects / start, logs, start, end, end - start - float(effects.sum()))
