"""Scores of labels: one a row, several a row, or steps of a scale.

Of each label, tp = rows where it was there and told, fp = told but not there, fn = there but not told:

    precision tp/(tp+fp)   recall tp/(tp+fn)   F1 2tp/(2tp+fp+fn)   balanced accuracy = mean recall of labels there
    Matthews (Gorodkin 2004)  (c s − Σ p_k t_k) / sqrt((s² − Σ p_k²)(s² − Σ t_k²)), c right of s rows, p told, t there
    kappa, quadratic (Cohen 1968)  1 − Σ (i−j)² O_ij / Σ (i−j)² E_ij, E from the margins

Macro F1 is the mean over the rows' own labels, those that are there. One that is only told makes its row wrong, and is no
label of F1 nought besides (scikit-learn's mean counts it, unless told `labels=`). Weighted F1
weighs by rows there. Without tp, fp and fn there is no F1; a label that a draw misses keeps its value in the mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.text.score.draws import Matrix, Places, Vector
from longwave.text.score.metric import Metric, average, mean_known, ratio, steady
from longwave.text.score.proportion import wilson, wilson_f1


def places(labels: Sequence[str], values: Sequence[str]) -> Places:
    """Each value's place in `labels`. Raises BadInput for a value that is not among them."""
    at = {label: place for place, label in enumerate(labels)}
    unknown = sorted({str(value) for value in values if value not in at})
    if unknown:
        raise BadInput(say("text_score.unknown_labels", labels=tuple(unknown[:5])))
    return np.array([at[value] for value in values], dtype=np.int64)


def every_label(named: Sequence[str], *others: Sequence[str]) -> tuple[str, ...]:
    """The labels named, then those that only stand in the rows, in order of first appearance."""
    return tuple(dict.fromkeys([*named, *(str(label) for each in others for label in each)]))


def label_metrics(gold: Places, told: Places, labels: int) -> dict[str, Metric]:
    """Accuracy, balanced accuracy, F1 three ways and Matthews, all from the same counts."""
    own = np.bincount(gold, minlength=labels) > 0
    kinds, which = _pairs(gold, told, labels)
    values: dict[str, Callable[[Matrix], Vector]] = {
        "accuracy": lambda sums: ratio(_right(sums, labels), _rows(sums, labels)),
        "macro_f1": lambda sums: macro_f1_of(sums, own),
        "weighted_f1": lambda sums: _weighted_f1(sums, labels),
        "balanced_accuracy": lambda sums: _balanced(sums, labels),
        "matthews": lambda sums: _matthews(sums, labels),
    }
    units = {"matthews": "correlation"}
    again = {
        "macro_f1": steady(lambda sums: each_f1(sums, labels)[..., own]),
        "balanced_accuracy": steady(lambda sums: _each_recall(sums, labels)),
    }
    return {
        name: Metric(name, kinds, which, value, True, units.get(name, "share"), again.get(name))
        for name, value in values.items()
    }


def among_first(shares: Matrix, truth: Places, count: int) -> Metric:
    """The share of rows whose label is among the `count` likeliest; ties count against it. shares: (rows, labels)."""
    own = shares[np.arange(len(truth)), truth]
    before = (shares >= own[:, None]).sum(axis=1) - 1
    return average(f"recall_at_{count}", before < count)


def micro_f1_without(gold: Places, told: Places, labels: int, negative: int | None) -> dict[str, Metric]:
    """Micro precision, recall and F1 over all labels but `negative` (told or there, it counts for nothing)."""
    real = np.ones(labels, dtype=bool)
    if negative is not None:
        real[negative] = False
    counts = np.stack([(gold == told) & real[gold], real[told], real[gold]], axis=1)
    return found_metrics(counts.astype(np.float64), "micro")


def found_metrics(counts: Matrix, prefix: str) -> dict[str, Metric]:
    """Precision, recall and F1 from counts (rows, 3): right, told, there."""
    return {
        f"{prefix}_f1": Metric.of(f"{prefix}_f1", counts, f1_of),
        f"{prefix}_precision": Metric.of(f"{prefix}_precision", counts, precision_of),
        f"{prefix}_recall": Metric.of(f"{prefix}_recall", counts, recall_of),
    }


