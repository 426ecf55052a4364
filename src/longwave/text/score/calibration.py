"""Does a probability mean what it says: of the rows told with 0.8, are 80 of 100 right?

    ECE       Σ_b n_b/n |right share of bin b − mean probability of bin b|, over 15 bins of equal width, or of equal rows
    classwise the same of each label's probability against whether the label is there, averaged over labels
    Brier     mean over rows of Σ_k (p_k − y_k)², 0 to 2 (Brier 1950)
    log loss  mean of −log p(true label), in nats

Guo, Pleiss, Sun and Weinberger (2017), On Calibration of Modern Neural Networks; Nixon et al. (2019), Measuring
Calibration in Deep Learning. The ECE of few rows is biased upward: bins are noisy even where the probabilities are right.
`expected_by_chance` says how large it would be on average if they were right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.errors import BadInput
from longwave.core.message import say
from longwave.text.score.draws import Matrix, Places, Vector
from longwave.text.score.metric import Metric, average, ratio
from longwave.text.score.proportion import wilson
from longwave.text.table import Row

BINS = 15
MOST_LABELS = 30
"""Beyond, nearly all of a label's probabilities are near 0 and the mean over labels is near 0 whatever the model does."""

_LEAST = 1e-12
"""Probabilities below count as this in the log loss: one row cannot make it infinite."""

_SUM = 0.02
"""How far the probabilities of a row may be from 1 together before they are no probabilities."""


@dataclass(frozen=True, eq=False)
class Probabilities:
    """Of rows with one label: shares (rows, labels), each row adding to 1; truth: place of the label that is there.

    said, sure: the place of the label told and its probability, (rows,) each, where a bar decided and not the largest
    share (an intent that is none of the others)."""

    labels: tuple[str, ...]
    shares: Matrix
    truth: Places
    said: Places | None = None
    sure: Vector | None = None

    @property
    def top(self) -> Vector:
        """The probability of the label told, shape (rows,)."""
        return np.asarray(self.shares.max(axis=1)) if self.sure is None else self.sure

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the label told is there, shape (rows,)."""
        return np.asarray((self.shares.argmax(axis=1) if self.said is None else self.said) == self.truth)


def probabilities(labels: Sequence[str], gold: Sequence[str], told: Sequence[Row]) -> Probabilities | None:
    """The scores told as probabilities; None where a row has none or they are not probabilities (0 to 1, sum 1)."""
    if not told or not all(isinstance(row.get("scores"), dict) and row["scores"] for row in told):
        return None
    seen = dict.fromkeys(name for row in told for name in row["scores"])
    names = tuple(dict.fromkeys([*labels, *map(str, seen)]))
    at = {name: place for place, name in enumerate(names)}
    if any(label not in at for label in gold):
        raise BadInput(
            say("text_score.unknown_labels", labels=tuple(sorted({g for g in gold if g not in at})[:5]))
        )
    shares = _table([row["scores"] for row in told], at)
    total = shares.sum(axis=1)
    if not np.isfinite(shares).all() or (shares < -_LEAST).any() or (np.abs(total - 1) > _SUM).any():
        return None
    shares = np.clip(shares, 0, None) / total[:, None]
    truth = np.array([at[label] for label in gold], dtype=np.int64)
    if not all("in_scope" in row for row in told):
        return Probabilities(names, shares, truth)
    said = np.array([at.get(str(row["label"]), -1) for row in told], dtype=np.int64)
    sure = np.clip(np.array([float(row["probability"]) for row in told]), 0.0, 1.0)
    return Probabilities(names, shares, truth, said, sure)


def _table(scores: Sequence[Mapping[str, float]], at: Mapping[str, int]) -> Matrix:
    """Scores as a table; what a row does not name has none, 0."""
    shares = np.zeros((len(scores), len(at)))
    named = list(scores[0])
    if all(list(each) == named for each in scores):
        shares[:, [at[str(name)] for name in named]] = [list(each.values()) for each in scores]
        return shares
    for place, each in enumerate(scores):
        shares[place, [at[str(name)] for name in each]] = list(each.values())
    return shares


def calibration_metrics(given: Probabilities) -> dict[str, Metric]:
    """``ece``, ``ece_equal_mass``, ``classwise_ece``, ``brier``, ``log_loss``: less is better in all."""
    rows = np.arange(len(given.truth))
    there = np.zeros_like(given.shares)
    there[rows, given.truth] = 1.0
    loss = -np.log(np.maximum(given.shares[rows, given.truth], _LEAST))
    classwise = (
        {"classwise_ece": classwise_ece(given.shares, there)} if len(given.labels) <= MOST_LABELS else {}
    )
    return {
        "ece": _ece("ece", given.top, given.right, _wide(given.top)),
        "ece_equal_mass": _ece("ece_equal_mass", given.top, given.right, _even(given.top)),
        **classwise,
        "brier": average(
            "brier", ((given.shares - there) ** 2).sum(axis=1), higher_is_better=False, unit="loss"
        ),
        "log_loss": average("log_loss", loss, higher_is_better=False, unit="nats"),
    }


def ece(probability: Vector, right: NDArray[np.bool_], *, equal_mass: bool = False) -> Metric:
    """Expected calibration error of probabilities (rows,) beside whether each came true (rows,)."""
    name = "ece_equal_mass" if equal_mass else "ece"
    return _ece(name, probability, right, _even(probability) if equal_mass else _wide(probability))


def classwise_ece(shares: Matrix, there: Matrix) -> Metric:
    """The mean over labels of each label's ECE, (rows, labels) each; also of rows with several labels."""
    labels = shares.shape[1]
    bins = np.array([_wide(column) for column in shares.T]).T.reshape(len(shares), labels)
    counts = np.zeros((len(shares), labels * BINS + 1))
    np.put_along_axis(counts, bins + BINS * np.arange(labels), shares - there, axis=1)
    counts[:, -1] = labels
    return Metric.of("classwise_ece", counts, _gap, higher_is_better=False, upward=True)


