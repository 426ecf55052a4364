"""One linear separator a label, one against the rest: logistic, NB-weighted logistic, or a support vector machine.

NB-weighted (Wang and Manning 2012, "Baselines and Bigrams"): with p_j the smoothed share of the label's rows that
hold feature j and q_j that of the others, each feature is multiplied by r_j = ln(p_j / q_j), both shares scaled to
sum 1. The weights kept are w_j r_j, so that prediction is one product whatever the learner was.

Probabilities are softmax(margins / T), or a logistic curve of each where a row may have several labels; the
temperature T makes held-out rows likeliest (Guo et al. 2017) and moves no decision.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from longwave.core.optional import require
from longwave.text.portable.linear import probabilities
from longwave.text.score.temperature import best_temperature, doubt


@dataclass(frozen=True, slots=True)
class Learner:
    """kind: "logistic", "nb_logistic" or "svm"; strength: liblinear's C, more is less regularised; balanced: rows
    of rare labels weigh more, n / (labels * count).
    """

    kind: str
    strength: float
    balanced: bool = False


@dataclass(frozen=True)
class Separators:
    """weights (features, columns), offsets (columns,). Two labels have one column, for the second of them."""

    weights: np.ndarray
    offsets: np.ndarray

    def margins(self, numbers: sparse.csr_matrix) -> np.ndarray:
        """(rows, columns)."""
        return np.asarray(numbers @ self.weights + self.offsets)


def separate(numbers: sparse.csr_matrix, targets: np.ndarray, learner: Learner, seed: int) -> Separators:
    """targets: (rows, columns) of 0 and 1. A column without both has weights 0 and a margin far to its side."""
    columns = targets.shape[1]
    weights = np.zeros((numbers.shape[1], columns), dtype=np.float32)
    offsets = np.empty(columns)
    for column in range(columns):
        wanted = targets[:, column].astype(np.int64)
        if wanted.min() == wanted.max():
            offsets[column] = 5.0 if wanted[0] else -5.0
            continue
        weights[:, column], offsets[column] = _one(numbers, wanted, learner, seed)
    return Separators(weights, offsets)


def _one(
    numbers: sparse.csr_matrix, wanted: np.ndarray, learner: Learner, seed: int
) -> tuple[np.ndarray, float]:
    scale = log_count_ratio(numbers, wanted) if learner.kind == "nb_logistic" else None
    used = numbers
    if scale is not None:
        used = numbers.copy()
        used.data = used.data * scale[used.indices]
    model = _liblinear(learner, seed)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # it stops at max_iter: the separator is then close, and judged like any other
        model.fit(used, wanted)
    found = model.coef_[0]
    return (found if scale is None else found * scale), float(model.intercept_[0])


def _liblinear(learner: Learner, seed: int) -> Any:
    weight = "balanced" if learner.balanced else None
    if learner.kind == "svm":
        svm = require("sklearn.svm", why="to fit a linear baseline", extra="text")
        return svm.LinearSVC(C=learner.strength, class_weight=weight, random_state=seed, max_iter=300)
    linear = require("sklearn.linear_model", why="to fit a linear baseline", extra="text")
    return linear.LogisticRegression(
        C=learner.strength, solver="liblinear", class_weight=weight, random_state=seed, max_iter=100
    )


def log_count_ratio(numbers: sparse.csr_matrix, wanted: np.ndarray, smoothing: float = 1.0) -> np.ndarray:
    """ln of the features' shares in the rows with 1 against those with 0; (features,). Presence counts, not its weight."""
    present = sparse.csr_matrix((np.ones(numbers.nnz), numbers.indices, numbers.indptr), shape=numbers.shape)
    with_it = smoothing + np.asarray(present[wanted == 1].sum(axis=0)).ravel()
    without = smoothing + np.asarray(present[wanted == 0].sum(axis=0)).ravel()
    return np.asarray(np.log(with_it / with_it.sum()) - np.log(without / without.sum()))


def margin_temperature(margins: np.ndarray, targets: np.ndarray, several: bool) -> float:
    """The T between 1/50 and 50 under which held-out rows are likeliest; targets (rows, labels) of 0 and 1."""
    labels = targets.shape[1]
    left = doubt(len(targets))
    targets = targets * (1 - left) + (1 - targets) * (left if several else left / max(1, labels - 1))

    def unlikelihood(temperature: float) -> float:
        found = np.clip(probabilities(margins, temperature, labels, several), 1e-12, 1 - 1e-12)
        if several:
            return float(-np.mean(targets * np.log(found) + (1 - targets) * np.log(1 - found)))
        return float(-np.mean(np.sum(targets * np.log(found), axis=1)))

    return best_temperature(unlikelihood, 1 / 50, 50.0)
