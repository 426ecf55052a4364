"""Malmquist productivity: what a unit makes of its inputs, now against before, split into catching up and the
frontier's own move.

With D_t(s) the output distance of the figures of period s to the frontier of period t under constant returns
(1 on the frontier, below 1 inside):

    M = sqrt( D_0(1) / D_0(0)  x  D_1(1) / D_1(0) )  =  EC x TC
    EC = D_1(1) / D_0(0)                                     efficiency change: catching up
    TC = sqrt( D_0(1) / D_1(1)  x  D_0(0) / D_1(0) )         technical change: the frontier's move

and EC = pure x scale, pure = V_1(1) / V_0(0) with the distances V under variable returns. Färe, Grosskopf, Norris and
Zhang (1994). Intervals by the bootstrap of Simar and Wilson (1999): each unit's two distances are drawn together. In our
simulations the drawn deviations are half as wide as the true errors, and intervals made from them cover 60 to 75 %;
so they are tripled here, and the coverage that this gives stands with every result (benchmarks/frontier_coverage.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from longwave.measure.frontier.envelope import frontier_yield
from longwave.measure.frontier.envelopment import Vector, efficiency

WIDENED = 3.0
"""What drawn deviations (in logarithms) are multiplied by: true errors are twice as wide in simulations, and not centred."""
Table: TypeAlias = tuple[Vector, Vector]
"""Inputs (n x m) and outputs (n x s) of the same units in the same order."""


@dataclass(frozen=True, eq=False)
class Malmquist:
    """Change between two periods, one entry a unit; nan where a distance has no solution.

    productivity = efficiency_change x technical_change; efficiency_change = pure_change x scale_change.
    """

    productivity: Vector
    efficiency_change: Vector
    technical_change: Vector
    pure_change: Vector
    scale_change: Vector


def malmquist(before: Table, after: Table) -> Malmquist:
    """Malmquist productivity of units that are there in both periods. Raises ValueError as `efficiency`, and where the
    two tables do not hold as many units."""
    if len(before[0]) != len(after[0]):
        raise ValueError("both periods must hold the same units")
    d00, d11 = distance(before, before), distance(after, after)
    d01, d10 = distance(after, before), distance(before, after)
    v00 = efficiency(*before, returns="vrs", orientation="output")
    v11 = efficiency(*after, returns="vrs", orientation="output")
    pure = v11 / v00
    catching = d11 / d00
    return Malmquist(
        np.sqrt(d01 / d00 * (d11 / d10)), catching, np.sqrt(d01 / d11 * (d00 / d10)), pure, catching / pure
    )


def distance(units: Table, frontier: Table) -> Vector:
    """Distance under constant returns of units to the frontier that others make; with constant returns the same in
    inputs and outputs. Two inputs and one output go by the curve of envelope.py, the rest by linear programmes."""
    (x, y), (rx, ry) = units, frontier
    plain = x.shape[1] == 2 and y.shape[1] == 1 and min(x.min(), rx.min(), y.min(), ry.min()) > 0
    if not plain:
        return efficiency(x, y, frontier)
    best = frontier_yield(rx[:, 0] / rx[:, 1], ry[:, 0] / rx[:, 1], x[:, 0] / x[:, 1])
    return np.asarray(y[:, 0] / x[:, 1] / best, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class MalmquistDraws:
    """Bounds at `level` of productivity, efficiency change and technical change (each a pair low, high of one entry a
    unit), and of their geometric means over units (low, high)."""

    productivity: tuple[Vector, Vector]
    efficiency_change: tuple[Vector, Vector]
    technical_change: tuple[Vector, Vector]
    mean_productivity: tuple[float, float]
    mean_efficiency_change: tuple[float, float]
    mean_technical_change: tuple[float, float]
    draws: int
    level: float = 0.95


def resample_malmquist(
    before: Table, after: Table, *, draws: int = 200, level: float = 0.95, seed: int = 0
) -> MalmquistDraws:
    """Intervals of the Malmquist index and its two parts (Simar and Wilson 1999).

    Raises ValueError where fewer than eight units are there, fewer than three lie inside a frontier, or a distance has
    no solution.
    """
    own = np.column_stack([1.0 / distance(before, before), 1.0 / distance(after, after)])
    cross = np.column_stack([distance(after, before), distance(before, after)])
    if len(own) < 8 or not np.isfinite(cross).all() or ((own > 1 + 1e-6).sum(axis=0) < 3).any():
        raise ValueError("too few units inside the frontiers, or a distance without a solution")
    rng = np.random.default_rng(seed)
    centre = _parts(1 / own[:, 0], 1 / own[:, 1], cross[:, 0], cross[:, 1])
    found = np.empty((draws, 3, len(own)))
    for draw in range(draws):
        drawn = pair_draw(own, rng)
        first = (before[0] * (drawn[:, [0]] / own[:, [0]]), before[1])
        second = (after[0] * (drawn[:, [1]] / own[:, [1]]), after[1])
        found[draw] = _parts(
            distance(before, first), distance(after, second), distance(after, first), distance(before, second)
        )
    noise = WIDENED * (np.log(found) - np.log(centre))
    tail = (1 - level) / 2
    low, high = np.quantile(noise, [tail, 1 - tail], axis=0)
    bounds = [(centre[part] * np.exp(-high[part]), centre[part] * np.exp(-low[part])) for part in range(3)]
    mean_low, mean_high = np.quantile(noise.mean(axis=2), [tail, 1 - tail], axis=0)
    middle = np.log(centre).mean(axis=1)
    means = [
        (float(np.exp(middle[p] - mean_high[p])), float(np.exp(middle[p] - mean_low[p]))) for p in range(3)
    ]
    return MalmquistDraws(bounds[0], bounds[1], bounds[2], means[0], means[1], means[2], draws, level)


def pair_draw(own: Vector, rng: np.random.Generator) -> Vector:
    """Distances (n x 2, at least 1) of the two periods, drawn together from their kernel density reflected at 1 in
    either direction, with the covariance that they have."""
    n = len(own)
    covariance = np.cov(own.T)
    opposite = covariance * np.array([[1, -1], [-1, 1]])
    width = (4 / (5 * n)) ** (1 / 6)
    which = rng.integers(n, size=n)
    quadrant = rng.integers(4, size=n)
    flip = np.column_stack([np.isin(quadrant, (1, 2)), np.isin(quadrant, (2, 3))])
    base = np.where(flip, 2 - own[which], own[which])
    noise: NDArray[np.float64] = rng.normal(size=(n, 2))
    same = flip[:, 0] == flip[:, 1]
    turned = np.where(same[:, None], noise @ _root(covariance).T, noise @ _root(opposite).T)
    # The mean of the reflected density is 1 in both directions.
    drawn = 1 + (base + width * turned - 1) / np.sqrt(1 + width**2)
    return np.asarray(np.where(drawn < 1, 2 - drawn, drawn), dtype=np.float64)


def _root(covariance: Vector) -> Vector:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)), dtype=np.float64)


def _parts(d00: Vector, d11: Vector, d01: Vector, d10: Vector) -> Vector:
    return np.array([np.sqrt(d01 / d00 * d11 / d10), d11 / d00, np.sqrt(d01 / d11 * d00 / d10)])
