"""Intervals for efficiency: how far the frontier that was seen may lie inside the true one.

The smoothed bootstrap of Simar and Wilson (1998, 2000). In Shephard's form d = 1 / efficiency >= 1:

1. draw d* from a kernel density of the estimates d, reflected at 1 so that it does not leak across the frontier;
2. move every unit along its ray to that distance from the frontier: x*_i = x_i (d*_i / d_i);
3. measure the units against the frontier of the moved ones: d*_i(hat);
4. bias = mean d*(hat) - d; the spread of d*(hat) - d stands for that of d - true d.

It holds where efficiency is distributed alike everywhere (homogeneous) and there is no error of measurement.

The interval here is one-sided by construction: the true frontier cannot lie inside the one that was seen, so that the
score itself is an upper bound which is never wrong, and all of the doubt (5 % of 95 %) goes into the lower bound, which
is drawn with a kernel twice as wide. The two-sided interval of the original covers 65 to 80 % in our simulations, this
one 93 to 98 % from 40 units on (benchmarks/frontier_coverage.py; decision 0010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longwave.measure.frontier.envelope import frontier_yield
from longwave.measure.frontier.envelopment import Orientation, Returns, Vector, efficiency

WIDER = 2.0
"""The lower bound's kernel, in widths of the normal rule: with 1 it is too high in simulations, with 2 it is right."""
FEWEST = 8
"""Units, below which nothing can be resampled."""


@dataclass(frozen=True, eq=False)
class Resampled:
    """Efficiency of each unit with its interval, all in Farrell's form (0 to 1).

    score: as measured; corrected: without the estimated bias; low, high: bounds at `level`, high being the score; mean,
    mean_low, mean_high: the geometric mean of the scores over units, corrected, and its bounds; draws: how many
    frontiers were drawn for the bias, and as many again for the bound.
    """

    score: Vector
    corrected: Vector
    low: Vector
    high: Vector
    mean: float
    mean_low: float
    mean_high: float
    draws: int
    level: float = 0.95


def resample(
    inputs: Vector,
    outputs: Vector,
    *,
    returns: Returns = "crs",
    orientation: Orientation = "input",
    draws: int = 300,
    level: float = 0.95,
    seed: int = 0,
) -> Resampled:
    """Simar and Wilson's intervals. inputs: n x m, outputs: n x s, as for `efficiency`.

    Raises ValueError where there are fewer than eight units, or where fewer than three lie inside the frontier: then
    the estimates say nothing about the distribution of efficiency.
    """
    score = efficiency(inputs, outputs, returns=returns, orientation=orientation)
    distance = 1.0 / score
    if len(score) < FEWEST:
        raise ValueError(f"fewer than {FEWEST} units")
    if (distance > 1 + 1e-6).sum() < 3:
        raise ValueError("fewer than three units lie inside the frontier")
    rng = np.random.default_rng(seed)
    width = bandwidth(distance)

    def seen(kernel: float) -> Vector:
        """Distances of the units to drawn frontiers, draws x n."""
        found = np.empty((draws, len(score)))
        for row, drawn in zip(found, smooth_draws(distance, kernel, rng, draws), strict=True):
            moved = (drawn / distance)[:, None]
            x, y = (inputs * moved, outputs) if orientation == "input" else (inputs, outputs / moved)
            row[:] = 1.0 / _against(inputs, outputs, x, y, returns, orientation)
        return found

    return _summed(score, seen(width), seen(WIDER * width), level)


def _against(
    x: Vector, y: Vector, rx: Vector, ry: Vector, returns: Returns, orientation: Orientation
) -> Vector:
    """Scores against a drawn frontier; two inputs, one output and constant returns by the curve, which is quick."""
    if returns == "crs" and x.shape[1] == 2 and y.shape[1] == 1 and x.min() > 0 and y.min() > 0:
        best = frontier_yield(rx[:, 0] / rx[:, 1], ry[:, 0] / rx[:, 1], x[:, 0] / x[:, 1])
        return np.asarray(y[:, 0] / x[:, 1] / best, dtype=np.float64)
    return efficiency(x, y, (rx, ry), returns=returns, orientation=orientation)


def _summed(score: Vector, found: Vector, wide: Vector, level: float) -> Resampled:
    distance = 1.0 / score
    corrected, low = without_bias(distance, found, wide, level)
    centre = float(np.log(score).mean())
    # The same for the mean of the logarithms, so that it is a geometric mean.
    shift = centre + float(np.log(found).mean())
    drop = np.quantile(np.log(wide).mean(axis=1), 1 - level) + centre
    return Resampled(
        score,
        corrected,
        low,
        score,
        float(np.exp(min(centre + shift, centre))),
        float(np.exp(min(centre + drop, centre + shift, centre))),
        float(np.exp(centre)),
        len(found),
        level,
    )


def without_bias(distance: Vector, found: Vector, wide: Vector, level: float) -> tuple[Vector, Vector]:
    """Efficiency without the estimated bias, and its lower bound. distance: n Shephard distances; found, wide: draws x
    n, seen in draws with the normal rule's kernel and with the wider one."""
    corrected = 1.0 / np.maximum(2 * distance - found.mean(axis=0), distance)
    fall = np.quantile(wide, 1 - level, axis=0) - distance
    return corrected, np.minimum(1.0 / np.maximum(distance - fall, distance), corrected)


def bandwidth(distance: Vector) -> float:
    """Width of the kernel by the normal reference rule for the distances above 1, reflected, and scaled back to all n
    units (Daraio and Simar 2007). distance: Shephard distances, at least 1."""
    inside = distance[distance > 1 + 1e-6]
    both = np.concatenate([inside, 2 - inside])
    low, high = np.quantile(both, [0.25, 0.75])
    spread = min(float(both.std(ddof=1)), float(high - low) / 1.34)
    ratio = (len(both) / len(distance)) ** 0.2 * float(distance.std(ddof=1)) / float(both.std(ddof=1))
    return float(0.9 * spread * len(both) ** -0.2 * ratio)


def smooth_draws(distance: Vector, width: float, rng: np.random.Generator, draws: int) -> Vector:
    """Distances drawn from their reflected kernel density, with the variance that the estimates have. distance: n, at
    least 1; returns draws x n."""
    base = rng.choice(distance, (draws, len(distance)))
    raw = base + width * rng.normal(size=base.shape)
    raw = np.where(raw < 1, 2 - raw, raw)
    centre = base.mean(axis=1, keepdims=True)
    shrunk = centre + (raw - centre) / np.sqrt(1 + width**2 / distance.var())
    return np.asarray(np.where(shrunk < 1, 2 - shrunk, shrunk), dtype=np.float64)