def f1_of(sums: Matrix) -> Vector:
    """2 right / (told + there); nan where nothing was told and nothing is there."""
    return ratio(2 * sums[..., 0], sums[..., 1] + sums[..., 2])


def precision_of(sums: Matrix) -> Vector:
    """right / told; 0 where nothing was told although something is there."""
    return np.where((sums[..., 1] == 0) & (sums[..., 2] > 0), 0.0, ratio(sums[..., 0], sums[..., 1]))


def recall_of(sums: Matrix) -> Vector:
    """right / there; 0 where nothing is there although something was told."""
    return np.where((sums[..., 2] == 0) & (sums[..., 1] > 0), 0.0, ratio(sums[..., 0], sums[..., 2]))


def several_metrics(gold: NDArray[np.bool_], told: NDArray[np.bool_]) -> dict[str, Metric]:
    """Of rows with several labels, (rows, labels) each: micro and macro F1, rows all right, share of labels wrong."""
    labels, own = gold.shape[1], np.asarray(gold.any(axis=0))
    both = np.stack([(gold & told).sum(1), told.sum(1), gold.sum(1)], axis=1).astype(np.float64)
    codes, which = np.unique(np.concatenate([gold, told], axis=1), axis=0, return_inverse=True)
    there, said = codes[:, :labels], codes[:, labels:]
    kinds = np.concatenate([there & said, said, there], axis=1).astype(np.float64)
    macro = Metric(
        "macro_f1",
        kinds,
        which.reshape(-1).astype(np.int64),
        lambda sums: macro_f1_of(sums, own),
        again=steady(lambda sums: each_f1(sums, labels)[..., own]),
    )
    wrong = (gold != told).mean(axis=1) if labels else np.zeros(len(gold))
    return {
        **found_metrics(both, "micro"),
        "macro_f1": macro,
        "exact_match": average("exact_match", (gold == told).all(axis=1)),
        "hamming_loss": average("hamming_loss", wrong, higher_is_better=False),
    }


def ordinal_metrics(gold: Places, told: Places, labels: int) -> dict[str, Metric]:
    """Of a scale whose steps are 0, 1, ...: quadratic weighted kappa, mean absolute error in steps, within one step."""
    pairs, which = np.unique(gold * labels + told, return_inverse=True)
    kinds = np.zeros((len(pairs), labels * labels))
    kinds[np.arange(len(pairs)), pairs] = 1.0
    kappa = Metric(
        "quadratic_kappa",
        kinds,
        which.reshape(-1).astype(np.int64),
        lambda sums: _kappa(sums, labels),
        unit="correlation",
    )
    apart = np.abs(gold - told)
    return {
        "quadratic_kappa": kappa,
        "mean_steps": average("mean_steps", apart, higher_is_better=False, unit="steps"),
        "within_one_step": average("within_one_step", apart <= 1),
    }


def confusion(gold: Places, told: Places, labels: Sequence[str]) -> pd.DataFrame:
    """Rows: what is there; columns: what was told. First column `label`, then one a label."""
    size = len(labels)
    counts = np.bincount(gold * size + told, minlength=size * size).reshape(size, size)
    table = pd.DataFrame(counts, columns=list(labels))
    # A label may itself be called "label": the column of names then takes a name that is free.
    name = "label"
    while name in table.columns:
        name += "_"
    table.insert(0, name, list(labels))
    return table


def label_table(
    right: NDArray[np.int64], told: NDArray[np.int64], there: NDArray[np.int64], labels: Sequence[str]
) -> pd.DataFrame:
    """Of each label precision, recall, F1 with Wilson's bounds, and support; nan where one is not defined."""
    counts = np.stack([right, told, there], axis=-1).astype(np.float64)
    low, high = wilson_f1(right, told - right, there - right)
    precision_low, precision_high = wilson(right, told)
    recall_low, recall_high = wilson(right, there)
    return pd.DataFrame(
        {
            "label": list(labels),
            "precision": precision_of(counts),
            "precision_low": precision_low,
            "precision_high": precision_high,
            "recall": recall_of(counts),
            "recall_low": recall_low,
            "recall_high": recall_high,
            "f1": f1_of(counts),
            "f1_low": low,
            "f1_high": high,
            "support": there,
            "told": told,
        }
    )