def reliability(probability: Vector, right: NDArray[np.bool_]) -> pd.DataFrame:
    """Of each bin of equal width that has rows: bounds, rows, mean probability, right share with Wilson's bounds."""
    bins = _wide(probability)
    rows = np.bincount(bins, minlength=BINS)
    counted = rows.astype(np.float64)
    hits = np.asarray(np.bincount(bins, weights=right, minlength=BINS), dtype=np.float64)
    together = np.asarray(np.bincount(bins, weights=probability, minlength=BINS), dtype=np.float64)
    low, high = wilson(hits, rows)
    table = pd.DataFrame(
        {
            "from": np.arange(BINS) / BINS,
            "to": (np.arange(BINS) + 1) / BINS,
            "rows": rows,
            "probability": ratio(together, counted),
            "right": ratio(hits, counted),
            "low": low,
            "high": high,
        }
    )
    return table[table["rows"] > 0].reset_index(drop=True)


def expected_by_chance(probability: Vector, *, draws: int = 200, seed: int = 0) -> float:
    """The mean ECE of as many rows if every probability were right: outcomes drawn from the probabilities."""
    rng = np.random.default_rng(seed)
    bins = _wide(probability)
    total = 0.0
    for _ in range(draws):
        gap = np.bincount(bins, weights=probability - (rng.random(len(bins)) < probability), minlength=BINS)
        total += np.abs(gap).sum() / max(1, len(bins))
    return total / draws


def _wide(probability: Vector) -> Places:
    """Bins of equal width, (a, b] each but the first, which holds 0."""
    return np.clip(np.ceil(probability * BINS).astype(np.int64) - 1, 0, BINS - 1)


def _even(probability: Vector) -> Places:
    """Bins of equally many rows; equal probabilities stay together."""
    if len(probability) == 0:
        return np.zeros(0, dtype=np.int64)
    edges = np.quantile(probability, np.arange(1, BINS) / BINS)
    return np.searchsorted(edges, probability, side="right").astype(np.int64)


def _ece(name: str, probability: Vector, right: NDArray[np.bool_], bins: Places) -> Metric:
    counts = np.zeros((len(probability), BINS + 1))
    counts[np.arange(len(probability)), bins] = probability - right
    counts[:, -1] = 1.0
    return Metric.of(name, counts, _gap, higher_is_better=False, upward=True)


def _gap(sums: Matrix) -> Vector:
    return ratio(np.abs(sums[..., :-1]).sum(axis=-1), sums[..., -1])
