"""The official score of SemEval-2010 task 8, for any relations that have a direction.

Labels are ``Name(e1,e2)``, ``Name(e2,e1)`` or a plain name (no direction). A row is right where name and direction are.
Of each name, told and there are counted over both directions, so a wrong direction costs precision and recall of its
name; the score is the mean of the names' F1, the negative label left out ((9+1)-way macro F1 with directionality).
Hendrickx et al. (2010), SemEval-2010 Task 8, and the scorer that came with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from longwave.text.score.draws import Matrix, Vector
from longwave.text.score.labels import label_table
from longwave.text.score.metric import Metric, mean_known, ratio, steady

_DIRECTED = re.compile(r"(.+?)\s*\(\s*(e1\s*,\s*e2|e2\s*,\s*e1)\s*\)\s*", re.DOTALL)


def name_of(label: str) -> str:
    """The label without its direction."""
    found = _DIRECTED.fullmatch(label)
    return found[1] if found else label


def directed(labels: Sequence[str]) -> bool:
    """Whether any label says its direction."""
    return any(_DIRECTED.fullmatch(label) for label in labels)


def official_relation_f1(gold: Sequence[str], told: Sequence[str], negative: str | None = "Other") -> Metric:
    """The metric ``official_f1`` of rows with labels `gold` and `told`."""
    counts, names = _counted(gold, told, negative)
    size = len(names)

    def parts(sums: Matrix) -> Matrix:
        right, said, there = sums[..., :size], sums[..., size : 2 * size], sums[..., 2 * size :]
        return ratio(2 * right, said + there)

    def value(sums: Matrix) -> Vector:
        each = parts(sums)
        return mean_known(each, ~np.isnan(each))

    return Metric.of("official_f1", counts, value, again=steady(parts))


def relation_table(gold: Sequence[str], told: Sequence[str], negative: str | None = "Other") -> pd.DataFrame:
    """Precision, recall and F1 of each name, its direction right."""
    counts, names = _counted(gold, told, negative)
    right, said, there = counts.sum(axis=0).astype(np.int64).reshape(3, len(names))
    return label_table(right, said, there, names)


def _counted(gold: Sequence[str], told: Sequence[str], negative: str | None) -> tuple[Matrix, list[str]]:
    """Counts (rows, 3 names) of right, told, there; and the names, the negative's left out."""
    left_out = None if negative is None else name_of(negative)
    names = [name for name in sorted({name_of(label) for label in (*gold, *told)}) if name != left_out]
    at = {name: place for place, name in enumerate(names)}
    size = len(names)
    counts = np.zeros((len(gold), 3 * size))
    for row, (is_there, said) in enumerate(zip(gold, told, strict=True)):
        for part, name in ((1, name_of(said)), (2, name_of(is_there))):
            if name in at:
                counts[row, part * size + at[name]] = 1.0
        if _written(is_there) == _written(said) and name_of(said) in at:
            counts[row, at[name_of(said)]] = 1.0
    return counts, names


def _written(label: str) -> str:
    """A label with one way of writing its direction."""
    found = _DIRECTED.fullmatch(label)
    return f"{found[1]}({''.join(found[2].split())})" if found else label
