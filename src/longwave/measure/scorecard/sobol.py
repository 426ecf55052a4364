"""Which choice moves the answer: Sobol's first and total effects.

First effect: the share of the variance that would go if this choice alone were settled. Total effect: the share
that would stay if all others were settled and this one not. Where total effects sum well above one, the choices
work together and none can be judged alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.measure.scorecard.indicators import Matrix, Vector


@dataclass(frozen=True, eq=False)
class Effects:
    """First and total effects of each factor with bootstrap standard errors; shape (factors,)."""

    first: Vector
    total: Vector
    first_error: Vector
    total_error: Vector


def sobol_effects(
    model: Callable[[Matrix], Vector], factors: int, draws: int, seed: int = 0, resamples: int = 200
) -> Effects:
    """Effects of `factors` uniform inputs on a model's output.

    model: (rows, factors) in the unit cube -> (rows,); draws: base sample, a power of two; the model is run
    draws x (factors + 2) times. First effects by Saltelli et al. (2010), total ones by Jansen (1999). Raises
    ValueError for draws below 16.
    """
    if draws < 16:
        raise ValueError("at least 16 draws are needed")
    a, b = base_samples(factors, draws, seed)
    of_a, of_b = model(a), model(b)
    mixed = np.array([model(_with(a, b, factor)) for factor in range(factors)])
    return effects_of(of_a, of_b, mixed, np.random.default_rng(seed), resamples)


def base_samples(factors: int, draws: int, seed: int) -> tuple[Matrix, Matrix]:
    """Two samples of the unit cube that are far from each other: halves of a scrambled Sobol sequence."""
    from scipy.stats import qmc

    points = qmc.Sobol(2 * factors, scramble=True, rng=np.random.default_rng(seed))
    power = int(np.ceil(np.log2(draws)))
    both = points.random_base2(power)[:draws]
    return both[:, :factors], both[:, factors:]


def effects_of(
    of_a: Vector, of_b: Vector, mixed: Matrix, rng: np.random.Generator, resamples: int = 200
) -> Effects:
    """Effects from outputs that are there already. mixed: (factors, draws), from A with one column of B."""
    first, total = _estimate(of_a, of_b, mixed)
    picks: NDArray[np.int64] = rng.integers(0, len(of_a), size=(resamples, len(of_a)))
    again = [_estimate(of_a[pick], of_b[pick], mixed[:, pick]) for pick in picks]
    return Effects(
        first,
        total,
        np.std([one[0] for one in again], axis=0, ddof=1),
        np.std([one[1] for one in again], axis=0, ddof=1),
    )


def _estimate(of_a: Vector, of_b: Vector, mixed: Matrix) -> tuple[Vector, Vector]:
    variance = np.concatenate([of_a, of_b]).var()
    if variance <= 0:
        nothing = np.zeros(len(mixed))
        return nothing, nothing.copy()
    # Centred first: the estimator of first effects loses digits, and gains noise, where the mean is large.
    centre = (of_a.mean() + of_b.mean()) / 2
    a, b, ab = of_a - centre, of_b - centre, mixed - centre
    first = (b * (ab - a)).mean(axis=1) / variance
    total = 0.5 * ((a - ab) ** 2).mean(axis=1) / variance
    return first, total


def _with(a: Matrix, b: Matrix, factor: int) -> Matrix:
    mixed = a.copy()
    mixed[:, factor] = b[:, factor]
    return mixed
