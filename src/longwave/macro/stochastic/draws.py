"""Random numbers that belong to a replication, and the shocks made of them.

Every replication owns a stretch of the counter of a Philox generator (Salmon, Moraes, Dror and Shaw, 2011), whose
key comes from numpy's SeedSequence of the seed and the purpose (shocks, coefficients). So replication 17 is the
same whether twenty or a hundred thousand are drawn, in whatever order, on however many threads; and its first
periods are the same however many follow.

Uniform numbers are turned into shocks by tables: a period of the residuals (bootstrap by period: the whole
cross-section of one period, which keeps the correlation within it), a block of neighbouring periods (circular
block bootstrap, Politis and Romano, 1992, which keeps the correlation over time as well; each period is as likely
as any other), or normal numbers with a covariance. Antithetic pairs mirror the uniforms of every other
replication, u and 1 - u; tables are ordered along the residuals' first principal component, so that mirrored
numbers pick opposite periods. Each member of a pair keeps the exact distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


class Purpose(IntEnum):
    """What a stream of random numbers is for; streams of different purposes share nothing."""

    SHOCKS = 1
    COEFFICIENTS = 2
    VALIDATION = 3


@dataclass(frozen=True, slots=True)
class Stream:
    """Uniform numbers by replication. antithetic: replication 2k + 1 mirrors replication 2k."""

    seed: int
    purpose: Purpose
    antithetic: bool = False

    def uniforms(self, start: int, stop: int, width: int) -> Vector:
        """float64 [stop - start, width], strictly between 0 and 1: those of replications start .. stop - 1."""
        if not self.antithetic:
            return self._plain(range(start, stop), width)
        pairs = self._plain(range(start // 2, (stop + 1) // 2), width)
        drawn = np.empty((2 * len(pairs), width))
        drawn[0::2] = pairs
        drawn[1::2] = 1.0 - pairs
        return drawn[start % 2 : start % 2 + stop - start]

    def _plain(self, replications: range, width: int) -> Vector:
        key = np.random.SeedSequence(self.seed, spawn_key=(int(self.purpose),)).generate_state(2, np.uint64)
        generator = np.random.Philox(key=key)
        state = generator.state
        raw = np.empty((len(replications), width), dtype=np.uint64)
        for place, replication in enumerate(replications):
            # word 1 of the counter: each replication has 2 ** 64 counts of its own
            state["state"]["counter"][:] = (0, replication, 0, 0)
            state["buffer_pos"] = 4  # nothing left over from the replication before
            generator.state = state
            raw[place] = generator.random_raw(width)
        return ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


@dataclass(frozen=True, eq=False)
class ByPeriod:
    """Whole periods of the residuals, drawn with replacement. table: [periods of the sample, columns]."""

    table: Vector

    def width(self, horizon: int) -> int:
        return horizon

    def shocks(self, uniforms: Vector, horizon: int) -> Vector:
        """float64 [replications, horizon, columns] from uniforms [replications, width]."""
        return np.asarray(self._ordered[_places(uniforms, len(self.table))])

    @cached_property
    def _ordered(self) -> Vector:
        return self.table[along_component(self.table)]


@dataclass(frozen=True, eq=False)
class ByBlock:
    """Blocks of `length` neighbouring periods, drawn with replacement; the sample is closed to a circle."""

    table: Vector
    length: int

    def width(self, horizon: int) -> int:
        return -(-horizon // self.length)

    def shocks(self, uniforms: Vector, horizon: int) -> Vector:
        """As `ByPeriod.shocks`."""
        count = len(self.table)
        begins = self._ordered[_places(uniforms, count)]
        rows = (begins[:, :, None] + np.arange(self.length)) % count
        return np.asarray(self.table[rows.reshape(len(uniforms), -1)[:, :horizon]])

    @cached_property
    def _ordered(self) -> NDArray[np.int64]:
        count = len(self.table)
        rows = (np.arange(count)[:, None] + np.arange(self.length)) % count
        return along_component(self.table[rows].mean(axis=1))


@dataclass(frozen=True, eq=False)
class Normal:
    """Normal shocks, independent over time. factor: [columns, columns], covariance = factor @ factor.T; centre: mean."""

    factor: Vector
    centre: Vector

    def width(self, horizon: int) -> int:
        return horizon * int(self.factor.shape[1])

    def shocks(self, uniforms: Vector, horizon: int) -> Vector:
        """As `ByPeriod.shocks`."""
        normal = standard_normal(uniforms).reshape(len(uniforms) * horizon, self.factor.shape[1])
        return (self.centre + normal @ self.factor.T).reshape(len(uniforms), horizon, len(self.centre))


Drawer: TypeAlias = ByPeriod | ByBlock | Normal


def standard_normal(uniforms: Vector) -> Vector:
    """Standard normal numbers by the inverse of the distribution: one uniform each, so that counts stay fixed."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms), dtype=np.float64)


def _places(uniforms: Vector, count: int) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.minimum((uniforms * count).astype(np.int64), count - 1)
    return found


def along_component(table: Vector) -> NDArray[np.int64]:
    """The rows of a table in the order of their score on the first principal component of its standardised columns."""
    spread = table.std(axis=0)
    scaled = (table - table.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    _, _, directions = np.linalg.svd(scaled, full_matrices=False)
    sign = 1.0 if directions[0][np.argmax(np.abs(directions[0]))] >= 0.0 else -1.0
    direction = directions[0] * sign
    order: NDArray[np.int64] = np.argsort(scaled @ direction, kind="stable").astype(np.int64)
    return order


def with_memory(shocks: Vector, rho: Vector) -> Vector:
    """What shocks e leave behind where errors are autoregressive: a(t) = sum over k of rho_k a(t - k) + e(t).

    shocks: [replications, horizon, columns]; rho: [orders, columns] or [replications, orders, columns].
    """
    if rho.shape[-2] == 0 or not rho.any():
        return shocks
    each = rho if rho.ndim == 3 else rho[None]
    made = shocks.copy()
    for step in range(made.shape[1]):
        for lag in range(1, min(step, each.shape[1]) + 1):
            made[:, step] += each[:, lag - 1] * made[:, step - lag]
    return made