def by_label(gold: Places, told: Places, labels: Sequence[str]) -> pd.DataFrame:
    """`label_table` of rows with one label."""
    size = len(labels)
    right = np.bincount(gold[gold == told], minlength=size)
    return label_table(right, np.bincount(told, minlength=size), np.bincount(gold, minlength=size), labels)


def _pairs(gold: Places, told: Places, labels: int) -> tuple[Matrix, Places]:
    """Counts (right, told, there, each by label) of each pair of labels that occurs."""
    pairs, which = np.unique(gold * labels + told, return_inverse=True)
    there, said = pairs // labels, pairs % labels
    at = np.arange(len(pairs))
    kinds = np.zeros((len(pairs), 3 * labels))
    same = there == said
    kinds[at[same], there[same]] = 1.0
    kinds[at, labels + said] = 1.0
    kinds[at, 2 * labels + there] = 1.0
    return kinds, which.reshape(-1).astype(np.int64)


def _parts(sums: Matrix, labels: int) -> tuple[Vector, Vector, Vector]:
    return sums[..., :labels], sums[..., labels : 2 * labels], sums[..., 2 * labels : 3 * labels]


def _right(sums: Matrix, labels: int) -> Vector:
    return np.asarray(sums[..., :labels].sum(axis=-1))


def _rows(sums: Matrix, labels: int) -> Vector:
    return np.asarray(sums[..., 2 * labels : 3 * labels].sum(axis=-1))


def each_f1(sums: Matrix, labels: int) -> Matrix:
    """F1 of each label, (..., labels); nan where it is neither told nor there."""
    right, told, there = _parts(sums, labels)
    return ratio(2 * right, told + there)


def macro_f1_of(sums: Matrix, own: NDArray[np.bool_]) -> Vector:
    """The mean of the F1 of the labels that are the rows' `own`, (labels,); sums (..., 3 labels): right, told, there."""
    each = each_f1(sums, len(own))[..., own]
    return mean_known(each, ~np.isnan(each))


def _weighted_f1(sums: Matrix, labels: int) -> Vector:
    there = sums[..., 2 * labels : 3 * labels]
    return ratio((np.nan_to_num(each_f1(sums, labels)) * there).sum(axis=-1), there.sum(axis=-1))


def _each_recall(sums: Matrix, labels: int) -> Matrix:
    right, _, there = _parts(sums, labels)
    return ratio(right, there)


def _balanced(sums: Matrix, labels: int) -> Vector:
    each = _each_recall(sums, labels)
    return mean_known(each, ~np.isnan(each))


def _matthews(sums: Matrix, labels: int) -> Vector:
    """0 where one label is told throughout or is the only one there, as is usual."""
    right, told, there = _parts(sums, labels)
    rows, hits = there.sum(axis=-1), right.sum(axis=-1)
    above = hits * rows - (told * there).sum(axis=-1)
    below = (rows**2 - (told**2).sum(axis=-1)) * (rows**2 - (there**2).sum(axis=-1))
    value = np.where(below > 0, above / np.sqrt(np.where(below > 0, below, 1.0)), 0.0)
    return np.where(rows > 0, value, np.nan)


def _kappa(sums: Matrix, labels: int) -> Vector:
    """nan where all rows stand at one step of the scale in both: nothing could be agreed on."""
    observed = sums.reshape(*sums.shape[:-1], labels, labels)
    steps = np.arange(labels)
    weights = (steps[:, None] - steps[None, :]) ** 2
    there, told = observed.sum(axis=-1), observed.sum(axis=-2)
    expected = there[..., :, None] * told[..., None, :]
    rows = there.sum(axis=-1)
    return 1.0 - ratio(
        (weights * observed).sum(axis=(-1, -2)) * rows, (weights * expected).sum(axis=(-1, -2))
    )
