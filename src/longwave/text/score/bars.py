"""Bars on a score, chosen on rows that were not learnt from: where "yes" begins.

    best_bar    the score from which "yes" has the greatest F1
    label_bars  one for each label of rows with several (SCut with a guard for rare labels: Yang 2001)
    best_cut    the score under which another answer pays more: silence where there is no answer, "out of scope"

Rows of equal score always fall on one side together; a bar lies in the middle between two scores.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longwave.text.score.draws import Matrix, Vector

_PRIOR = 20.0
"""Rows of a label's own at which its own bar and the bar of all weigh alike."""


def best_bar(truth: NDArray[np.bool_], scores: Vector) -> float:
    """The score from which "yes" has the greatest F1. truth, scores: (rows,), at least one row."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    f1 = 2 * np.cumsum(truth[order]) / (np.arange(1, len(order) + 1) + truth.sum())
    last_of_its_score = np.append(ranked[1:] < ranked[:-1], True)
    best = int(np.where(last_of_its_score, f1, -1.0).argmax())
    following = ranked[best + 1] if best + 1 < len(order) else 0.0
    return float((ranked[best] + following) / 2)


def label_bars(truth: NDArray[np.bool_], scores: Matrix) -> Vector:
    """For each label (labels,) the bar of its greatest F1, drawn to the bar of all labels the more the fewer rows it has: a
    bar chosen on five rows fits those five. truth, scores: (rows, labels); .5 throughout where nothing is there."""
    if not truth.any():
        return np.full(truth.shape[1], 0.5)
    common = best_bar(truth.ravel(), scores.ravel())
    own = np.array(
        [best_bar(mine, told) if mine.any() else common for mine, told in zip(truth.T, scores.T, strict=True)]
    )
    rows = truth.sum(axis=0)
    weight = rows / (rows + _PRIOR)
    return np.asarray(weight * own + (1 - weight) * common)


def best_cut(scores: Vector, below: Vector, above: Vector, beyond: float = 1.0) -> float:
    """The bar of greatest total, (rows,) each: a row is worth `below` where its score falls short of the bar, else `above`.

    beyond: how far past the outermost score the bar lies where every row is to fall on one side. At least one row."""
    order = np.argsort(scores, kind="stable")
    ranked = scores[order]
    sums = np.concatenate([[0.0], np.cumsum((below - above)[order])])
    apart = np.concatenate([[True], ranked[1:] > ranked[:-1], [True]])
    best = int(np.where(apart, sums, -np.inf).argmax())
    if best == 0:
        return float(ranked[0] - beyond)
    return float(ranked[-1] + beyond) if best == len(ranked) else float((ranked[best - 1] + ranked[best]) / 2)
