"""Which rows choose the settings: dev where it is large enough, else folds of train; and what "better" means.

Better is the mean of accuracy and macro F1 (several labels: of micro and macro F1): neither a rare label nor the bulk
is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ENOUGH = 100
"""Rows of dev below which folds of train choose instead: their noise would be larger than what settings differ by."""
LARGEST = 8000
"""Rows on which settings are tried, half as many with more than `MANY_LABELS`; the model itself learns from all. Chances are
never set straight on models of so few rows, which are less sure than the last one may be: see `settling`."""
MANY_LABELS = 12


@dataclass(frozen=True, slots=True)
class Fold:
    """Places of rows to learn from and to judge by, in the stack of train and dev rows."""

    learn: np.ndarray
    judge: np.ndarray


def folds(strata: np.ndarray, dev_rows: int, seed: int, labels: int = 2) -> list[Fold]:
    """strata: a number a train row, whose mix every fold keeps; dev rows stand behind the train rows.

    Dev if it has `ENOUGH` rows; else a fifth of train, five times in turn (once where train has more than 3,000 rows).
    """
    rng = np.random.default_rng(seed)
    rows = len(strata)
    most = LARGEST if labels <= MANY_LABELS else LARGEST // 2
    if dev_rows >= ENOUGH:
        judged = rows + np.arange(dev_rows)
        return [Fold(_most(np.arange(rows), rng, most), _most(judged, rng, most))]
    shuffled = rng.permutation(rows)
    ordered = shuffled[np.argsort(strata[shuffled], kind="stable")]
    part = np.empty(rows, dtype=np.int64)
    part[ordered] = np.arange(rows) % 5
    chosen = range(5) if rows <= 3000 else range(1)
    return [
        Fold(_most(np.flatnonzero(part != k), rng, most), _most(np.flatnonzero(part == k), rng, most))
        for k in chosen
    ]


def settling(strata: np.ndarray, dev_rows: int, seed: int, labels: int = 2) -> list[Fold]:
    """The folds, as `folds` deals them, on which temperature and bars are chosen: of models that learn from (nearly) as many
    rows as the last one. Dev is judged by a model of all train rows; where train is cut short for the trials, a fifth of
    it is judged once by a model of the rest.
    """
    tried = folds(strata, dev_rows, seed, labels)
    rows = len(strata)
    if dev_rows >= ENOUGH:
        return [Fold(np.arange(rows), rows + np.arange(dev_rows))]
    if len(tried) > 1:
        return tried
    judged = tried[0].judge
    return [Fold(np.setdiff1d(np.arange(rows), judged), judged)]


def _most(places: np.ndarray, rng: np.random.Generator, most: int) -> np.ndarray:
    return places if len(places) <= most else np.sort(rng.choice(places, most, replace=False))


def goodness(truth: np.ndarray, found: np.ndarray) -> float:
    """truth and found: (rows, labels) of 0 and 1. Labels that neither has are left out of the macro mean."""
    right = (truth * found).sum(axis=0)
    either = truth.sum(axis=0) + found.sum(axis=0)
    seen = either > 0
    macro = float(np.mean(2 * right[seen] / either[seen])) if seen.any() else 0.0
    micro = float(2 * right.sum() / either.sum()) if either.sum() else 0.0
    return (micro + macro) / 2


def distance(truth: np.ndarray, found: np.ndarray) -> float:
    """Mean steps on an ordinal scale between the label and the one given."""
    return float(np.mean(np.abs(truth.argmax(axis=1) - found.argmax(axis=1))))
