"""Bootstrap draws as weights: how often each row (or each group of rows) stands in each new sample.

Rows with equal counts are alike to every score, so a draw of n rows is a draw of how many of each kind: multinomial over
the kinds. Where nearly every row is its own kind, rows are drawn one by one and counted; both are the same law. Groups
(documents, speakers) are drawn whole, since sentences of one document share its errors. Percentile intervals: Efron and
Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Places = NDArray[np.int64]

_AT_ONCE = 100_000
"""Weights drawn at a time: few enough to stay in a processor's cache, which makes them several times faster."""

_SPARSE = 0.25
"""Below this share of non-zero counts a sparse product is the faster one."""


def places_of(values: object) -> Places:
    """Each value's place among the distinct ones: 0, 1, ... in order of first appearance."""
    import pandas as pd

    return np.asarray(
        pd.factorize(np.asarray(values, dtype=object), use_na_sentinel=False)[0], dtype=np.int64
    )


def drawn_sums(kinds: Matrix, which: Places, draws: int, seed: int, groups: Places | None = None) -> Matrix:
    """Sums of counts in each new sample, shape (draws, k).

    kinds: counts (kinds, k); which: kind of each row; groups: group of each row, drawn whole.
    """
    return all_drawn_sums([(kinds, which)], draws, seed, groups)[0]


def all_drawn_sums(
    tables: Sequence[tuple[Matrix, Places]], draws: int, seed: int, groups: Places | None = None
) -> list[Matrix]:
    """`drawn_sums` of several tables of the same rows: the same figures, but rows are drawn once for all of them."""
    if groups is not None:
        places = np.arange(int(groups.max()) + 1)
        tables = [(_by_group(kinds, which, groups), places) for kinds, which in tables]
    found: list[Matrix | None] = [_by_kind(kinds, which, draws, seed) for kinds, which in tables]
    left = [place for place, sums in enumerate(found) if sums is None]
    products = [_Product(*tables[place]) for place in left]
    parts: list[list[Matrix]] = [[] for _ in left]
    if left:
        for weights in weights_of(len(tables[0][1]), draws, np.random.default_rng(seed)):
            for product, sums in zip(products, parts, strict=True):
                sums.append(product.with_weights(weights))
    by_row = dict(zip(left, (np.concatenate(part) for part in parts), strict=True))
    return [by_row[place] if sums is None else sums for place, sums in enumerate(found)]


def _by_kind(kinds: Matrix, which: Places, draws: int, seed: int) -> Matrix | None:
    """Sums where rows are of few kinds, by how many of each are drawn; None where nearly each is its own."""
    rows = len(which)
    if len(kinds) * 4 > rows:
        return None
    rng = np.random.default_rng(seed)
    often = np.bincount(which, minlength=len(kinds)) / rows
    product = _Product(kinds, np.arange(len(kinds)))
    step = max(1, _AT_ONCE // len(kinds))
    counts = (rng.multinomial(rows, often, size=min(step, draws - at)) for at in range(0, draws, step))
    return np.concatenate([product.with_weights(each.astype(np.float64)) for each in counts])


def weights_of(rows: int, draws: int, rng: np.random.Generator) -> Iterator[Matrix]:
    """Blocks of (some draws, rows): how often each row is drawn. Their first axes add up to `draws`."""
    step = max(1, _AT_ONCE // max(1, rows))
    for at in range(0, draws, step):
        some = min(step, draws - at)
        drawn = rng.integers(0, rows, size=(some, rows), dtype=np.int64)
        drawn += np.arange(some)[:, None] * rows
        yield np.bincount(drawn.ravel(), minlength=some * rows).reshape(some, rows).astype(np.float64)


def _by_group(kinds: Matrix, which: Places, groups: Places) -> Matrix:
    """Counts added up within each group, shape (groups, k)."""
    sums = np.zeros((int(groups.max()) + 1, kinds.shape[1]))
    np.add.at(sums, groups, kinds[which])
    return sums


class _Product:
    """weights of rows @ their counts, by the cheaper of two ways."""

    def __init__(self, kinds: Matrix, which: Places) -> None:
        counts = kinds if np.array_equal(which, np.arange(len(kinds))) else kinds[which]
        self._dense = counts
        self._sparse = None
        if counts.size and counts.shape[1] > 8 and np.count_nonzero(counts) < _SPARSE * counts.size:
            from scipy.sparse import csr_matrix

            self._sparse = csr_matrix(counts.T)

    def with_weights(self, weights: Matrix) -> Matrix:
        if self._sparse is None:
            return np.asarray(weights @ self._dense)
        return np.asarray((self._sparse @ weights.T).T)
