"""P-values of the break tests that keep their size in short, persistent series: by the bootstrap.

F statistics are compared not with their limit law but with their values in series made of the null hypothesis
and noise like that of the series (see `noise`), as Diebold and Chen (1996) did for sup-F. The statistic is the iid
F times (1 - r)/(1 + r), the long-run correction for autoregressive errors, with r the first autocorrelation of the
residuals when the coefficients may differ between equal blocks of the sample: so breaks, one or several that undo each
other, do not pass for persistence, and the law hardly depends on the true one. The programming over all
partitions is done for all draws at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longwave.measure.breaks.noise import first_autocorrelation, noise_of
from longwave.measure.breaks.segments import BreakScan, Matrix, Regression, fit, roots

_CELLS = 4_000_000
"""Draws are worked in pieces of about this many numbers, so that they stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Resampled:
    """Statistics and p-values of sup-F(1), ..., sup-F(most) and of the largest of them; persistence of the noise."""

    statistics: tuple[float, ...]
    p_values: tuple[float, ...]
    ud_max: float
    ud_max_p: float
    persistence: float


def against_breaks(
    given: Regression, shortest: int, most: int, draws: int, rng: np.random.Generator
) -> Resampled:
    """0 against 1, ..., most breaks; with regressors that do not break, against one."""
    design = given.design(())
    noise = noise_of(design, given.y)
    # The series itself is the first column, so that it is treated like the draws to the last digit.
    series = fit(design, np.column_stack([given.y, noise.draw(draws, rng)]))[1]
    if given.p:
        gains = BreakScan.of(design, given.x, 0, given.n, shortest).gains(series).max(axis=0)[None]
    else:
        gains = best_gains(given.x, series, shortest, most)
    law = f_ratios(given, gains, (series**2).sum(axis=0)) * _long_run(given, (), most, series)
    top = law.max(axis=0)
    return Resampled(
        tuple(float(row[0]) for row in law),
        tuple(_share(row[1:], row[0]) for row in law),
        float(top[0]),
        _share(top[1:], top[0]),
        noise.persistence,
    )


def against_one_more(
    given: Regression, ends: tuple[int, ...], shortest: int, most: int, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """l against l + 1 breaks, the l dates held: statistic (scaled by q) and p-value; (0, 1) without room."""
    design = given.design(ends)
    scans = [
        BreakScan.of(design, given.x, start, stop, shortest)
        for start, stop in pairwise((0, *ends, given.n))
        if stop - start >= 2 * shortest
    ]
    if not scans:
        return 0.0, 1.0
    series = np.column_stack([given.y, noise_of(design, given.y).draw(draws, rng)])
    rest = fit(design, series)[1]
    gains = np.max([scan.gains(rest).max(axis=0) for scan in scans], axis=0)
    left = (rest**2).sum(axis=0)
    freedom = given.n - (len(ends) + 2) * given.q - given.p
    law = freedom * gains / np.maximum(left - gains, 1e-12 * left + 1e-300)
    law = law * _long_run(given, ends, most, series)
    return float(law[0]), _share(law[1:], law[0])


def _long_run(given: Regression, ends: tuple[int, ...], most: int, series: Matrix) -> NDArray[np.float64]:
    """(1 - r)/(1 + r) of each column, r from residuals by equal blocks (and the breaks already there)."""
    blocks, shortest = most + 1, given.q + 2
    cuts = [round(given.n * block / blocks) for block in range(1, blocks)]
    kept = list(ends)
    for cut in cuts:
        if all(abs(cut - other) >= shortest for other in (0, *kept, given.n)):
            kept.append(cut)
    correlation = first_autocorrelation(fit(given.design(tuple(sorted(kept))), series)[1])
    return np.asarray((1 - correlation) / (1 + correlation), dtype=np.float64)


def f_ratios(given: Regression, gains: Matrix, total: NDArray[np.float64]) -> Matrix:
    """iid F statistics (scaled by q) of 1, 2, ... breaks (rows) from reductions of the sum of squares total."""
    breaks = np.arange(1, len(gains) + 1)[:, None]
    freedom = given.n - (breaks + 1) * given.q - given.p
    return np.asarray(
        freedom / breaks * gains / np.maximum(total - gains, 1e-12 * total + 1e-300), dtype=np.float64
    )


def best_gains(x: Matrix, series: Matrix, shortest: int, most: int) -> Matrix:
    """(most, draws): largest reductions of the sum of squares by 1, ..., most breaks in many series at once.

    series (n, draws): residuals on x. Forward programming: when a place is reached, the best partitions that end
    there are known, and the stretches that begin there are added to all of them.
    """
    n, q = x.shape
    width = max(8, _CELLS // (16 * n))
    basis = np.linalg.qr(x)[0] * np.sqrt(n)
    cross = np.concatenate([np.zeros((1, q, q)), np.cumsum(basis[:, :, None] * basis[:, None, :], axis=0)])
    inverse = _inverse_roots(cross, shortest)
    scale = np.sqrt((series**2).mean(axis=0))
    scaled = series / np.where(scale > 0, scale, 1.0)
    pieces = [
        _piece(basis, scaled[:, first : first + width], inverse, shortest, most)
        for first in range(0, series.shape[1], width)
    ]
    return np.asarray(np.concatenate(pieces, axis=1) * scale**2, dtype=np.float64)


def _inverse_roots(cross: NDArray[np.float64], shortest: int) -> list[NDArray[np.float32]]:
    """For each start the inverse Cholesky factors of all stretches that begin there."""
    unit = np.eye(cross.shape[1])[None]
    found = []
    for start in range(len(cross) - shortest):
        own = cross[start + shortest :] - cross[start]
        found.append(roots(own, np.broadcast_to(unit, own.shape)).astype(np.float32))
    return found


def _piece(
    basis: Matrix, series: Matrix, inverse: list[NDArray[np.float32]], shortest: int, most: int
) -> Matrix:
    n, q = basis.shape
    sums = np.zeros((n + 1, q, series.shape[1]), dtype=np.float32)
    np.cumsum(basis[:, :, None] * series[:, None, :], axis=0, out=sums[1:])
    best = np.full((most + 1, n + 1, series.shape[1]), -np.inf, dtype=np.float32)
    for start in (0, *range(shortest, n - shortest + 1)):
        moments = sums[start + shortest :] - sums[start]
        if q == 1:
            moments *= inverse[start]
            moments *= moments
            gain = moments[:, 0]
        else:
            gain = ((inverse[start] @ moments) ** 2).sum(axis=1)
        if start == 0:
            best[0, shortest:] = gain
            continue
        for breaks in range(1, min(start // shortest, most) + 1):
            if breaks == most:
                np.maximum(best[most, n], best[most - 1, start] + gain[-1], out=best[most, n])
            else:
                target = best[breaks, start + shortest :]
                np.maximum(target, best[breaks - 1, start] + gain, out=target)
    return best[1:, n].astype(np.float64)


def _share(law: NDArray[np.float64], value: float) -> float:
    """Share of draws at least as large, the series itself counted as one of them."""
    return float((1 + (law >= value).sum()) / (1 + len(law)))
