"""Fewer rows than there are, drawn by seed: so many of each label, a share of each label's, or so many of all."""

from __future__ import annotations

import numpy as np

from longwave.text.table import TextTable


def few(rows: TextTable, examples: int, seed: int) -> TextTable:
    """`examples` rows of each label, or of each row's set of labels; all of them where it is nought or there are no labels.

    Where there are no labels to draw by (tags, answers) it is so many rows in all for each label that the table names,
    at least `examples`.
    """
    if not examples or not len(rows):
        return rows
    rng = np.random.default_rng(seed)
    if not (rows.has("label") or rows.has("labels")):
        most = examples * max(1, len(rows.labels))
        return rows.take(sorted(rng.permutation(len(rows))[:most].tolist()))
    answers = np.array(rows.answers())
    kept: list[int] = []
    for answer in np.unique(answers):
        kept += rng.permutation(np.flatnonzero(answers == answer))[:examples].tolist()
    return rows.take(sorted(kept))


def share_of(rows: TextTable, share: float, seed: int) -> TextTable:
    """A share of the rows, each answer's own share kept and none lost."""
    rng = np.random.default_rng(seed)
    answers = np.array(rows.answers()) if rows.has("label") else np.zeros(len(rows), int)
    kept: list[int] = []
    for answer in np.unique(answers):
        mine = rng.permutation(np.flatnonzero(answers == answer))
        kept += mine[: max(1, round(share * len(mine)))].tolist()
    return rows.take(sorted(kept))


def some_of(rows: TextTable, most: int, seed: int) -> TextTable:
    """No more than `most` of the rows, in their order: by lot, since the first of a file that is sorted by label or date are
    not like the rest."""
    if len(rows) <= most:
        return rows
    return rows.take(sorted(np.random.default_rng(seed).permutation(len(rows))[:most].tolist()))
