"""How well a score parts what comes before a crisis from the rest: the area under the ROC curve, with its interval.

    AUROC = P(score before a crisis > score otherwise) + half P(equal)          (Mann and Whitney 1947)

1/2 is a coin. Observations of one country, and of one wave, are no draws of their own, so the interval comes
from drawing whole countries, and where there is more than one wave whole waves too, with replacement (both at once: the
pigeonhole bootstrap of Owen 2007, which errs on the wide side). DeLong's formula takes every row for a draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.errors import NotEnoughData
from longwave.core.message import say

_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Auroc:
    """value with the interval low..high of coverage level. by: what was drawn, ``country`` or ``country and wave``."""

    value: float
    low: float
    high: float
    level: float
    crises: int
    calm: int
    areas: int
    waves: int
    by: str

    @property
    def better_than_chance(self) -> bool:
        return self.low > 0.5


def auroc(score: np.ndarray, crisis: np.ndarray) -> float:
    """score, crisis: shape (observations,), crisis True before one. NaN where one of the two kinds is missing."""
    return float(_weighted(*_ordered(score, crisis), np.ones((1, len(score))))[0])


def auroc_with_interval(
    score: pd.Series,
    crisis: pd.Series,
    areas: pd.Series,
    clusters: pd.Series | None = None,
    *,
    level: float = 0.9,
    resamples: int = 1000,
    seed: int = 0,
) -> Auroc:
    """AUROC and its bootstrap interval.

    score, crisis (1 or 0), areas and clusters (the wave of each observation) on one index; rows in which score or
    crisis is missing are left out. Raises NotEnoughData without both kinds, or with fewer than five areas that saw
    a crisis.
    """
    blocks = _blocks([score], crisis, areas, clusters)
    drawn = next(_drawn(blocks, resamples, seed))
    low, high = np.quantile(drawn[np.isfinite(drawn)], [(1 - level) / 2, (1 + level) / 2])
    value = auroc(blocks.scores[0], blocks.crisis)
    return Auroc(
        value, float(low), float(high), level, int(blocks.crisis.sum()), int((~blocks.crisis).sum()),
        blocks.areas, blocks.hit_waves, "country and wave" if blocks.hit_waves > 1 else "country",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lead:
    """By how much one score parts better than another on the same observations, with interval."""

    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        return self.low > 0 or self.high < 0


def auroc_lead(
    score: pd.Series,
    other: pd.Series,
    crisis: pd.Series,
    areas: pd.Series,
    clusters: pd.Series | None = None,
    *,
    level: float = 0.9,
    resamples: int = 1000,
    seed: int = 0,
) -> Lead:
    """AUROC of one score less that of another, both on the rows that have both; raises as `auroc_with_interval`."""
    blocks = _blocks([score, other], crisis, areas, clusters)
    one, two = _drawn(blocks, resamples, seed)
    apart = (one - two)[np.isfinite(one - two)]
    low, high = np.quantile(apart, [(1 - level) / 2, (1 + level) / 2])
    value = auroc(blocks.scores[0], blocks.crisis) - auroc(blocks.scores[1], blocks.crisis)
    return Lead(value, float(low), float(high))


@dataclass(frozen=True, eq=False)
class _Blocks:
    """Rows that are whole, and the blocks that are drawn."""

    scores: list[np.ndarray]
    crisis: np.ndarray
    country: np.ndarray
    areas: int
    wave: np.ndarray
    waves: int
    hit_waves: int


def _blocks(
    scores: list[pd.Series], crisis: pd.Series, areas: pd.Series, clusters: pd.Series | None
) -> _Blocks:
    kept = crisis.notna().to_numpy()
    for each in scores:
        kept = kept & each.notna().to_numpy()
    y = crisis.to_numpy(float)[kept] > 0.5
    country, count = _codes(areas.to_numpy(object)[kept])
    hit = len(np.unique(country[y]))
    if hit < FEWEST or y.all():
        raise NotEnoughData(say("early_warning.few_crises", crises=hit, needed=FEWEST))
    wave, waves = _codes(np.zeros(len(y)) if clusters is None else clusters.to_numpy()[kept])
    return _Blocks(
        [each.to_numpy(float)[kept] for each in scores], y, country, count, wave, waves, len(np.unique(wave[y]))
    )  # fmt: skip


def _drawn(blocks: _Blocks, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """For each score the AUROC of every resample; the same blocks are drawn for all scores."""
    step = max(1, _CELLS // len(blocks.crisis))
    for score in blocks.scores:
        generator = np.random.default_rng(seed)
        order = _ordered(score, blocks.crisis)
        values: list[np.ndarray] = []
        for start in range(0, resamples, step):
            draws = min(step, resamples - start)
            weights = _counts(generator, draws, blocks.areas)[:, blocks.country]
            if blocks.hit_waves > 1:
                # A block without a crisis is no wave: with one wave nothing would be left to tell apart.
                weights = weights * _counts(generator, draws, blocks.waves)[:, blocks.wave]
            values.append(_weighted(*order, weights))
        yield np.concatenate(values)


FEWEST = 5
"""Areas that saw a crisis, below which a bootstrap over areas says nothing."""


def _codes(values: np.ndarray) -> tuple[np.ndarray, int]:
    codes, distinct = pd.factorize(values)
    return codes, len(distinct)


def _counts(generator: np.random.Generator, draws: int, things: int) -> np.ndarray:
    """How often each of the things was drawn; shape (draws, things)."""
    return generator.multinomial(things, np.full(things, 1.0 / things), size=draws).astype(float)


def _ordered(score: np.ndarray, crisis: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The order of the scores, the place where each run of equal ones begins, and which are before a crisis."""
    order = np.argsort(score, kind="stable")
    ranked = score[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(ranked) else np.zeros(0, int)
    return order, starts, crisis[order].astype(bool)


def _weighted(order: np.ndarray, starts: np.ndarray, crisis: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """AUROC of each row of weights; shape (draws,). Checks nothing."""
    ranked = weights[:, order]
    up = np.add.reduceat(ranked * crisis, starts, axis=1)
    calm = np.add.reduceat(ranked * ~crisis, starts, axis=1)
    below = np.cumsum(calm, axis=1) - calm
    pairs = up.sum(axis=1) * calm.sum(axis=1)
    won = (up * (below + 0.5 * calm)).sum(axis=1)
    return np.asarray(np.divide(won, pairs, out=np.full(len(weights), np.nan), where=pairs > 0))
